"""Cells that a spreadsheet would run as formulas, written so that it does not, and read back as they were.

A value that begins with ``= + - @``, their wide or small forms, or a tab or line end, also behind blanks, gets an
apostrophe before it, the sign by which spreadsheet programs themselves mark a text. Whoever reads the cell takes the
apostrophe away again, so a phone ``+55…`` survives.
"""

from __future__ import annotations

import re

DANGEROUS = frozenset("=+-@\t\r\n＝＋－＠﹦﹢﹣﹫")
MARK = "'"

_runs = re.compile(rf"[\t\r\n]|[\s\x00-\x1f\ufeff\u200b]*+[{re.escape(''.join(DANGEROUS))}]").match


def defused(cell: str) -> str:
    """Return the cell as it may stand in a file that a spreadsheet program opens."""
    return MARK + cell if _runs(cell) else cell


def restored(cell: str) -> str:
    """Return what was meant: the cell without the mark that :func:`defused` put there; nothing where it is alone."""
    return cell[1:] if cell[:1] == MARK and (len(cell) == 1 or _runs(cell, 1)) else cell
