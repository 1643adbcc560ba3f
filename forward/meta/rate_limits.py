"""Meta's rate-limit headers: how long to wait, how near the limit is (meta-capi.md §9.2)."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from typing import Any

import msgspec

HEADERS = ("x-app-usage", "x-business-use-case-usage", "x-ad-account-usage")
_PERCENT = ("call_count", "total_cputime", "total_time", "acc_id_util_pct")
_FULL = 100.0

SLOW_DOWN_AT = 80.0
"""Percent of a limit above which requests are spaced out; Meta throttles at 100."""
SPACING = 5.0
"""Seconds between requests at 100 percent, and proportionally fewer down to :data:`SLOW_DOWN_AT`."""
LONGEST_WAIT = 3600.0
"""Seconds of the longest wait that is believed; after it one request tries."""


class RateLimits(msgspec.Struct, frozen=True):
    """``percent`` of the fullest limit, and the seconds to wait before the next request (0: none)."""

    percent: float = 0.0
    wait: float = 0.0


def read_rate_limits(headers: Mapping[str, str]) -> RateLimits:
    """Read whatever usage headers an answer carries; a header that cannot be read counts as absent.

    ``headers`` must find names in any case.
    """
    records = [record for header in HEADERS for record in _records(headers.get(header, ""))]
    percent = max((_number(record.get(key)) for record in records for key in _PERCENT), default=0.0)
    wait = max(map(_wait, records), default=0.0)
    nearness = max(0.0, min(percent, _FULL) - SLOW_DOWN_AT) / (_FULL - SLOW_DOWN_AT)
    return RateLimits(percent, min(LONGEST_WAIT, max(wait, SPACING * nearness)))


def _wait(record: Mapping[str, Any]) -> float:
    """Return the seconds one record asks for: Meta gives minutes in one header and seconds in another."""
    if _number(record.get("acc_id_util_pct")) >= _FULL:
        return _number(record.get("reset_time_duration"))
    return 60 * _number(record.get("estimated_time_to_regain_access"))


def _records(text: str) -> Iterator[dict[str, Any]]:
    """Yield every object of a header: one, or lists of them by business id."""
    try:
        decoded = msgspec.json.decode(text) if text else None
    except (ValueError, RecursionError):
        return
    if isinstance(decoded, dict):
        yield decoded
        lists = (value for value in decoded.values() if isinstance(value, list))
        yield from (record for records in lists for record in records if isinstance(record, dict))


def _number(value: Any) -> float:
    try:
        number = float(value) if isinstance(value, int | float) and not isinstance(value, bool) else 0.0
    except OverflowError:  # an integer of more than 308 digits
        return 0.0
    return number if math.isfinite(number) and number > 0 else 0.0
