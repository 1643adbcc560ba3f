"""UTF-8 that was read as Windows-1252 and saved again: ``JoÃ£o`` is João.

It is undone only where that is certain: every letter outside ASCII must be part of a sequence that UTF-8 makes of a
letter of the Latin alphabets or of a typographic sign, and what comes out must give the same text again.
"""

from __future__ import annotations

import re

from ingest.damage.kinds import Mended, Site

REASON = "mojibake_repaired"

_SIGNS = "".join(bytes([code]).decode("cp1252", "ignore") or chr(code) for code in range(0x80, 0xC0))
_SEQUENCE = re.compile(
    # A capital letter before a dash, a quotation mark or ™ may end a word in capitals: MAÇÃ…, not a letter of one.
    rf"(?:(?<=[a-z])[ÂÃÄÅ]|[ÂÃÄÅ](?![–—‘’“”…™«»](?!\w)))[{re.escape(_SIGNS)}]|â[€‚„][{re.escape(_SIGNS)}]|Æ’|Ë[†œ]"
)
_BYTES = {letter: 0x80 + place for place, letter in enumerate(_SIGNS)}
"""Windows-1252 as it is used: the five bytes that it leaves out stand for the control characters of the same number."""

_TWICE = 2


def may_be_in(row: str) -> bool:
    """Tell whether any of a row's cells needs a look; almost none does, and this is quick."""
    if row.isascii():
        return False
    if "Ã" in row or "Â" in row or "Ä" in row or "Å" in row:
        return True
    # Only these letters begin a sequence too, and a word may have the first of them: câmara.
    return ("â" in row or "Æ" in row or "Ë" in row) and _SEQUENCE.search(row) is not None


def mend(cell: str, _: Site) -> Mended | None:
    """Return the text as it was before, or ``None`` where it is sound."""
    text = cell
    for _round in range(_TWICE):
        if text.isascii() or not _SEQUENCE.sub("", text).isascii():
            break
        text = _undone(text)
    return Mended(text, REASON) if text != cell else None


def _undone(text: str) -> str:
    # Nothing but ASCII and whole sequences is left, so it decodes.
    return bytes(_BYTES.get(letter, ord(letter)) for letter in text).decode()
