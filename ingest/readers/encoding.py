"""Which encoding a text file is in.

UTF-8 is tried first and settles almost every file. Spreadsheet programs also write UTF-16 and, in Western Europe and
the Americas, Windows-1252; only for what is not UTF-8 is an opinion asked of charset-normalizer.
"""

from __future__ import annotations

import codecs
import re

from charset_normalizer import from_bytes

UTF_8 = "utf-8"

BYTE_ORDER_MARKS = {codecs.BOM_UTF8: UTF_8, codecs.BOM_UTF16_LE: "utf-16-le", codecs.BOM_UTF16_BE: "utf-16-be"}
"""The bytes that may stand before the text, and the encoding that they declare."""

_WITHOUT_MARK = {"utf-8-sig": UTF_8, "utf-16": "utf-16-le"}
"""Encodings in which Python expects a mark, and the same without."""

LIKELY = ["cp1252", "cp1250", "cp1251", "cp1253", "cp1254", "cp932", "cp949", "big5", "gb18030"]
"""What spreadsheet programs write when they do not write Unicode."""

WINDOWS_1252 = "omnicapi-windows-1252"
"""Error handler that reads each byte that is not UTF-8 as Windows-1252: a file whose first accent comes after the
sample is then read right, since such a byte beside ASCII letters is never valid UTF-8."""


_BEYOND_ASCII = re.compile("[^\\x00-\\x7f\ufffd]")


def encoding_of(sample: bytes, declared: str | None) -> tuple[str, int]:
    """Return the encoding of a file that begins with ``sample``, and how many bytes come before its text.

    A byte order mark says it, else ``declared``, else what the bytes look like.
    """
    for mark, encoding in BYTE_ORDER_MARKS.items():
        if sample.startswith(mark):
            return encoding, len(mark)
    if declared is not None:
        name = codecs.lookup(declared).name
        return _WITHOUT_MARK.get(name, name), 0
    return detect(sample), 0


def detect(sample: bytes) -> str:
    """Return the encoding that a text without a mark and beginning with ``sample`` is in."""
    if (wide := _without_mark(sample)) is not None:
        return wide
    if _is_utf8(sample):
        return UTF_8
    matches = from_bytes(sample, cp_isolation=LIKELY)
    best = matches.best()
    # Of several readings that are equally clean Windows-1252 is by far the most common.
    if best is None or any(match.encoding == "cp1252" and match.chaos <= best.chaos for match in matches):
        return "cp1252"
    return best.encoding


def _without_mark(sample: bytes) -> str | None:
    """UTF-16 without a mark: every other byte of its many ASCII letters is zero."""
    even, odd = sample[0::2].count(0), sample[1::2].count(0)
    # Zeros on both sides are a file that was filled up with them.
    if even + odd < len(sample) / 10 or min(even, odd) * 4 >= max(even, odd):
        return None
    return "utf-16-le" if odd > even else "utf-16-be"


def _is_utf8(sample: bytes) -> bool:
    """Tell UTF-8, also where some of it is not: exports of two programs, one put behind the other.

    Letters of another encoding that happen to be valid UTF-8 are rare among those that are not.
    """
    text = codecs.getincrementaldecoder(UTF_8)("replace").decode(sample)  # a character cut off at the end is no error
    wrong = text.count("\ufffd")
    return wrong == 0 or len(_BEYOND_ASCII.findall(text)) * 4 >= wrong


def _as_windows_1252(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeDecodeError):
        raise error
    return error.object[error.start : error.end].decode("cp1252", "replace"), error.end


codecs.register_error(WINDOWS_1252, _as_windows_1252)
