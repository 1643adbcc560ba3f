"""Time zones as files and messages name them: ``-0500``, ``UTC+1``, ``America/New_York``, ``EST``.

An abbreviation counts where one zone is meant by it, as in the exports of the field; one that several parts of the
world use (``CST``, ``IST``, ``BST``) is none.
"""

from __future__ import annotations

import re
from datetime import UTC, timedelta, timezone, tzinfo
from functools import lru_cache
from zoneinfo import ZoneInfo, available_timezones

_HOURS = {
    "utc": 0, "gmt": 0, "z": 0, "wet": 0, "west": 1, "cet": 1, "mez": 1, "cest": 2, "mesz": 2, "eet": 2, "eest": 3,
    "msk": 3, "sast": 2, "wat": 1, "eat": 3, "pkt": 5, "wib": 7, "ict": 7, "sgt": 8, "hkt": 8, "awst": 8, "jst": 9,
    "kst": 9, "acst": 9.5, "acdt": 10.5, "aest": 10, "aedt": 11, "nzst": 12, "nzdt": 13, "brt": -3, "brst": -2,
    "art": -3, "clt": -4, "clst": -3, "cot": -5, "pet": -5, "nst": -3.5, "ndt": -2.5, "adt": -3, "est": -5, "edt": -4,
    "cdt": -5, "mst": -7, "mdt": -6, "pst": -8, "pdt": -7, "akst": -9, "akdt": -8, "hst": -10,
}  # fmt: skip
"""Hours from UTC of the abbreviations that mean one zone."""

_OFFSET = re.compile(r"(?:(?:utc|gmt)\s?)?([+−-])(\d{1,2})(?::?(\d{2}))?")
_LONGEST = 40
"""Characters of the longest name of a zone."""

_FARTHEST = timedelta(hours=14)
_MINUTES = 60


@lru_cache(maxsize=256)
def zone_of(name: str) -> tzinfo | None:
    """Return the zone that a text names, however its letters are written; ``None`` where it names none for certain."""
    folded = name.strip().casefold()
    if not folded or len(folded) > _LONGEST:
        return None
    if (hours := _HOURS.get(folded)) is not None:
        return timezone(timedelta(hours=hours)) if hours else UTC
    if found := _OFFSET.fullmatch(folded):
        return _offset(found)
    key = _names().get(folded.replace(" ", "_"))
    return ZoneInfo(key) if key else None


def _offset(found: re.Match[str]) -> tzinfo | None:
    minutes = int(found[3] or 0)
    offset = timedelta(hours=int(found[2]), minutes=minutes)
    if offset > _FARTHEST or minutes >= _MINUTES:
        return None
    return timezone(offset if found[1] == "+" else -offset)


@lru_cache(maxsize=1)
def _names() -> dict[str, str]:
    """Return the places of the zone data, such as ``America/New_York``, by their names in lower case."""
    return {name.casefold(): name for name in available_timezones() if "/" in name}
