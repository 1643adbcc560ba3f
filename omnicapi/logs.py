"""Structured logs: one JSON object per line, as Cloud Logging reads them, with trace and stage, never personal data.

Google's own handler writes severity, source location and the request's trace; fields travel as ``json_fields``.
A foreign exception or log line may quote the data it choked on: of an exception only its type and the places it passed
are logged, of a library's line only the template that the library wrote, without its arguments.
"""

from __future__ import annotations

import json
import logging
import sys
import threading
import traceback
import warnings
from collections import deque
from collections.abc import Callable
from functools import partial
from types import CodeType
from typing import Any

from omnicapi.errors import OmniCapiError
from omnicapi.http import tracing

log = logging.getLogger(__name__)

ROOMS = ("omnicapi", "ingest", "handle", "forward")
"""Packages whose log lines are ours and hold no data."""

DEPTH = 12
"""Most call sites of an exception in one log line, the innermost ones."""


def setup(service: str, project: str, level: str = "INFO") -> None:
    """Send every log record, warning and uncaught exception to standard output as JSON labelled with ``service``.

    Call it once per process. Loggers of libraries stay at WARNING: their INFO and DEBUG lines may quote payloads.
    """
    handler = _google_handler(
        labels={"service": service}, project_id=project, stream=sys.stdout, json_encoder_cls=_Encoder
    )
    # First, because Google's own filter, which the handler has already, reads what ours sets.
    handler.filters[:0] = [_keep_data_out, partial(_add_trace, project)]
    # It would introduce itself, twice, with lines that tell an operator nothing.
    logging.getLogger(type(handler).__module__).disabled = True
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.WARNING)
    for room in ROOMS:
        logging.getLogger(room).setLevel(level)
    sys.excepthook = lambda _, error, __: _log_uncaught(error)
    threading.excepthook = lambda uncaught: _log_uncaught(uncaught.exc_value)
    # Without the text, which may quote what the library warns of.
    warnings.showwarning = lambda _, category, filename, line, *__: _log_warning(category, filename, line)


def fields(**values: Any) -> dict[str, Any]:
    """Return the ``extra=`` of a log call: named values beside the text; ``None`` and empty ones are left out."""
    return {"json_fields": {name: value for name, value in values.items() if value not in (None, {}, [])}}


def failure(error: BaseException) -> dict[str, Any]:
    """Return the ``extra=`` that describes an exception without quoting data.

    Our own errors promise to hold none, so their text is kept; of others only the type and the call path.
    """
    # An exception that many callers share grows by their frames as each raises it, hence the bound.
    innermost = deque(traceback.walk_tb(error.__traceback__), maxlen=DEPTH)
    path = [_place(frame.f_code, line) for frame, line in innermost]
    text = str(error) if isinstance(error, OmniCapiError) else None
    return fields(error=type(error).__name__, error_text=text, error_path=path)


def _place(code: CodeType, line: int) -> str:
    return f"{'/'.join(code.co_filename.split('/')[-2:])}:{line} {code.co_name}"


def _google_handler(**options: Any) -> logging.Handler:
    from google.cloud.logging.handlers import StructuredLogHandler  # noqa: PLC0415 - slow to import, needed only here

    make: Callable[..., logging.Handler] = StructuredLogHandler
    return make(**options)


class _Encoder(json.JSONEncoder):
    """Writes the type of what is no JSON: a line must not be lost for it, and its text could be anything."""

    def default(self, o: Any) -> str:
        return type(o).__name__


def _keep_data_out(record: logging.LogRecord) -> bool:
    """Take out of a record what may quote data: libraries' arguments, exception texts, the request's URL."""
    if record.name.partition(".")[0] not in ROOMS:
        record.msg = record.msg if isinstance(record.msg, str) else type(record.msg).__name__
        record.args = None
    if record.exc_info and record.exc_info[1] is not None:
        described = failure(record.exc_info[1])["json_fields"]
        record.json_fields = {**getattr(record, "json_fields", {}), **described}
        record.exc_info = None
        record.exc_text = None
    # The platform's request log knows the request; a URL here could carry a token or an address a second time.
    record.http_request = {}
    return True


def _add_trace(project: str, record: logging.LogRecord) -> bool:
    """Add the trace of the request that the event loop answers; Google's filter knows of other servers' requests."""
    trace = tracing.current()
    if trace is not None:
        record.trace = f"projects/{project}/traces/{trace.trace_id}"
        record.span_id, record.trace_sampled = trace.span_id, trace.sampled
    return True


def _log_uncaught(error: BaseException | None) -> None:
    if isinstance(error, Exception):  # not a thread that ends itself with SystemExit
        log.critical("uncaught exception", extra=failure(error))


def _log_warning(category: type[Warning], filename: str, line: int) -> None:
    log.warning("a library warns", extra=fields(category=category.__name__, place=f"{filename}:{line}"))
