"""The data of a message as a list of items: one object, a JSON list, or an object per line (NDJSON).

What cannot be read costs itself only: its place in the list says what is wrong with it, and the rest goes on.
"""

from __future__ import annotations

import codecs
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any

import msgspec

from ingest.json.faults import DuplicateKey, fault
from ingest.json.parts import parts
from omnicapi.errors import Refused

NOT_JSON = (msgspec.DecodeError, UnicodeError, ArithmeticError, RecursionError)
"""What :func:`decode` raises, absurd exponents and depths included."""

MOST = 100_000
"""Items of a message: more than 10 MB hold of whole events, and few enough for the memory."""

_LISTS = ("data", "events")
"""Keys under which bodies of requests hold their events (meta-capi.md §1.3, ga4-gtm.md §4.1)."""

_SPACE = b" \t\r\n\0"
_text = re.compile(rb'"[^"\\]*+(?:\\.[^"\\]*+)*+"?', re.DOTALL)
_read = msgspec.json.Decoder(float_hook=Decimal).decode


class Salvaged(dict[str, Any]):
    """The body of a request with refusals among its events.

    ``whole`` is the refusal of all of it, for a shape that has no list of events.
    """

    def __init__(self, body: Mapping[str, Any], whole: Refused) -> None:
        super().__init__(body)
        self.whole = whole


def decode(data: bytes | str) -> Any:
    """Read JSON; numbers with a fraction keep their digits, and an object that has one key twice is refused."""
    text = data.encode() if isinstance(data, str) else data
    value = _read(text)
    kind = type(value)
    # There are no fewer quotation marks before colons than keys: where there are as many, no key was lost.
    if (kind is dict or kind is list) and (text.count(b'":') != _keys(value) or _may_space_keys(text)):
        json.loads(text, object_pairs_hook=_unique, parse_float=str, parse_int=str)
    return value


def _may_space_keys(text: bytes) -> bool:
    """Tell whether JSON's white space stands before a colon, as it may after a key: a sixth of a pattern's time."""
    return b" :" in text or b"\t:" in text or b"\n:" in text or b"\r:" in text


def bare(data: bytes) -> bytes:
    """Return a message's data without what may stand around it: white space, a byte order mark, filling zeros."""
    return data.strip(_SPACE).removeprefix(codecs.BOM_UTF8).strip(_SPACE)


def is_list(data: bytes) -> bool:
    """Tell whether the data is a JSON list, be it of one."""
    return bare(data).startswith(b"[")


def items(data: bytes, most: int = MOST) -> list[Any]:
    """Return the items of a message's data, at most ``most`` of them.

    One that cannot be read stands in the result as the :class:`~omnicapi.errors.Refused` that says so; the function
    raises one itself where nothing can be read. Neither quotes the data.
    """
    text = bare(data)
    try:
        value = decode(text)
    except NOT_JSON as error:
        return _readable(text, most, _refused(text, error, "The message's data"))
    if value == []:
        raise Refused("message_empty", "The message's list is empty.")
    if isinstance(value, list):
        _check(len(value), most)
        return value
    return [value]


def _readable(text: bytes, most: int, whole: Refused) -> list[Any]:
    """Return what can be read of data that is no JSON as a whole, and a refusal for each part that cannot.

    Raises ``whole`` where it has no parts that are, or were meant to be, objects.
    """
    text = _without_lines_in_texts(text)
    lines = [(number, line) for number, line in enumerate(text.splitlines(), start=1) if line.strip(_SPACE)]
    first = lines[0][1].rstrip() if lines else b""
    if text.startswith(b"[") and (len(lines) == 1 or first.endswith((b"[", b",", b"{"))):
        return _elements(text, most, whole)
    if len(lines) <= 1 or first == b"{":
        return [_body(text, most, whole)]
    _check(len(lines), most)
    return _read_all([(line, f"Line {number} of the message's data") for number, line in lines], whole)


def _without_lines_in_texts(text: bytes) -> bytes:
    """Return JSON whose texts hold line breaks with other characters for them that JSON forbids, any other as it is.

    So each item's end is found, and the item is refused as it would be for any other control character.
    """
    if b"\n" not in text:
        return text
    try:
        json.loads(text, strict=False, parse_float=str, parse_int=str)
    except (ValueError, RecursionError):
        return text
    return _text.sub(lambda found: found[0].replace(b"\n", b"\x01"), text)


def _elements(text: bytes, most: int, whole: Refused) -> list[Any]:
    found = parts(text, most)
    _check(len(found.found), most)
    named = [(part, f"Item {index} of the message's list") for index, part in enumerate(found.found)]
    values = _read_all(named, whole)
    if not found.is_closed and not isinstance(values[-1], Refused):
        values.append(Refused("not_json", "The message's list is cut off; what followed is not there."))
    if found.rest:
        values.append(Refused("not_json", "Something stands behind the message's list; it was not read."))
    return values


def _body(text: bytes, most: int, whole: Refused) -> Salvaged:
    """Return the body of a request with the events in it that can be read; raises ``whole`` where it is none."""
    try:
        found = parts(text, most)
        entries = [_entry(part) for part in found.found]
        body = {
            key: _elements(value, most, whole) if key in _LISTS and value.startswith(b"[") else decode(value)
            for key, value in entries
        }
    except NOT_JSON:
        raise whole from None
    if len(body) < len(entries) or body.keys().isdisjoint(_LISTS) or not found.is_closed or found.rest:
        raise whole
    return Salvaged(body, whole)


def _entry(part: bytes) -> tuple[str, bytes]:
    """Return key and value of an entry of an object; raises what :func:`decode` raises."""
    key, _, value = part.partition(b":")
    return str(decode(key)), value.strip(_SPACE)


def _read_all(named: Sequence[tuple[bytes, str]], whole: Refused) -> list[Any]:
    """Return what each part says; ``named`` are the parts and what to call each."""
    values = [_item(part, place) for part, place in named]
    if all(isinstance(value, Refused) for value in values) and not all(_is_braced(part) for part, _ in named):
        raise whole
    return values


def _item(part: bytes, place: str) -> Any:
    text = bare(part)
    try:
        return decode(text)
    except NOT_JSON as error:
        return _refused(text, error, place)


def _is_braced(part: bytes) -> bool:
    text = bare(part)
    return text.startswith(b"{") and text.endswith(b"}")


def _refused(text: bytes, error: Exception, place: str) -> Refused:
    reason = "duplicate_key" if isinstance(error, DuplicateKey) else "not_json"
    return Refused(reason, f"{place} cannot be read as JSON: {fault(text, error)}.")


def _check(count: int, most: int) -> None:
    # Two bytes are an item, and what is said about it takes a thousand: a megabyte would fill the memory.
    if count > most:
        raise Refused("too_many_items", f"These are more than {most:,} items; send them in parts.")


def _keys(value: dict[str, Any] | list[Any]) -> int:
    """Return how many keys the objects of a JSON value have together."""
    inner: Iterable[Any] = value
    count = 0
    if type(value) is dict:
        inner, count = value.values(), len(value)
    for one in inner:
        kind = type(one)
        if kind is dict or kind is list:
            count += _keys(one)
    return count


def _unique(pairs: list[tuple[str, Any]]) -> None:
    seen: set[str] = set()
    for key, _ in pairs:
        if key in seen:
            raise DuplicateKey(key)
        seen.add(key)
