"""Identifiers of 17 digits and more that a spreadsheet holds as numbers: of those it keeps the first 15.

What is read has as many digits as were typed, and the last of them are wrong.
"""

from __future__ import annotations

from ingest.convert import Rounded
from ingest.damage.kinds import Mended, Refusal, Site


def mend(cell: str, site: Site) -> Mended | None:
    """Leave the identifier out where its row can go on without; else refuse it."""
    if not isinstance(cell, Rounded):
        return None
    if site.is_needed:
        raise Refusal(
            "digits_lost",
            "a spreadsheet keeps 15 digits of a number, the last ones are gone; format the column as text, fill it in "
            "again and export it.",
        )
    return Mended("", "digits_lost")
