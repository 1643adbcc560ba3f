"""A stand-in for the Google provider and for `time`, which waits for nothing here: resources exist in the state only.

Terraform finds it through ``TF_REATTACH_PROVIDERS``; the line it prints is that variable's value. It knows which
arguments exist, their types, which are required, and which exclude or need each other; it deletes nothing that is
protected. It does not know what values the real provider allows, nor what Google would say.
``python -m tests.terraform.stub_provider.provider`` runs it in the repository's root, which the path of the protocol's
description counts from.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import grpc
import msgspec

from tests.terraform.stub_provider import combinations
from tests.terraform.stub_provider.combinations import Combinations
from tests.terraform.stub_provider.google_names import value_of
from tests.terraform.stub_provider.schemas import Block, load

pb, _ = grpc.protos_and_services("tests/terraform/stub_provider/tfplugin6.proto")

UNKNOWN = msgspec.msgpack.Ext(0, b"\0")
"""How Terraform writes a value that is known only after apply."""

Values = dict[str, Any]


class Provider:
    """Answers Terraform's calls by name."""

    def __init__(self, blocks: dict[str, Block], rules: dict[str, Combinations]) -> None:
        self._blocks = blocks
        self._rules = rules

    def GetProviderSchema(self, _: Any) -> Any:  # noqa: N802 - the protocol's own name
        """Return the schema of the provider's configuration, which is empty, and of each resource."""
        schemas = {name: pb.Schema(block=_schema(block)) for name, block in self._blocks.items()}
        return pb.ProviderSchema(provider=pb.Schema(block=pb.Schema.Block()), resource_schemas=schemas)

    def ValidateResourceConfig(self, request: Any) -> Any:  # noqa: N802
        """Refuse arguments that exclude each other, and those that lack another."""
        rules, config = self._rules.get(request.type_name, Combinations()), _unpacked(request.config) or {}
        return pb.Validated(diagnostics=[_error("Invalid combination", each) for each in rules.complaints(config)])

    def UpgradeResourceState(self, request: Any) -> Any:  # noqa: N802
        """Return the state as it is; there is only one version."""
        values = json.loads(request.raw_state.json)
        return pb.Upgraded(upgraded_state=_packed(values))

    def ReadResource(self, request: Any) -> Any:  # noqa: N802
        """Return the state as it is: nobody else changes it."""
        return pb.State(new_state=request.current_state)

    def PlanResourceChange(self, request: Any) -> Any:  # noqa: N802
        """Return what was proposed, with what only Google would know as unknown."""
        proposed, prior = _unpacked(request.proposed_new_state), _unpacked(request.prior_state)
        if proposed is not None:
            for name, attribute in self._blocks[request.type_name].attributes.items():
                if attribute.write_only:
                    proposed[name] = None
                elif (attribute.computed or attribute.only_computed) and proposed[name] is None and prior is None:
                    proposed[name] = UNKNOWN
        return pb.Planned(planned_state=_packed(proposed))

    def ApplyResourceChange(self, request: Any) -> Any:  # noqa: N802
        """Return the planned state with names, addresses and emails as Google forms them; delete nothing protected."""
        planned = _unpacked(request.planned_state)
        if planned is None:
            return _deleted(request)
        block = self._blocks[request.type_name]
        for name in [name for name, value in planned.items() if value == UNKNOWN]:
            planned[name] = value_of(request.type_name, name, block.attributes[name].type, planned)
        return pb.Applied(new_state=_packed(planned))


def _deleted(request: Any) -> Any:
    """Delete a resource, unless its state says that it is protected; the sentences are the real provider's."""
    prior = _unpacked(request.prior_state) or {}
    for name, protects, instead in (("deletion_policy", "PREVENT", '"DELETE"'), ("deletion_protection", True, "false")):
        if prior.get(name) == protects:
            detail = (
                f"cannot destroy {request.type_name} without setting {name}={instead} and running `terraform apply`"
            )
            return pb.Applied(new_state=request.prior_state, diagnostics=[_error("Protected", detail)])
    return pb.Applied(new_state=_packed(None))


def _error(summary: str, detail: str) -> Any:
    return pb.Diagnostic(severity=pb.Diagnostic.ERROR, summary=summary, detail=detail)


def _schema(block: Block) -> Any:
    modes = pb.Schema.NestedBlock
    return pb.Schema.Block(
        attributes=[
            pb.Schema.Attribute(
                name=name,
                type=json.dumps(about.type).encode(),
                required=about.required,
                optional=not about.required and not about.only_computed,
                computed=about.computed or about.only_computed,
                write_only=about.write_only,
            )
            for name, about in block.attributes.items()
        ],
        block_types=[
            modes(
                type_name=name,
                block=_schema(nested.block),
                nesting=modes.SINGLE if nested.single else modes.SET if nested.set else modes.LIST,
                min_items=int(nested.required and not nested.single),
                max_items=0 if nested.many or nested.single or nested.set else 1,
            )
            for name, nested in block.blocks.items()
        ],
    )


def _packed(values: Values | None) -> Any:
    return pb.DynamicValue(msgpack=msgspec.msgpack.encode(values))


def _unpacked(value: Any) -> Values | None:
    values: Values | None = msgspec.msgpack.decode(value.msgpack)
    return values


def _handler(provider: Provider, method: Any) -> grpc.RpcMethodHandler:
    answer: Callable[[Any], Any] = getattr(provider, method.name, lambda _: pb.Empty())
    return grpc.unary_unary_rpc_method_handler(
        lambda request, _: answer(request),
        request_deserializer=getattr(pb, method.input_type.name).FromString,
        response_serializer=lambda message: message.SerializeToString(),
    )


def serve() -> None:
    """Serve on a free port until killed; print how to reach it."""
    provider = Provider(load(), combinations.load())
    service = pb.DESCRIPTOR.services_by_name["Provider"]
    handlers = {method.name: _handler(provider, method) for method in service.methods}
    server = grpc.server(ThreadPoolExecutor(8), options=[("grpc.max_receive_message_length", 64_000_000)])
    server.add_generic_rpc_handlers((grpc.method_handlers_generic_handler(service.full_name, handlers),))
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    address = {"Network": "tcp", "String": f"127.0.0.1:{port}"}
    reattach = {"Protocol": "grpc", "ProtocolVersion": 6, "Pid": os.getpid(), "Test": True, "Addr": address}
    print(json.dumps({f"registry.terraform.io/hashicorp/{name}": reattach for name in ("google", "time")}), flush=True)
    server.wait_for_termination()


if __name__ == "__main__":
    serve()
