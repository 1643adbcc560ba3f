"""Puts plain methods behind the gRPC services of google.pubsub.v1."""

from collections.abc import Awaitable, Callable, Mapping

import grpc
from google.protobuf.empty_pb2 import Empty

from local.pubsub.api.proto import Proto, message_class
from local.pubsub.errors import PubSubError

Method = Callable[[Proto, Proto], Awaitable[Proto]]
"""Takes a request and grpc.aio's ServicerContext, gives the response or raises PubSubError."""


def service(name: str, unary: Mapping[str, tuple[Method, str, str]], streams: Mapping[str, Method]) -> Proto:
    """Make the handler of service ``name``.

    ``unary`` maps a method's name to its code and the names of its request and response messages, the latter empty
    for an empty answer. ``streams`` maps to code that reads the requests from the context and writes the responses to
    it; its messages are named after the method. A method in neither is answered UNIMPLEMENTED by gRPC.
    """
    handlers = {
        method: grpc.unary_unary_rpc_method_handler(
            _with_status(code),
            request_deserializer=message_class(request).FromString,
            response_serializer=(message_class(response) if response else Empty).SerializeToString,
        )
        for method, (code, request, response) in unary.items()
    }
    for method, code in streams.items():
        handlers[method] = grpc.stream_stream_rpc_method_handler(
            _with_status(code),
            request_deserializer=message_class(f"{method}Request").FromString,
            response_serializer=message_class(f"{method}Response").SerializeToString,
        )
    return grpc.method_handlers_generic_handler(name, handlers)


def _with_status(code: Method) -> Method:
    """Turn a refusal of the method into its gRPC status."""

    async def call(request: Proto, context: Proto) -> Proto:
        try:
            return await code(request, context)
        except PubSubError as error:
            return await context.abort(getattr(grpc.StatusCode, error.status), str(error))

    return call
