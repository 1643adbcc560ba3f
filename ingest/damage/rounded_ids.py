"""Identifiers of 16 digits and more that a spreadsheet holds as numbers, of which it keeps the first 15; or JSON does.

What is read has as many digits as were typed, and the last of them are wrong.
"""

from __future__ import annotations

from ingest.damage.kinds import Mended, Refusal, Site
from ingest.values.convert import Rounded


def mend(cell: str, site: Site) -> Mended | None:
    """Leave the identifier out where its row can go on without; else refuse it."""
    if not isinstance(cell, Rounded):
        return None
    if site.is_needed:
        raise Refusal(
            "digits_lost",
            "a spreadsheet keeps 15 digits of a number, programs 53 bits of it: the last digits are gone. Format the "
            "column as text, fill it in again and export it; write ids in JSON as texts.",
        )
    return Mended("", "digits_lost")
