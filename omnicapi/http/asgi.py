"""The little of HTTP that the services speak themselves, over ASGI: a head, a bounded body in, a short answer out."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from dataclasses import dataclass, field
from typing import Any

import msgspec

from omnicapi.errors import TransientError
from omnicapi.http.admission import Share

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]

BODY_SECONDS = 30.0
"""Seconds within which a whole body has to come, however steadily it trickles."""

RETRY_AFTER = "5"
"""Seconds after which a refused caller may send the same again."""


class TooLarge(Exception):
    """A body is larger than may be read."""


class TooSlow(Exception):
    """A body did not come within :data:`BODY_SECONDS`."""


@dataclass
class Reply:
    """An answer, ready to be sent. ``headers`` are added to those that every answer has."""

    status: int
    content: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)
    content_type: str = "application/json"

    async def __call__(self, _scope: Scope, _receive: Receive, send: Send) -> None:
        """Send it, as an ASGI application does."""
        headers = [(name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in self.headers.items()]
        if self.content:
            headers.append((b"content-type", self.content_type.encode()))
        if self.status != 204:  # noqa: PLR2004 - which has no content, and no length of it (RFC 9110 §8.6)
            headers.append((b"content-length", str(len(self.content)).encode()))
        await send({"type": "http.response.start", "status": self.status, "headers": headers})
        await send({"type": "http.response.body", "body": self.content})


def reply(status: int, content: Any, headers: Mapping[str, str] | None = None) -> Reply:
    """Return an answer in JSON."""
    return Reply(status, msgspec.json.encode(content), dict(headers or {}))


def header(scope: Scope, name: bytes) -> str | None:
    """Return the value of a header by its name in lower case; several of one name are one list (RFC 9110 §5.3)."""
    found = [value for key, value in scope["headers"] if key == name]
    return b", ".join(found).decode("latin-1") if found else None


def declared_length(scope: Scope) -> int | None:
    """Return the length of the body that the head declares; ``None`` where it says none."""
    said = header(scope, b"content-length")
    return int(said) if said is not None and said.isascii() and said.isdigit() else None


async def read_body(scope: Scope, receive: Receive, limit: int, share: Share) -> bytes:
    """Return the body, below ``limit`` bytes, as part of the request's ``share``.

    Raises :class:`TooLarge` before more is read, :class:`TooSlow`, :class:`~omnicapi.errors.Overloaded` and, where it
    breaks off, :class:`~omnicapi.errors.TransientError`.
    """
    declared = declared_length(scope)
    if declared is not None:
        if declared >= limit:
            raise TooLarge
        share.check(declared)
    message = await _part(receive, BODY_SECONDS)
    first: bytes = message.get("body", b"")
    if message.get("more_body"):
        return await _rest(first, receive, limit, share)
    share.take(len(first))
    if len(first) >= limit:
        raise TooLarge
    return first


async def _rest(first: bytes, receive: Receive, limit: int, share: Share) -> bytes:
    body, part = bytearray(), first
    ends = asyncio.get_running_loop().time() + BODY_SECONDS
    more = True
    while True:
        share.take(len(part))
        body += part
        if len(body) >= limit:
            raise TooLarge
        if not more:
            return bytes(body)
        message = await _part(receive, ends - asyncio.get_running_loop().time())
        part, more = message.get("body", b""), bool(message.get("more_body"))


async def _part(receive: Receive, seconds: float) -> Message:
    try:
        async with asyncio.timeout(seconds):
            message = await receive()
    except TimeoutError:
        raise TooSlow from None
    if message["type"] == "http.disconnect":
        raise TransientError("The request broke off; send it again.")
    return message
