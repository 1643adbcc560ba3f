"""The trace that a request belongs to, by which Cloud Logging shows its log lines together.

Google's handler finds it in Flask's request; the event loop has none, so it is kept beside the task here.
"""

from __future__ import annotations

import re
from contextvars import ContextVar
from typing import NamedTuple

from omnicapi.http.asgi import Scope


class Trace(NamedTuple):
    """Ids as Cloud Trace writes them; ``sampled`` says whether the trace is kept."""

    trace_id: str
    span_id: str
    sampled: bool


_current: ContextVar[Trace | None] = ContextVar("trace", default=None)
_w3c = re.compile(rb"[0-9a-f]{2}-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})").match
_cloud = re.compile(rb"([0-9a-f]{32})(?:/([0-9]{1,20}))?(?:;o=([01]))?").match


def enter(scope: Scope) -> None:
    """Note the trace that the head of a request names, for the task that answers it."""
    found: Trace | None = None
    for name, value in scope["headers"]:
        if name == b"traceparent" and (match := _w3c(value)):
            found = Trace(match[1].decode(), match[2].decode(), bool(int(match[3], 16) & 1))
        elif name == b"x-cloud-trace-context" and found is None and (match := _cloud(value)):
            span = f"{int(match[2]):016x}" if match[2] else ""
            found = Trace(match[1].decode(), span, match[3] == b"1")
    _current.set(found)


def current() -> Trace | None:
    """Return the trace of the request that this task answers, if any."""
    return _current.get()
