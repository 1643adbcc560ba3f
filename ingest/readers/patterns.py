"""Lists in XML that is written as spreadsheet programs usually do, taken apart by patterns.

That is several times as fast as following every element, and as certain: patterns describe whole rows, cells or texts,
and wherever anything but blanks is left between them, :class:`Unusual` is raised, for a parser to take over. What
stands before a list is always the parser's.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import chain

from ingest.readers.archive import damaged
from ingest.readers.markup import MOST_UNFINISHED, too_long

_OPENED = re.compile(rb'<[\w:]+(?:\s+[\w:-]+="[^"<>]*")*\s*>')

_REFERENCE = re.compile("&(?:#([0-9]{1,7});|#x([0-9A-Fa-f]{1,6});|(amp|lt|gt|quot|apos);)?")
_CHARACTERS, _BLANKS = range(0x20, 0xD800), frozenset({0x9, 0xA, 0xD})
_NAMED = {"amp": "&", "lt": "<", "gt": ">", "quot": '"', "apos": "'"}


class Unusual(Exception):
    """Something stands here that no pattern describes."""


def pieces(begun: bytes, blocks: Iterable[bytes], item_end: str, whole_end: str) -> Iterator[str]:
    """Yield what stands in a list, in pieces that end where an item does, but for the last.

    ``begun`` is what has been unpacked from the list's own tag on, ``blocks`` what follows; the list ends at the first
    ``whole_end``.
    """
    opened = _OPENED.match(begun)
    if opened is None:
        raise Unusual
    rest, item, whole = b"", item_end.encode(), whole_end.encode()
    blocks = chain([begun[opened.end() :]], blocks)
    for block in blocks:
        rest += block
        end = rest.find(whole)
        if end >= 0:
            yield _decoded(rest[:end])
            for _ in blocks:
                pass  # only to the end is it known that the part is not damaged
            return
        last = rest.rfind(item)
        cut = last + len(item) if last >= 0 else 0
        yield _decoded(rest[:cut])
        rest = rest[cut:]
        if len(rest) > MOST_UNFINISHED:
            raise too_long()
    raise damaged()


def _decoded(piece: bytes) -> str:
    try:
        text = piece.decode()
    except UnicodeDecodeError:
        raise damaged() from None
    return text.replace("\r\n", "\n").replace("\r", "\n") if "\r" in text else text


def split(pattern: re.Pattern[str], piece: str) -> list[list[str]]:
    """Return what each group of the pattern says, match by match; nothing is ``None``."""
    parts = pattern.split(piece)
    step = pattern.groups + 1
    if "".join(parts[::step]).strip():
        raise Unusual
    return [parts[group::step] for group in range(1, step)]


def referred(text: str) -> str:
    """Return a text with the characters to which it refers, such as ``&amp;``."""
    return _REFERENCE.sub(_character, text) if "&" in text else text


def _character(reference: re.Match[str]) -> str:
    decimal, hexadecimal, name = reference.groups()
    if name:
        return _NAMED[name]
    number = int(decimal) if decimal else int(hexadecimal or "0", 16)
    if number not in _CHARACTERS and number not in _BLANKS:
        raise Unusual  # no reference, or to no character; the parser knows
    return chr(number)
