"""What stands before or around a cell so that a spreadsheet takes it for a text and not for a formula.

A value that begins with ``= + - @``, their wide or small forms, or a tab or line end, also behind blanks, would run as
a formula: what is written here gets an apostrophe before it, the sign by which spreadsheet programs themselves mark a
text. Whoever reads the cell takes the apostrophe away again, so a phone ``+55…`` survives. People also write
``="00123"``, and ``'00123`` of an id.
"""

from __future__ import annotations

import re

DANGEROUS = frozenset("=+-@\t\r\n＝＋－＠﹦﹢﹣﹫")
MARK = "'"

_runs = re.compile(rf"[\t\r\n]|[\s\x00-\x1f\ufeff\u200b]*+[{re.escape(''.join(DANGEROUS))}]").match

FORMULA = '="'
"""Begins a formula whose result is a text as it stands."""

MARKS = "'’‘`´"
"""The apostrophe, and what programs that correct quotation marks make of it."""

_as_formula = re.compile(r'="((?:[^"]|"")*+)"').fullmatch
_as_marked = re.compile(rf"[{MARKS}]\d[^{MARKS}]*+", re.ASCII).fullmatch
_as_quoted = re.compile(r"[‘“]\d[^’”]*+[’”]", re.ASCII).fullmatch


def escaped(cell: str) -> str:
    """Return the cell as it may stand in a file that a spreadsheet program opens."""
    return MARK + cell if _runs(cell) else cell


def unescaped(cell: str) -> str:
    """Return what was meant: the cell without the mark that :func:`escaped` put there; nothing where it is alone."""
    return cell[1:] if cell[:1] == MARK and (len(cell) == 1 or _runs(cell, 1)) else cell


def without_formula(cell: str) -> str:
    """Return the text that ``="…"`` shows; any other cell as it is."""
    found = _as_formula(cell) if cell.startswith(FORMULA) else None
    return found[1].replace('""', '"') if found else cell


def may_be_marked(row: str) -> bool:
    """Tell whether any of a row's cells may be what :func:`without_mark` cuts; hardly any is, and this is quick."""
    return "'" in row or "`" in row or (not row.isascii() and ("’" in row or "‘" in row or "´" in row or "“" in row))


def without_mark(id_: str) -> str:
    """Return an id without the apostrophe before its digits, by which a spreadsheet is told that it is text.

    A word processor's marks around the digits are none of it either.
    """
    if _as_marked(id_):
        return id_[1:]
    return id_[1:-1] if _as_quoted(id_) else id_
