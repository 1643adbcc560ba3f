"""Rows of totals, which reports put below their rows and between them: they are left out, not sent as an event."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from ingest.damage.kinds import Site
from omnicapi.errors import PassedOver

_LABEL = re.compile(
    r"((grand|overall|report|order)\s)?(sub)?-?total(s|e|en|es|i)?(\s(geral|general|général|generale|général|of|de|do)\b.*)?|"
    r"(zwischen|gesamt)?summen?|gesamt(summe|betrag|ergebnis)?|sum|soma(tório)?|somme|suma|somma|totaal|eindtotaal|"
    r"resultado( geral)?|total\s+(sales|rows|count|amount|vendas|ventas|pedidos)|итого|toplam|"
    r"合计|总计|合計|総計|합계",
    re.IGNORECASE,
)
_COUNT = re.compile(r"[\s:=(]*[\d.,]*\)?\s*$")


class Totals:
    """Tells rows of totals: one cell says so, and nothing in the row says when, who or which order."""

    def __init__(self, sites: Iterable[Site]) -> None:
        telling = [site for site in sites if site.is_time or site.is_person or site.is_id]
        # Where a row is an event its time says so at once.
        self._telling = [site.index for site in sorted(telling, key=lambda site: not site.is_time)]

    def check(self, cells: Sequence[str], row: int | str) -> None:
        """Raise :class:`~omnicapi.errors.PassedOver` where the row is one of totals."""
        for index in self._telling:
            if (cell := cells[index]) and not _is_label(cell):
                return
        if any(map(_is_label, cells)):
            raise PassedOver("totals_row", f"Row {row} is a row of totals; it was left out.")


def _is_label(cell: str) -> bool:
    return not cell[:1].isdigit() and _LABEL.fullmatch(_COUNT.sub("", cell)) is not None
