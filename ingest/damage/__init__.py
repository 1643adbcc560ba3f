"""What programs do to a file's cells on their way here: it is mended where that is certain, else it is not sent.

One module a kind of damage; :class:`Damage` looks for all of them in a row before its cells are read. Customer
information that a spreadsheet has spoilt (phones without their last digits, ZIP codes without zeros) is handle's, which
knows its rules.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from ingest.damage import (
    date_serials,
    formula_errors,
    half_swapped,
    ids,
    mojibake,
    totals,
    uncertain_letters,
)
from ingest.damage.kinds import Mended, Refusal, Site
from ingest.damage.moved_rows import MovedRows
from ingest.readers.encodings.decoding import UNCERTAIN
from ingest.values.convert import Rounded

__all__ = ["Damage", "MovedRows", "Site"]

Mend = Callable[[str, Site], Mended | None]
"""Returns what a damaged cell becomes, or ``None`` where it is sound; raises Refused where its row cannot go on."""


class Damage:
    """Looks for damage in the rows of one file. ``sites`` are the cells of a row that are used, and as what.

    ``moved`` tells rows that do not stand under the header. ``is_text`` says that the format knows no numbers, so that
    no cell can be one that lost digits.
    """

    def __init__(self, sites: Iterable[Site], moved: MovedRows | None = None, *, is_text: bool = False) -> None:
        used = list(sites)
        self._is_text = is_text
        self._moved = moved or MovedRows()
        self._ids: list[tuple[int, Mend, Site]] = [(site.index, ids.mend_number, site) for site in used if site.is_id]
        self._typed: list[tuple[int, Mend, Site]] = [
            *((site.index, date_serials.mend, site) for site in used if site.is_time),
            *((site.index, half_swapped.mend, site) for site in used if site.is_half_swapped),
        ]
        # Looked for only in rows that have the letters, or the numbers, for it.
        self._rounded: list[tuple[int, Mend, Site]] = [
            (site.index, ids.mend_rounded, site) for site in used if site.is_any_id or site.is_person
        ]
        self._errors: list[tuple[int, Mend, Site]] = [(site.index, formula_errors.mend, site) for site in used]
        self._uncertain: list[tuple[int, Mend, Site]] = [(site.index, uncertain_letters.mend, site) for site in used]
        self._texts: list[tuple[int, Mend, Site]] = [(site.index, mojibake.mend, site) for site in used if site.is_text]
        self._totals = totals.Totals(used)

    def mend(self, cells: Sequence[str], row: int | str) -> tuple[Sequence[str], list[str]]:
        """Return the row's cells as they are to be read, and a warning (``field:reason``) for each that was damaged.

        Raises :class:`~omnicapi.errors.Refused` where the row cannot go on without a damaged cell, and
        :class:`~omnicapi.errors.PassedOver` where it is a row of totals or the header again.
        """
        self._totals.check(cells, row)
        self._moved.check(cells, row)
        found: list[tuple[Site, Mended]] = []
        for index, mend, site in self._looks(cells):
            if cell := cells[index]:
                try:
                    mended = mend(cell, site)
                except Refusal as refusal:
                    raise refusal.of(site, row) from None
                if mended:
                    found.append((site, mended))
        return _as_found(cells, found) if found else (cells, [])

    def _looks(self, cells: Sequence[str]) -> list[tuple[int, Mend, Site]]:
        """Return what is to be looked at more closely: in almost every row hardly anything, and this is quick."""
        looks = self._typed
        for one in self._ids:
            if (id_ := cells[one[0]]) and id_[0].isdecimal() and not id_.isalnum():
                looks = [one, *looks]
        together = "".join(cells)
        if not self._is_text and Rounded in map(type, cells):
            looks = self._rounded + looks
        if "#" in together:
            looks = looks + self._errors
        if mojibake.may_be_in(together):
            looks = looks + self._texts
        if UNCERTAIN in together:
            looks = looks + self._uncertain
        return looks


def _as_found(cells: Sequence[str], found: Sequence[tuple[Site, Mended]]) -> tuple[Sequence[str], list[str]]:
    whole = list(cells)
    for site, mended in found:
        whole[site.index] = mended.text
    return whole, [f"{site.field.path}:{mended.reason}" for site, mended in found]
