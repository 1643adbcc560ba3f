"""Publishing over HTTP with JSON, as producers without a client library do: a GTM server container, curl.

    POST /v1/projects/{project}/topics/{id}:publish     {"messages": [{"data": "base64", "attributes": {…}}]}

Answers and errors have the form of https://pubsub.googleapis.com. It lies on the control port.
"""

import msgspec
from aiohttp import web
from google.protobuf.json_format import ParseDict, ParseError

from local.pubsub.api.proto import Proto, message_class
from local.pubsub.broker import Broker
from local.pubsub.errors import InvalidArgumentError, PubSubError
from local.pubsub.message import MAX_REQUEST_BYTES

MAX_BODY_BYTES = 2 * MAX_REQUEST_BYTES
"""Base64 takes a third more than the bytes it stands for; what is too long is refused by the broker's own limit."""

_PATH = "/v1/projects/{project}/topics/{id:[^/:]+}:publish"
_TOPIC = "projects/{project}/topics/{id}"

_PublishRequest = message_class("PublishRequest")

_HTTP_STATUS = {"INVALID_ARGUMENT": 400, "NOT_FOUND": 404, "UNAVAILABLE": 503}
"""google.rpc.Code to HTTP, for what publishing may be refused with."""


def rest_routes(broker: Broker) -> list[web.RouteDef]:
    """Return the routes; they run on the broker's own event loop."""

    async def publish(request: web.Request) -> web.Response:
        try:
            wanted = _publish_request(await request.read())
            ids = broker.publish(_TOPIC.format_map(request.match_info), wanted.messages, wanted.ByteSize())
        except PubSubError as error:
            return _refusal(error)
        return _json({"messageIds": ids}, 200)

    return [web.post(_PATH, publish)]


def _publish_request(body: bytes) -> Proto:
    """Read the JSON form of a request; raises InvalidArgumentError that names the key, and no value."""
    try:
        return ParseDict(msgspec.json.decode(body, type=dict), _PublishRequest())
    except (msgspec.DecodeError, ParseError, RecursionError) as error:
        raise InvalidArgumentError(f"The body is not a PublishRequest in JSON: {error}") from error


def _refusal(error: PubSubError) -> web.Response:
    status = _HTTP_STATUS[error.status]
    return _json({"error": {"code": status, "message": str(error), "status": error.status}}, status)


def _json(value: object, status: int) -> web.Response:
    return web.Response(body=msgspec.json.encode(value), status=status, content_type="application/json")
