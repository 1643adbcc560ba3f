"""Cuts a JSON list into the texts of its items without reading them: one may be nested deeper than any reader goes."""

from __future__ import annotations

import re

_tokens = re.compile(rb'"[^"\\]*+(?:\\.[^"\\]*+)*+"|[\[\]{},]', re.DOTALL).finditer


def split_list(data: bytes) -> list[bytes]:
    """Return the text of each item of a JSON list, in order; of one that breaks off, what there is."""
    found: list[bytes] = []
    depth = start = 0
    for token in _tokens(data):
        mark = token[0]
        if mark in b"[{":
            depth += 1
            start = token.end() if depth == 1 else start
        elif mark in b"]}":
            depth -= 1
        if (mark == b"," and depth == 1) or (mark in b"]}" and depth == 0):
            found.append(data[start : token.start()])
            start = token.end()
    return found if depth == 0 else [*found, data[start:]]
