"""Requests to an ASGI application, and what it answers, without a server between."""

from __future__ import annotations

import asyncio
import io
import json
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from omnicapi.http.asgi import App
from tests.loops import run

CHUNK = 65_536
PATIENCE = 30.0
TURNS = 100
"""Turns of the loop in which whatever can go on without waiting has gone on."""


class Headers(dict[str, str]):
    """Headers by their names in any case."""

    def __getitem__(self, name: str) -> str:
        return super().__getitem__(name.lower())

    def __contains__(self, name: object) -> bool:
        return super().__contains__(str(name).lower())


@dataclass
class Answer:
    """What was answered."""

    status_code: int = 0
    headers: Headers = field(default_factory=Headers)
    data: bytes = b""

    @property
    def text(self) -> str:
        """The content as text."""
        return self.data.decode()

    @property
    def json(self) -> Any:
        """The content as JSON."""
        return json.loads(self.data)


class Client:
    """Sends requests as a server would hand them over: the body in parts, as far as somebody asks for it."""

    def __init__(self, app: App) -> None:
        self._app = app

    def get(self, path: str, **options: Any) -> Answer:
        """Send a GET."""
        return self.open(path, method="GET", **options)

    def post(self, path: str, **options: Any) -> Answer:
        """Send a POST."""
        return self.open(path, method="POST", **options)

    def open(
        self,
        path: str,
        *,
        method: str,
        data: bytes = b"",
        json: Any = None,
        body: io.RawIOBase | io.BytesIO | None = None,
        declared: int | None = None,
        headers: dict[str, str] | None = None,
        breaks_off: bool = False,
    ) -> Answer:
        """Send a request; ``body`` is read in parts, and ``declared`` its length where the head says it.

        One that ``breaks_off`` ends with the connection.
        """
        content = data if json is None else _encoded(json)
        stream = body if body is not None else io.BytesIO(content)
        length = declared if body is not None else len(content)
        said = {name.lower(): value for name, value in (headers or {}).items()}
        if length is not None:
            said["content-length"] = str(length)
        return run(self._answer(_scope(method, path, said), stream, breaks_off=breaks_off))

    async def answer(self, path: str, method: str, data: bytes) -> Answer:
        """Send a request on a loop that runs already."""
        said = {"content-length": str(len(data))}
        return await self._answer(_scope(method, path, said), io.BytesIO(data), breaks_off=False)

    async def _answer(self, scope: dict[str, Any], stream: Any, *, breaks_off: bool) -> Answer:
        answer = Answer()

        async def receive() -> dict[str, Any]:
            part = stream.read(CHUNK)
            if breaks_off and not part:
                return {"type": "http.disconnect"}
            return {"type": "http.request", "body": part, "more_body": bool(part)}

        async def send(message: Any) -> None:
            if message["type"] == "http.response.start":
                answer.status_code = message["status"]
                answer.headers.update({name.decode(): value.decode() for name, value in message["headers"]})
            else:
                answer.data += message.get("body", b"")

        await self._app(scope, receive, send)
        return answer


def health_beside(app: App, body: bytes, count: int, answered: int = 0) -> tuple[Answer, list[int]]:
    """Ask for ``/health`` beside ``count`` pushes of a body, once so many of them are ``answered`` and the others wait.

    Returns its answer and those of the pushes; whoever still waits is given up.
    """

    async def ask() -> tuple[Answer, list[int]]:
        client = Client(app)
        pushes = [asyncio.create_task(client.answer("/", "POST", body)) for _ in range(count)]
        waiting = set(pushes)
        async with asyncio.timeout(PATIENCE):
            while count - len(waiting) < answered:
                _, waiting = await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
        for _ in range(TURNS):
            await asyncio.sleep(0)
        health = await client.answer("/health", "GET", b"")
        done = [one.result().status_code for one in pushes if one.done()]
        for one in pushes:
            one.cancel()
        await asyncio.gather(*pushes, return_exceptions=True)
        return health, done

    return run(ask())


def _encoded(content: Any) -> bytes:
    return json.dumps(content).encode()


def _scope(method: str, path: str, headers: dict[str, str]) -> dict[str, Any]:
    parts = urlsplit(path)
    return {
        "type": "http",
        "method": method,
        "path": parts.path,
        "raw_path": parts.path.encode(),
        "query_string": parts.query.encode(),
        "root_path": "",
        "scheme": "http",
        "http_version": "1.1",
        "headers": [(name.encode("latin-1"), value.encode("latin-1")) for name, value in headers.items()],
        "client": ("127.0.0.1", 1),
        "server": ("127.0.0.1", 8080),
    }
