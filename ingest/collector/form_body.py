"""Meta's other way of sending events, a form: its field ``data`` holds them as JSON (meta-capi.md §1.3).

Everything beside ``data`` concerns a request to Meta and is left behind: an access token must not travel on.
"""

from __future__ import annotations

import io
from urllib.parse import parse_qsl

from werkzeug.exceptions import RequestEntityTooLarge
from werkzeug.formparser import FormDataParser
from werkzeug.http import parse_options_header

MOST_FIELDS = 50
"""Fields of a form; Meta's have about five."""

_FIELD = "data"


def events_of(body: bytes, content_type: str | None) -> bytes:
    """Return the events of a form, byte for byte as JSON; any other body, and one with several such fields, as it is.

    ``curl -d`` calls every body a form: one that begins as JSON is none.
    """
    kind, options = parse_options_header(content_type)
    if body.lstrip(b"\xef\xbb\xbf \t\r\n").startswith((b"{", b"[")):
        return body
    if kind == "application/x-www-form-urlencoded":
        return _of_pairs(body)
    return _of_parts(body, options) if kind == "multipart/form-data" else body


def _of_pairs(body: bytes) -> bytes:
    """Return what the field says; Latin-1 stands for bytes, so that none is lost."""
    try:
        pairs = parse_qsl(body.decode("latin-1"), encoding="latin-1", max_num_fields=MOST_FIELDS)
    except ValueError:  # more fields than that
        return body
    found = [said.encode("latin-1") for name, said in pairs if name == _FIELD]
    return found[0] if len(found) == 1 else body


def _of_parts(body: bytes, options: dict[str, str]) -> bytes:
    parser = FormDataParser(_in_memory, len(body), max_form_parts=MOST_FIELDS)
    try:
        _, form, files = parser.parse(io.BytesIO(body), "multipart/form-data", len(body), options)
    except RequestEntityTooLarge:  # more fields than that
        return body
    found = [*(part.read() for part in files.getlist(_FIELD)), *(text.encode() for text in form.getlist(_FIELD))]
    return found[0] if len(found) == 1 else body


def _in_memory(
    total_content_length: int | None,
    content_type: str | None,
    filename: str | None,
    content_length: int | None = None,
) -> io.BytesIO:
    """Keep a part that is a file in memory: the body is bounded, and nothing of it may touch a disk."""
    del total_content_length, content_type, filename, content_length  # the parser names them all
    return io.BytesIO()
