"""A server that answers as a test says, for the client of Meta's API."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from omnicapi.outcomes import OutcomeWriter

Respond = Callable[[BaseHTTPRequestHandler], None]


@dataclass
class Received:
    """One request as it came over the wire."""

    line: str
    headers: dict[str, str]
    body: bytes
    peer: tuple[str, int]


@dataclass
class WireServer:
    """Keeps what it receives and lets ``respond`` answer."""

    url: str = ""
    respond: Respond = field(default=lambda handler: answer(handler, 200, b'{"events_received":1}'))
    received: list[Received] = field(default_factory=list)


def answer(handler: BaseHTTPRequestHandler, status: int, body: bytes, **headers: str) -> None:
    """Send a whole answer."""
    handler.send_response(status)
    for name, value in {"Content-Length": str(len(body)), **headers}.items():
        handler.send_header(name.replace("_", "-"), value)
    handler.end_headers()
    handler.wfile.write(body)


@pytest.fixture
def wire() -> Iterator[WireServer]:
    state = WireServer()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            headers = {name.title(): value for name, value in self.headers.items()}
            state.received.append(Received(self.requestline, headers, body, self.client_address))
            state.respond(self)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the library's name
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    state.url = f"http://127.0.0.1:{server.server_port}"
    yield state
    server.shutdown()
    server.server_close()


@pytest.fixture
def poisoned_outcomes(monkeypatch: pytest.MonkeyPatch) -> None:
    """No message can be made with the outcome of the event ``poison``."""
    real = OutcomeWriter.start

    def start(self: OutcomeWriter, outcomes: Any, **about: Any) -> Any:
        if any(one.event_id == "poison" for one in outcomes):
            raise ValueError("jane@example.com")
        return real(self, outcomes, **about)

    monkeypatch.setattr(OutcomeWriter, "start", start)
