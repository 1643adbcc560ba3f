"""How every service answers a push: one place decides which error becomes which status code.

Codes 102, 200, 201, 202 and 204 acknowledge; anything else is a nack (gcp.md §1.1). The answer's body never quotes the
request: functions-framework's own error page would (gcp.md §1.9, trap 4).
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from typing import Any

import flask
from werkzeug.exceptions import ClientDisconnected, RequestEntityTooLarge

from omnicapi.errors import (
    Busy,
    ConfigurationError,
    Forbidden,
    MetaRefusedUs,
    OmniCapiError,
    PermanentError,
    TransientError,
    Unauthorized,
)
from omnicapi.logs import failure, fields
from omnicapi.push import PushMessage, parse

log = logging.getLogger(__name__)

MAX_BODY = 15_000_000
"""Bytes at which a request is too large: a 10 MB message becomes about 13.4 MB of base64 (gcp.md §1.1)."""

HEALTH_PATH = "/health"
"""Not ``/healthz``: Google's front end keeps paths that end in ``z`` to itself on run.app addresses."""

Receive = Callable[[PushMessage], None]
Health = Callable[[], Mapping[str, Any]]
Answer = tuple[dict[str, Any] | str, int]


def _healthy() -> Mapping[str, Any]:
    return {"status": "ok"}


def respond(request: flask.Request, receive: Receive, health: Health = _healthy) -> Answer:
    """Answer one HTTP request: ``GET /health``, or a push that ``receive`` takes.

    ``receive`` returns when the message may be acknowledged and raises when it may not.
    """
    if request.method in {"GET", "HEAD"}:
        return answer_health(request, health)
    if request.method != "POST":
        return {"error": "Pub/Sub pushes with POST."}, 405
    message: PushMessage | None = None
    try:
        message = parse(read_body(request, MAX_BODY))
        receive(message)
    except RequestEntityTooLarge:
        return {"error": f"A body of {MAX_BODY} bytes or more is no push message."}, 413
    except Exception as error:  # noqa: BLE001 - whatever it is, the answer must be a nack without a traceback in it
        return _refuse(error, message)
    return "", 204


def create_app(receive: Receive, health: Health = _healthy) -> flask.Flask:
    """Return the Flask app of a service: pushes at ``/``, health at ``/health``."""
    app = flask.Flask("omnicapi", static_folder=None)

    @app.route("/", methods=["POST"])
    @app.route(HEALTH_PATH, methods=["GET"])
    def answer() -> Answer:
        return respond(flask.request, receive, health)

    return app


def read_body(request: flask.Request, limit: int) -> bytes:
    """Read the body; raise ``RequestEntityTooLarge`` at ``limit`` bytes, whether the length was declared or not.

    Raises :class:`~omnicapi.errors.TransientError` where it breaks off.
    """
    request.max_content_length = limit
    try:
        body = request.get_data(cache=False)
    except ClientDisconnected:
        raise TransientError("The request broke off; send it again.") from None
    if len(body) == limit:  # where reading a body of undeclared length stops, without an error
        raise RequestEntityTooLarge
    return body


def answer_health(request: flask.Request, health: Health) -> Answer:
    """Answer ``GET /health``: 200 while ``health`` says that all is well, else 503; 404 at any other address."""
    if request.path != HEALTH_PATH:
        return {"error": f"Only {HEALTH_PATH} answers GET."}, 404
    state = dict(health())
    return state, 200 if state.get("status") == "ok" else 503


def _refuse(error: Exception, message: PushMessage | None) -> Answer:
    status = status_of(error)
    about = fields(message_id=message.message_id, delivery_attempt=message.delivery_attempt) if message else fields()
    described = failure(error)["json_fields"]
    # That Meta refuses us is logged as an error once, where the dataset stops; each nack only repeats it.
    level = logging.WARNING if isinstance(error, TransientError | MetaRefusedUs) else logging.ERROR
    log.log(level, "message not acknowledged", extra=fields(status=status, **about["json_fields"], **described))
    text = str(error) if isinstance(error, OmniCapiError) else "The service failed; its log says where."
    return {"error": text}, status


def status_of(error: Exception) -> int:
    """Return the HTTP status that tells a caller whose fault it was and whether to come again."""
    if isinstance(error, Busy):
        return 429
    if isinstance(error, TransientError | ConfigurationError):
        return 503
    if isinstance(error, Unauthorized | Forbidden):
        return 401 if isinstance(error, Unauthorized) else 403
    if isinstance(error, PermanentError):
        return 400
    return 500
