"""The HTTP side of a push: pooled connections, one request, its status."""

from typing import Self

import aiohttp
from aiohttp.connector import Connection
from aiohttp.http_exceptions import HttpProcessingError

from local.pubsub.pushing.push_request import PushRequest

NO_ANSWER = 0
"""In place of a status: refused, reset or unreadable."""

_PROCESSING = 102
# Shorter than gunicorn's keep-alive of 2 s: a request on a connection that the receiver is closing would be a nack.
_KEEP_ALIVE = 1.0


class _ProcessingError(aiohttp.ClientError):
    """The endpoint answered 102."""


class _PushResponse(aiohttp.ClientResponse):
    """A response that counts from its first status line.

    102 acknowledges a push, but HTTP calls it interim: a client would wait for a final answer that need not come.
    """

    async def start(self, connection: Connection) -> Self:
        protocol = connection.protocol
        if protocol is not None:
            head, payload = await protocol.read()
            if head.code == _PROCESSING:
                raise _ProcessingError
            protocol.feed_data((head, payload), 0)
        await super().start(connection)
        return self


def push_session() -> aiohttp.ClientSession:
    """Open a pool for every subscription's pushes; only the push windows bound its connections."""
    return aiohttp.ClientSession(
        connector=aiohttp.TCPConnector(limit=0, keepalive_timeout=_KEEP_ALIVE),
        cookie_jar=aiohttp.DummyCookieJar(),
        response_class=_PushResponse,
        skip_auto_headers=("Accept", "Accept-Encoding"),
        timeout=aiohttp.ClientTimeout(total=None),
    )


async def post(http: aiohttp.ClientSession, request: PushRequest) -> int:
    """Send the request; the status of the answer, or NO_ANSWER. How long to wait is the caller's choice."""
    try:
        async with http.post(
            request.url, data=request.body, headers=request.headers, allow_redirects=False
        ) as response:
            await response.read()
            return response.status
    except _ProcessingError:
        return _PROCESSING
    except (aiohttp.ClientError, HttpProcessingError, OSError, ValueError):
        # ValueError: unwrapped, an attribute becomes a header, and not every text can be one.
        return NO_ANSWER
