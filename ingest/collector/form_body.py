"""Meta's other way of sending events, a form: its field ``data`` holds them as JSON (meta-capi.md §1.3).

PHP and jQuery write the same as fields of their own (``data[0][event_name]=Purchase``). What else the form says is
beside ``data``, as in Meta's JSON body.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterable
from typing import Any
from urllib.parse import parse_qsl

import msgspec
from werkzeug.exceptions import RequestEntityTooLarge
from werkzeug.formparser import FormDataParser
from werkzeug.http import parse_options_header

MOST_FIELDS = 200
"""Fields of a form; Meta's have about five, one event as fields of its own some fifty."""

DEEPEST = 8
"""Names in brackets behind each other."""

_FIELD = "data"
_BOM = b"\xef\xbb\xbf"
_NESTED = re.compile(rf"{_FIELD}((?:\[[^\[\]]*\]){{1,{DEEPEST}}})").fullmatch
_SECRET = "access_token"  # noqa: S105 - its name

Pairs = list[tuple[str, bytes]]


def events_of(body: bytes, content_type: str | None) -> bytes:
    """Return a form as Meta's JSON body, its events byte for byte; any other body, and one with several, as it is.

    ``curl -d`` calls every body a form: one that begins as JSON is none.
    """
    kind, options = parse_options_header(content_type)
    bare = body.removeprefix(_BOM)
    if bare.lstrip(b" \t\r\n").startswith((b"{", b"[")):
        return body
    if kind == "application/x-www-form-urlencoded":
        return _as_json(_pairs(bare)) or body
    return (_as_json(_parts(body, options)) or body) if kind == "multipart/form-data" else body


def _pairs(body: bytes) -> Pairs:
    """Return what the fields say; Latin-1 stands for bytes, so that none is lost."""
    try:
        pairs = parse_qsl(body.decode("latin-1"), encoding="latin-1", max_num_fields=MOST_FIELDS)
    except ValueError:  # more fields than that
        return []
    return [(name, said.encode("latin-1")) for name, said in pairs]


def _parts(body: bytes, options: dict[str, str]) -> Pairs:
    parser = FormDataParser(_in_memory, len(body), max_form_parts=MOST_FIELDS)
    try:
        _, form, files = parser.parse(io.BytesIO(body), "multipart/form-data", len(body), options)
    except RequestEntityTooLarge:  # more fields than that
        return []
    of_files = [(name, part.read()) for name, part in files.items(multi=True)]
    return [*of_files, *((name, text.encode()) for name, text in form.items(multi=True))]


def _as_json(pairs: Pairs) -> bytes | None:
    """Return the events of a form; ``None`` where it has no field of them, or several."""
    found = [said for name, said in pairs if name == _FIELD]
    nested = [(_names(brackets[1]), said) for name, said in pairs if (brackets := _NESTED(name))]
    beside = {name: _text(said) for name, said in pairs if not name.startswith(_FIELD) and name != _SECRET}
    if len(found) + bool(nested) != 1:
        return None
    events = found[0] if found else msgspec.json.encode(_opened(nested))
    if not beside:
        return events if found else b'{"data":%b}' % events
    return b'{"data":%b,%b' % (events, msgspec.json.encode(beside)[1:])


def _names(brackets: str) -> list[str]:
    return brackets[1:-1].split("][")


def _opened(nested: Iterable[tuple[list[str], bytes]]) -> dict[str, Any]:
    """Return what ``[0][user_data][em]`` and its like say, as objects; an empty name is the next of a list."""
    whole: dict[str, Any] = {}
    for names, said in nested:
        place = whole
        for name in names[:-1]:
            inner = place.setdefault(name or str(len(place)), {})
            place = inner if isinstance(inner, dict) else {}
        place[names[-1] or str(len(place))] = _text(said)
    return whole


def _text(said: bytes) -> str:
    return said.decode("utf-8", "replace")


def _in_memory(
    total_content_length: int | None,
    content_type: str | None,
    filename: str | None,
    content_length: int | None = None,
) -> io.BytesIO:
    """Keep a part that is a file in memory: the body is bounded, and nothing of it may touch a disk."""
    del total_content_length, content_type, filename, content_length  # the parser names them all
    return io.BytesIO()
