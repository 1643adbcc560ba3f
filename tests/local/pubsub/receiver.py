"""A real HTTP endpoint for pushes that records what it gets and answers as it is told."""

import json
import threading
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Self


@dataclass(frozen=True)
class Push:
    """One request: header names in lower case."""

    headers: dict[str, str]
    body: bytes

    @property
    def envelope(self) -> Any:
        """The wrapped push."""
        return json.loads(self.body)

    @property
    def message(self) -> Any:
        """The message of the wrapped push."""
        return self.envelope["message"]


Answer = Callable[[Push], int]
"""The HTTP status for a push."""


class Receiver:
    """Answers 204, or what ``answer`` says; ``hold`` keeps every request open until ``release``."""

    def __init__(self, answer: Answer = lambda _push: 204, *, hold: bool = False, port: int = 0) -> None:
        self.pushes: list[Push] = []
        self.open = 0
        self.most_open = 0
        self._answer = answer
        self._lock = threading.Lock()
        self._released = threading.Event()
        if not hold:
            self.release()
        self._server = _Server(("127.0.0.1", port), _handler(self))
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True)

    @property
    def url(self) -> str:
        """Where to push."""
        return f"http://127.0.0.1:{self.port}/push"

    @property
    def port(self) -> int:
        """The port it listens on."""
        return self._server.server_port

    def release(self) -> None:
        """Answer what is held, and hold nothing more."""
        self._released.set()

    def deliveries(self) -> Counter[str]:
        """Count the wrapped pushes of each message id."""
        return Counter(push.message["messageId"] for push in list(self.pushes))

    def receive(self, push: Push) -> int:
        """Record one push; its status."""
        with self._lock:
            self.pushes.append(push)
            self.open += 1
            self.most_open = max(self.most_open, self.open)
        self._released.wait()
        with self._lock:
            self.open -= 1
        return self._answer(push)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.release()
        self._server.shutdown()
        self._server.server_close()


class _Server(ThreadingHTTPServer):
    request_queue_size = 1024  # a whole push window connects at once
    daemon_threads = True
    block_on_close = False


def _handler(receiver: Receiver) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            push = Push({name.lower(): value for name, value in self.headers.items()}, body)
            self.send_response(receiver.receive(push))
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
            """Keep quiet."""

    return Handler
