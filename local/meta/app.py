"""The Flask application, for gunicorn or for a thread of a test."""

import gzip
import io
import time
import zlib
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from flask import Flask

from local.meta.control_api import control
from local.meta.graph import graph
from local.meta.settings import Settings, settings_from_environment
from local.meta.stand_in import StandIn

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

_MAX_FORM_BYTES = 256 * 1024 * 1024


def create_app(settings: Settings | None = None, clock: Callable[[], float] = time.time) -> "WSGIApplication":
    """Make the stand-in: set up by `settings`, else by the environment; `clock` gives Unix seconds."""
    stand_in = StandIn(settings or settings_from_environment(), clock)
    app = Flask(__name__)
    app.config["MAX_FORM_MEMORY_SIZE"] = _MAX_FORM_BYTES
    app.register_blueprint(control(stand_in))
    app.register_blueprint(graph(stand_in))
    return _Gunzip(app)


class _Gunzip:
    """Unpacks a gzip request body before the application reads it, whatever its type; a broken one is left as it is."""

    def __init__(self, app: "WSGIApplication") -> None:
        self._app = app

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        if environ.get("HTTP_CONTENT_ENCODING") == "gzip":
            packed = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or -1))
            try:
                body = gzip.decompress(packed)
            except (OSError, EOFError, zlib.error):
                body = packed
            environ["wsgi.input"] = io.BytesIO(body)
            environ["CONTENT_LENGTH"] = str(len(body))
        return self._app(environ, start_response)
