"""Cuts a JSON list into the texts of its items without reading them: one may be nested deeper than any reader goes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice

_tokens = re.compile(rb'"[^"\\]*+(?:\\.[^"\\]*+)*+"|[\[\]{},]', re.DOTALL).finditer


def has_more(data: bytes, most: int) -> bool:
    """Say whether a JSON list has more than ``most`` items, without keeping any of them."""
    return next(islice(_items(data), most, None), None) is not None


def split_list(data: bytes) -> list[bytes]:
    """Return the text of each item of a JSON list, in order; of one that breaks off, what there is."""
    return list(_items(data))


def _items(data: bytes) -> Iterator[bytes]:
    depth = start = 0
    for token in _tokens(data):
        mark = token[0]
        if mark in b"[{":
            depth += 1
            start = token.end() if depth == 1 else start
        elif mark in b"]}":
            depth -= 1
        if (mark == b"," and depth == 1) or (mark in b"]}" and depth == 0):
            yield data[start : token.start()]
            start = token.end()
    if depth != 0:
        yield data[start:]
