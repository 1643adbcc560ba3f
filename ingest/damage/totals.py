"""Rows of totals and footers, which reports put below their rows and between them: left out, not sent as an event."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from ingest.damage.kinds import Site
from ingest.damage.report_words import is_label
from omnicapi.errors import PassedOver


class Totals:
    """Tells rows of totals: a cell says so, and nothing in the row says who or which order.

    A row that says when is one only where the label stands first, or where a person or an id is expected: a product may
    be called ``Total``. A row with a label where its time is expected can be nothing else.
    """

    def __init__(self, sites: Iterable[Site]) -> None:
        used = list(sites)
        self._times = [site.index for site in used if site.is_time]
        self._who = [site.index for site in used if (site.is_person or site.is_id) and not site.is_time]

    def check(self, cells: Sequence[str], row: int | str) -> None:
        """Raise :class:`~omnicapi.errors.PassedOver` where the row is one of totals, or about the report."""
        if self._is_one(cells):
            raise PassedOver("totals_row", f"Row {row} is a row of totals or of the report itself; it was left out.")

    def _is_one(self, cells: Sequence[str]) -> bool:
        when = False
        for index in self._times:
            if cell := cells[index]:
                if not cell[0].isdigit() and is_label(cell):
                    return True
                when = True
        for index in self._who:
            if (cell := cells[index]) and not is_label(cell):
                return False
        if when:
            first = next(filter(None, cells), "")
            return is_label(first) or any(cells[index] for index in self._who)
        return any(map(is_label, cells))
