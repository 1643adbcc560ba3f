"""Ids in messages that a program took for numbers: the same damage as in files, where columns do not show more.

JSON has no integers but numbers, of which programs keep 53 bits: ``12345.0`` is ``12345``, and of a greater one, or one
with an exponent, the last digits are not known.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from ingest.damage.ids import mend_number, mend_rounded
from ingest.damage.kinds import Mended, Refusal, Site, sites_of
from ingest.events.filling import Column
from ingest.events.header import Mend
from ingest.events.identifying import is_id_name
from ingest.values.convert import Cell, Numeral, Rounded, as_cell
from ingest.values.fields import CUSTOM, PROPERTIES, Field, Kind
from ingest.values.formula_escapes import without_formula, without_mark

_COUNTED_BY = "event_id"
"""By this id Meta counts an event once, so none takes its place; every other id of a message is optional."""


def mender(columns: Iterable[Column], properties: Iterable[tuple[str, int]] = ()) -> Mend | None:
    """Return what looks at the ids of messages with these keys, or ``None`` where there are none.

    Of what else is said of a person, and of properties whose name (``transaction_id``) is an id's, only numbers that
    have lost digits are left out.
    """
    sites = list(sites_of(columns))
    ids = [site for site in sites if site.is_any_id]
    others = [site for site in sites if site.is_person and not site.is_any_id]
    named = [Site(index, Field(PROPERTIES, name, Kind.TEXT, f"{CUSTOM}.{name}"), name) for name, index in properties]
    numbers = [site for site in named if is_id_name(site.field.attribute)]
    return _Ids(ids, others, numbers).mend if ids or others or numbers else None


class _Ids:
    def __init__(self, ids: Sequence[Site], others: Sequence[Site], numbers: Sequence[Site]) -> None:
        self._ids = ids
        self._others = others
        self._numbers = numbers

    def mend(self, cells: Sequence[Cell], row: int | str) -> tuple[Sequence[Cell], list[str]]:
        """Return the cells with sound ids, and a warning for each id that was none.

        Raises Refused where the event's own id has lost digits.
        """
        sites = [site for site in self._ids if (cell := cells[site.index]) and not _is_usual(cell)]
        sites += [site for site in self._others if type(cells[site.index]) is not str]
        sites += [site for site in self._numbers if isinstance(cells[site.index], Rounded)]
        warnings: list[str] = []
        for site in sites:
            cell = cells[site.index]
            try:
                sound, reasons = _listed(cell, site) if isinstance(cell, list) else _mended(cell, site)
            except Refusal as refusal:
                if site.field.path == _COUNTED_BY:
                    raise refusal.of(site, row) from None
                sound, reasons = "", [refusal.reason]
            if sound != cell:
                cells = [*cells[: site.index], sound, *cells[site.index + 1 :]]
                warnings += [f"{site.field.path}:{reason}" for reason in reasons]
        return cells, warnings


def _is_usual(cell: Cell) -> bool:
    return type(cell) is str and cell.isalnum()


def _listed(cell: list[Cell], site: Site) -> tuple[Cell, list[str]]:
    if all(type(one) is str for one in cell) and not site.is_any_id:
        return cell, []
    found = [_mended(as_cell(one), site) for one in cell]
    return [sound for sound, _ in found if sound != ""], [reason for _, reasons in found for reason in reasons]


def _mended(cell: Cell, site: Site) -> tuple[Cell, list[str]]:
    """Return what was meant, and the reason for a warning where it was damaged."""
    if not isinstance(cell, str):
        return cell, []
    found: Mended | None = mend_rounded(cell, site)
    if found is None and site.is_any_id:
        cell = cell if isinstance(cell, Numeral) else without_mark(without_formula(cell))
        is_handles = site.is_person and not isinstance(cell, Numeral)
        found = mend_number(cell, site) if cell and not is_handles else None
    return (found.text, [found.reason]) if found else (cell, [])
