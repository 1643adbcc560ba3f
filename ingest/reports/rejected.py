"""The rows to mend: the original columns and a last one that says what is wrong."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import chain

from ingest.readers.table import Row
from ingest.reports.page import Page, first_of
from ingest.reports.row_outcome import verdict

REASON = "omnicapi_reason"
"""What stands above the last column."""


def reasons(page: Page) -> dict[int, str]:
    """Return what to mend by row, for the rejected rows of a page."""
    return {
        row: "; ".join(f"{one.reason}: {one.text(row)}" for one in outcomes if one.verdict == "rejected")
        for outcomes, rows in page.ways()
        if verdict(outcomes) == "rejected"
        for row in rows
    }


def to_mend(rows: Iterable[Row], pages: Iterable[Page], first: int) -> tuple[list[list[str]], Iterator[list[str]]]:
    """Return the cells of the rows before ``first``, which are the header, and those of the rejected rows.

    Each of these has its reason. Both raise what taking ``rows`` does, the rows once those before were taken.
    """
    header, rest = _divided(iter(rows), first)
    width = max(map(len, header), default=0)
    place = next((cells.index(REASON) for cells in header if REASON in cells), -1)
    names = max((index for index, cells in enumerate(header) if any(cells)), default=-1)
    shown = [
        _with(cells, REASON, place, width) if index == names and place < 0 else cells
        for index, cells in enumerate(header)
    ]
    return shown, _rejected(rest, pages, place, width)


def _rejected(rows: Iterator[Row], pages: Iterable[Page], place: int, width: int) -> Iterator[list[str]]:
    by_page = iter(pages)
    page: Page | None = None
    wrong: Mapping[int, str] = {}
    for row in rows:
        while page is None or page.first < first_of(row.number):
            page = next(by_page, None)
            if page is None:
                return
            wrong = reasons(page)
        if row.number in wrong:
            yield _with(row.cells, wrong[row.number], place, width)


def _divided(rows: Iterator[Row], first: int) -> tuple[list[list[str]], Iterator[Row]]:
    """Return the cells of the rows before ``first``, and the rows from there on."""
    header: list[list[str]] = []
    for row in rows:
        if row.number >= first:
            return header, chain([row], rows)
        header.append(row.cells)
    return header, iter(())


def _with(cells: list[str], reason: str, place: int, width: int) -> list[str]:
    """Return cells with the reason in its column, behind ``width`` others where there is none yet."""
    padded = cells + [""] * (max(width, place + 1) - len(cells))
    if place < 0:
        return [*padded, reason]
    return [*padded[:place], reason, *padded[place + 1 :]]
