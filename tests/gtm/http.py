"""Sends a tag's requests for real, to where a test wants them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread

import urllib3

from tests.gtm.sandbox import Answer, Request

PUBSUB = "https://pubsub.googleapis.com"


@dataclass(frozen=True)
class RealHttp:
    """A transport that asks ``pubsub``, a URL, instead of Google's Pub/Sub; else it is the container's own."""

    pubsub: str

    def __call__(self, request: Request) -> Answer:
        """Send the request with its credentials and its time-out, once."""
        try:
            answered = urllib3.request(
                request.method,
                request.url.replace(PUBSUB, self.pubsub, 1),
                body=request.body.encode("utf-8"),
                headers={**request.headers, "Authorization": "Bearer of-the-container"},
                timeout=request.timeout_ms / 1000,
                retries=False,
                redirect=False,
            )
        except urllib3.exceptions.ReadTimeoutError:
            return Answer(reason="timed_out")
        except urllib3.exceptions.HTTPError:
            return Answer(reason="failed")
        return Answer(answered.status, answered.data.decode("utf-8"))


@contextmanager
def answering(status: int | None) -> Iterator[str]:
    """Run a server that answers every request with the status, or none as long as it runs; yields its URL."""
    over = Event()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["Content-Length"]))
            if status is None:
                over.wait()
                return
            self.send_response(status)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - as http.server names it
            """Write nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        over.set()
        server.shutdown()
        thread.join()
        server.server_close()
