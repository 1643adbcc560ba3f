"""Columns of days that a spreadsheet has read with day and month exchanged, as far as it could.

A program that expects the month first makes a date of ``10/11/2026``, the 11th of October, and leaves ``25/11/2026`` a
text. Dates beside texts whose day is above 12 are therefore not known, whatever order the texts show.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from ingest.damage.kinds import Mended, Refusal, Site
from ingest.values.day_order import is_ambiguous, order_shown

_DATE = re.compile(r"(?:19|20)\d\d-(\d\d)-(\d\d)(?:[T ][\d:.,]*)?", re.ASCII)
"""A date as a spreadsheet's cell has it; one with a zone was written by a program, which exchanges nothing."""

_MONTHS = 12


def is_shown(cells: Iterable[str]) -> bool:
    """Tell whether a column mixes dates with texts of one order, in each of which it shows which number is the day."""
    dates, texts = list[str](), list[str]()
    for cell in cells:
        (dates if _DATE.fullmatch(cell) else texts).append(cell)
    if not (dates and texts) or not any(map(_may_be_swapped, dates)) or any(map(is_ambiguous, texts)):
        return False
    return order_shown(texts) in ("dmy", "mdy")


def mend(cell: str, site: Site) -> Mended | None:
    """Leave a date out that may be another one; refuse its row where it is the event's time."""
    if not _may_be_swapped(cell):
        return None
    if site.is_needed:
        raise Refusal(
            "dates_half_swapped",
            "the column mixes dates with texts whose day is above 12: a spreadsheet has exchanged day and month where "
            "it could; import the column as text, or write every cell as YYYY-MM-DD.",
        )
    return Mended("", "dates_half_swapped")


def _may_be_swapped(cell: str) -> bool:
    found = _DATE.fullmatch(cell)
    return found is not None and 0 < int(found[2]) <= _MONTHS and found[1] != found[2]
