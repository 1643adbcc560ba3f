"""What people write around a text so that a spreadsheet takes it for one: ``="00123"``, and ``'00123`` of an id."""

from __future__ import annotations

import re

FORMULA = '="'
"""Begins a formula whose result is a text as it stands."""

_as_formula = re.compile(r'="((?:[^"]|"")*+)"').fullmatch
_as_marked = re.compile(r"'\d[^']*+", re.ASCII).fullmatch


def without_formula(cell: str) -> str:
    """Return the text that ``="…"`` shows; any other cell as it is."""
    found = _as_formula(cell) if cell.startswith(FORMULA) else None
    return found[1].replace('""', '"') if found else cell


def without_mark(id_: str) -> str:
    """Return an id without the apostrophe before its digits, by which a spreadsheet is told that it is text."""
    return id_[1:] if _as_marked(id_) else id_
