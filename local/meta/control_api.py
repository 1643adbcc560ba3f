"""The control of the stand-in over HTTP, under `/_stand-in/`: a path no Graph API version can have."""

from typing import Any

import msgspec
from flask import Blueprint, Response, request

from local.meta.accepted_events import Query
from local.meta.access import EXPIRED
from local.meta.batch import Batch
from local.meta.faults.kinds import Command
from local.meta.rules import BATCH_RULES, EVENT_RULES, REQUEST_RULES, Event, Rule
from local.meta.stand_in import StandIn

PREFIX = "/_stand-in"


class Tokens(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The tokens that are good from now on: for one dataset, or (None) for every one."""

    tokens: list[str]
    dataset: str | None = None


class Revocation(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The token to end (None: all), and the subcode it is answered with."""

    token: str | None = None
    subcode: int = EXPIRED


class Slice(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Which requests to list: at most `limit`, without the first `skip`."""

    skip: int = 0
    limit: int = 1000


class RuleLine(msgspec.Struct, frozen=True):
    """A rule as the page and other programs read it."""

    id: str
    subcode: int | None
    says: str
    source: str
    note: str


def rule_lines() -> list[RuleLine]:
    """List every rule, in the order in which they are asked."""
    rules: tuple[Rule[Batch] | Rule[Event], ...] = (*REQUEST_RULES, *EVENT_RULES, *BATCH_RULES)
    return [RuleLine(rule.id, rule.complaint.subcode, rule.says, rule.source, rule.note) for rule in rules]


def control(stand_in: StandIn) -> Blueprint:
    """Make the control routes; `local.meta.control.MetaControl` is their client."""
    routes = Blueprint("control", __name__, url_prefix=PREFIX)
    _add_faults(routes, stand_in)
    _add_tokens(routes, stand_in)
    _add_memory(routes, stand_in)

    @routes.get("/health")
    def health() -> Response:
        return _json({"status": "up"})

    @routes.get("/rules")
    def rules() -> Response:
        return _json(rule_lines())

    @routes.errorhandler(msgspec.MsgspecError)
    def not_a_command(error: Exception) -> tuple[Response, int]:
        return _json({"error": str(error)}), 400

    return routes


def _add_faults(routes: Blueprint, stand_in: StandIn) -> None:
    @routes.get("/faults")
    def list_faults() -> Response:
        return _json(stand_in.faults.in_force())

    @routes.post("/faults")
    def add_fault() -> Response:
        stand_in.faults.add(msgspec.json.decode(request.get_data(), type=Command))
        return _json({})

    @routes.delete("/faults")
    def clear_faults() -> Response:
        stand_in.faults.clear()
        return _json({})


def _add_tokens(routes: Blueprint, stand_in: StandIn) -> None:
    @routes.put("/tokens")
    def set_tokens() -> Response:
        order = msgspec.json.decode(request.get_data(), type=Tokens)
        stand_in.access.set_tokens(order.tokens, order.dataset)
        return _json({})

    @routes.delete("/tokens")
    def revoke() -> Response:
        order = msgspec.json.decode(request.get_data() or b"{}", type=Revocation)
        stand_in.access.revoke(order.token, order.subcode)
        return _json({})


def _add_memory(routes: Blueprint, stand_in: StandIn) -> None:
    @routes.get("/accepted")
    def accepted() -> Response:
        query = msgspec.convert(request.args.to_dict(), Query, strict=False)
        return _json(stand_in.received.accepted(query))

    @routes.get("/requests")
    def requests() -> Response:
        part = msgspec.convert(request.args.to_dict(), Slice, strict=False)
        return _json(stand_in.received.requests(part.skip, part.limit))

    @routes.get("/summary")
    def summary() -> Response:
        return _json(stand_in.received.summary())

    @routes.delete("/records")
    def reset() -> Response:
        stand_in.received.reset()
        return _json({})


def _json(value: Any) -> Response:
    return Response(msgspec.json.encode(value), mimetype="application/json")
