"""Years of other calendars than the Gregorian one, by which they are told: they are named, never converted.

Thailand counts Buddhist years (2569 is 2026), the Hijri calendar and Iran's have 1448 and 1405 in the same year.
"""

from __future__ import annotations

_BUDDHIST = range(2400, 2700)
_HIJRI = range(1300, 1500)


def other_calendar(year: int) -> str | None:
    """Return the calendar to which a year must belong, since no event and no person alive has it in ours."""
    if year in _BUDDHIST:
        return "Buddhist"
    return "Hijri or Persian" if year in _HIJRI else None


def hint(calendar: str) -> str:
    """Return what to do about a year of another calendar."""
    return f"the year is one of the {calendar} calendar; write the date in the Gregorian calendar (2026)."
