"""functions-framework's application of an entry point, without what it wraps around every request.

Its router and its handler call the entry point as ever; ``FUNCTION_SOURCE`` and ``FUNCTION_TARGET`` say which. Left
out are its execution ids, of which nothing of ours reads any, and its error pages: an entry point answers every error
itself, and the framework would log an exception with its text, which may quote data. They took half of the framework's
time (docs/adr/0190-event-loop.md).
"""

from __future__ import annotations

from typing import Any

from functions_framework.aio import create_asgi_app
from starlette.routing import Route

from omnicapi.http.asgi import App


def create_app(target: str | None = None, source: str | None = None) -> App:
    """Return the application; target and source are the environment's where none are given."""
    make: Any = create_asgi_app  # it has no types
    made = make(target, source, "http")
    # Its answers to /robots.txt and /favicon.ico are exceptions that only a layer left out would turn into a 404.
    entry = [route for route in made.routes if isinstance(route, Route) and "POST" in (route.methods or ())]
    made.router.routes[:] = entry
    router: App = made.router
    return router
