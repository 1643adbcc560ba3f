"""How every service answers a push: one place decides which error becomes which status code.

Codes 102, 200, 201, 202 and 204 acknowledge; anything else is a nack (gcp.md §1.1). The answer's body never quotes the
request: functions-framework's own error page would (gcp.md §1.9, trap 4).
"""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from omnicapi.errors import (
    Busy,
    ConfigurationError,
    Forbidden,
    MetaRefusedUs,
    OmniCapiError,
    PermanentError,
    TooManyGuesses,
    TransientError,
    Unauthorized,
)
from omnicapi.http import tracing
from omnicapi.http.admission import Admission
from omnicapi.http.asgi import RETRY_AFTER, App, Receive, Reply, Scope, Send, TooLarge, TooSlow, read_body, reply
from omnicapi.intake.push import PushMessage, parse
from omnicapi.logs import failure, fields

log = logging.getLogger(__name__)

MAX_BODY = 15_000_000
"""Bytes at which a request is too large: a 10 MB message becomes about 13.4 MB of base64 (gcp.md §1.1)."""

HEALTH_PATH = "/health"
"""Not ``/healthz``: Google's front end keeps paths that end in ``z`` to itself on run.app addresses."""


Take = Callable[[PushMessage], Awaitable[None]]
"""Takes a message: returns when it may be acknowledged, raises when it may not."""
Health = Callable[[], Mapping[str, Any]]

TEMPORARY = frozenset({429, 503})
"""Statuses after which the same may be sent again."""


def _healthy() -> Mapping[str, Any]:
    return {"status": "ok"}


class Door:
    """Answers requests: ``GET /health``, and pushes that ``take`` takes, as far as ``admission`` has room for them."""

    def __init__(self, take: Take, health: Health = _healthy, admission: Admission | None = None) -> None:
        self._take = take
        self._health = health
        self.admission = admission or Admission(4 * MAX_BODY)

    async def respond(self, scope: Scope, receive: Receive) -> Reply:
        """Return the answer to one request."""
        tracing.enter(scope)
        method = scope["method"]
        if method in {"GET", "HEAD"}:
            return answer_health(scope, self._health)
        if method != "POST":
            return reply(405, {"error": "Pub/Sub pushes with POST."})
        return await self._push(scope, receive)

    async def _push(self, scope: Scope, receive: Receive) -> Reply:
        message: PushMessage | None = None
        with self.admission.request() as share:
            try:
                message = parse(await read_body(scope, receive, MAX_BODY, share))
                await self._take(message)
            except TooLarge:
                return closing(reply(413, {"error": f"A body of {MAX_BODY} bytes or more is no push message."}))
            except TooSlow:
                return closing(reply(408, {"error": "The body did not come in time; send it again."}))
            except Exception as error:  # noqa: BLE001 - whatever it is, the answer must be a nack without a traceback in it
                return _refuse(error, message)
        return Reply(204)


def create_app(take: Take, health: Health = _healthy, admission: Admission | None = None) -> App:
    """Return a service as an ASGI application: pushes at ``/``, health at ``/health``."""
    door = Door(take, health, admission)

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            raise TypeError(f"no requests are taken over {scope['type']}")
        asked = scope["method"], scope["path"]
        if asked in {("POST", HEALTH_PATH), ("GET", "/")}:
            answer = reply(405, {"error": f"Pub/Sub pushes with POST to /, and {HEALTH_PATH} is asked with GET."})
        elif asked[0] == "POST" and asked[1] != "/":
            answer = reply(404, {"error": "Pub/Sub pushes to /."})
        else:
            answer = await door.respond(scope, receive)
        await answer(scope, receive, send)

    return app


def closing(answer: Reply) -> Reply:
    """Return the answer, after which the connection ends: what is left of the body is not read."""
    answer.headers["Connection"] = "close"
    return answer


def answer_health(scope: Scope, health: Health) -> Reply:
    """Answer ``GET /health``: 200 while ``health`` says that all is well, else 503; 404 at any other address."""
    if scope["path"] != HEALTH_PATH:
        return reply(404, {"error": f"Only {HEALTH_PATH} answers GET."})
    try:
        state = dict(health())
    except Exception as error:  # noqa: BLE001 - its text could quote anything
        log.error("the state cannot be told", extra=failure(error))  # noqa: TRY400 - nor the traceback's
        return reply(500, {"error": "The service failed; its log says where."})
    return reply(200 if state.get("status") == "ok" else 503, state)


def _refuse(error: Exception, message: PushMessage | None) -> Reply:
    status = status_of(error)
    about = fields(message_id=message.message_id, delivery_attempt=message.delivery_attempt) if message else fields()
    described = failure(error)["json_fields"]
    # That Meta refuses us is logged as an error once, where the dataset stops; each nack only repeats it.
    level = logging.WARNING if isinstance(error, TransientError | MetaRefusedUs) else logging.ERROR
    log.log(level, "message not acknowledged", extra=fields(status=status, **about["json_fields"], **described))
    text = str(error) if isinstance(error, OmniCapiError) else "The service failed; its log says where."
    answer = reply(status, {"error": text}, {"Retry-After": RETRY_AFTER} if status in TEMPORARY else None)
    return answer if message else closing(answer)


def status_of(error: Exception) -> int:
    """Return the HTTP status that tells a caller whose fault it was and whether to come again."""
    if isinstance(error, Busy | TooManyGuesses):
        return 429
    if isinstance(error, TransientError | ConfigurationError):
        return 503
    if isinstance(error, Unauthorized | Forbidden):
        return 401 if isinstance(error, Unauthorized) else 403
    if isinstance(error, PermanentError):
        return 400
    return 500
