"""Cells that a spreadsheet would run as formulas, written so that it does not, and read back as they were.

A value that begins with ``= + - @``, tab or carriage return gets an apostrophe before it, the sign by which spreadsheet
programs themselves mark a text. Whoever reads the cell takes the apostrophe away again, so a phone ``+55…`` survives.
"""

from __future__ import annotations

DANGEROUS = frozenset("=+-@\t\r")
MARK = "'"


def defused(cell: str) -> str:
    """Return the cell as it may stand in a file that a spreadsheet program opens."""
    return MARK + cell if cell[:1] in DANGEROUS else cell


def restored(cell: str) -> str:
    """Return what was meant: the cell without the mark that :func:`defused` put there."""
    return cell[1:] if cell[:1] == MARK and cell[1:2] in DANGEROUS else cell
