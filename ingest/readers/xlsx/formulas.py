"""Formulas whose results a sheet does not hold, in XML that is taken apart by patterns (ECMA-376 part 1, §18.3.1.40).

Programs that write workbooks and work nothing out leave the results to whoever opens them. Only pieces of a sheet in
which the end of such a cell stands are looked at cell by cell.
"""

from __future__ import annotations

import re

from ingest.readers.cell_text import WITHOUT_RESULT
from ingest.readers.xlsx.cells import NUMBER, Meaning

_FORMULA = r"""
<{p}f(?:\ [\w:]+="[^"<>]*")*+(?:\ ?/>|>[^<]*</{p}f>)(<{p}v\ ?/>|<{p}v>(0?)</{p}v>)?</{p}c>
"""
"""A formula and the rest of its cell, which has no result but perhaps a zero. Groups: the value, and its text."""

_TYPE = re.compile(r'\ t="([A-Za-z]+)"', re.ASCII)


class Formulas:
    """Looks for such formulas in a sheet whose elements have ``prefix`` before their names."""

    def __init__(self, prefix: str, meaning: Meaning) -> None:
        self._pattern = re.compile(_FORMULA.format(p=re.escape(prefix)), re.VERBOSE | re.ASCII)
        self._cell, self._end = f"<{prefix}c ", f"</{prefix}c>"
        self._signs = [f"f>{self._end}", f"/>{self._end}", f"<{prefix}v></{prefix}v>"]
        if meaning.is_recalculated:
            self._signs.append(f"<{prefix}f")
        self._told = f"<{prefix}v>{WITHOUT_RESULT}</{prefix}v>{self._end}"
        self._meaning = meaning

    def told(self, piece: str) -> str:
        """Return a piece of the sheet in which each cell without its formula's result has an error as its value."""
        if not any(sign in piece for sign in self._signs):
            return piece
        parts, at = list[str](), 0
        for found in self._pattern.finditer(piece):
            begins = piece.rfind(self._cell, at, found.start())
            tag = piece[begins : found.start()]
            kind = _TYPE.search(tag)
            if begins >= 0 and self._lacks(found, kind[1] if kind else NUMBER):
                parts += [piece[at:begins], _TYPE.sub(' t="e"', tag), self._told]
                at = found.end()
        return "".join([*parts, piece[at:]])

    def _lacks(self, found: re.Match[str], kind: str) -> bool:
        return self._meaning.lacks_result(found[2] or "", kind, is_stored=found[1] is not None)
