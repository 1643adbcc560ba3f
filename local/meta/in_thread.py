"""The stand-in inside the caller's process, over real HTTP on a free port: for tests and demos."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from werkzeug.serving import WSGIRequestHandler, make_server

from local.meta.app import create_app
from local.meta.settings import Settings

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment


class _Handler(WSGIRequestHandler):
    """Writes no access log, since a token may be in the query, and closes a connection the application broke off."""

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Write nothing."""

    def connection_dropped(self, error: BaseException, environ: "WSGIEnvironment | None" = None) -> None:
        """Close it: with keep-alive the client would wait for an answer that never comes."""
        super().connection_dropped(error, environ)
        self.close_connection = True


@contextmanager
def stand_in(settings: Settings | None = None, clock: Callable[[], float] = time.time) -> Iterator[str]:
    """Serve a stand-in for the length of the block; the value is its base URL."""
    app = create_app(settings or Settings(), clock)
    server = make_server("127.0.0.1", 0, app, threaded=True, request_handler=_Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
