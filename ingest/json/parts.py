"""The elements of a list, or the entries of an object, as bytes, found where the whole is no JSON.

Only where each ends is found out here, by brackets, commas and quotation marks; what it says is up to msgspec.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import islice

from ingest.json.faults import STRING

_MARK = re.compile(STRING + rb"|[\[\]{},]", re.DOTALL)
_SPACE = b" \t\r\n\0"
_CLOSING = {b"[": b"]", b"{": b"}"}


@dataclass(frozen=True)
class Parts:
    """What stands between the brackets, without commas; the last may be what was left of a text that was cut.

    ``is_closed`` tells whether the bracket was closed, ``rest`` is what stands behind it.
    """

    found: list[bytes]
    is_closed: bool
    rest: bytes


def parts(data: bytes, most: int) -> Parts:
    """Split the list or object that ``data`` begins with into at most ``most`` + 1 parts."""
    closing, found, depth, begin = _CLOSING.get(data[:1], b""), [], 0, 1
    for mark in islice(_MARK.finditer(data), 1, None):
        sign = mark[0]
        if sign in (b"[", b"{"):
            depth += 1
        elif depth == 0 and sign in (b",", closing):
            found.append(data[begin : mark.start()].strip(_SPACE))
            begin = mark.end()
            if sign == closing or len(found) > most:
                if found[-1] == b"":
                    found.pop()  # nothing but a comma before the bracket
                return Parts(found, True, data[begin:].strip(_SPACE))
        elif depth and sign in (b"]", b"}"):
            depth -= 1
    lines = _lines(data[begin:])
    return Parts([*found, *lines], len(lines) > 1 and data.rstrip(_SPACE).endswith(closing), b"")


def _lines(cut: bytes) -> list[bytes]:
    """Split what follows the last comma outside of brackets: one part, or where each line is a part, these.

    A part that is cut in the middle of a list leaves its bracket open, and all that follows seems to be in it.
    """
    lines = [line.strip(_SPACE + b",") for line in cut.split(b"\n")]
    lines = [line for line in lines if line not in (b"", b"]", b"}")]
    if len(lines) > 1 and all(line.startswith(b"{") for line in lines):
        lines[-1] = lines[-1].removesuffix(b"]")
        return lines
    return [cut.strip(_SPACE)]
