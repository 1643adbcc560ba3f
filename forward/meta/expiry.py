"""When Graph API versions and access tokens end, and warnings before they do (meta-capi.md §1.1; Graph API changelog).

Meta answers no request in a version after its end. A system user's token may end, and does not tell when: its owner
says it.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from datetime import UTC, date, datetime

from omnicapi.logs import fields

log = logging.getLogger(__name__)

VERSION_ENDS: dict[str, date] = {
    "v20.0": date(2026, 9, 24),
    "v21.0": date(2027, 1, 21),
    "v22.0": date(2027, 5, 20),
    "v23.0": date(2027, 10, 8),
    "v24.0": date(2028, 2, 18),
    "v25.0": date(2028, 7, 29),
}
"""Last days known on 2026-11-23; v26.0, the newest then, had none yet."""

VERSION_WARN_DAYS = 90
"""Days before a version's end from which on a start warns."""

TOKEN_WARN_DAYS = 30
"""Days before a token's end from which on a start warns."""


def version_days_left(version: str, now: float) -> int | None:
    """Return the days until ``version`` ends, negative once it has; ``None`` where no end is known.

    ``now`` is Unix seconds, UTC. A version older than every known one counts as ended.
    """
    if version in VERSION_ENDS:
        return _days_until(VERSION_ENDS[version], now)
    oldest = min(_number(known) for known in VERSION_ENDS)
    return -1 if _number(version) < oldest else None


def warn_of_version(version: str, now: float) -> None:
    """Log that the configured version has ended or soon will."""
    left = version_days_left(version, now)
    if left is not None and left < 0:
        log.error("the Graph API version has ended: raise META_API_VERSION", extra=fields(version=version))
    elif left is not None and left < VERSION_WARN_DAYS:
        log.warning("the Graph API version ends soon: raise META_API_VERSION", extra=fields(version=version, days=left))


def warn_of_tokens(last_days: Mapping[str, date], now: float) -> None:
    """Log each dataset whose token has ended or soon will; ``last_days`` is by dataset, ``now`` Unix seconds, UTC."""
    for dataset, last_day in last_days.items():
        left = _days_until(last_day, now)
        if left < 0:
            log.error("an access token has expired: make a new one", extra=fields(dataset=dataset))
        elif left < TOKEN_WARN_DAYS:
            log.warning("an access token expires soon: make a new one", extra=fields(dataset=dataset, days=left))


def _days_until(day: date, now: float) -> int:
    return (day - datetime.fromtimestamp(now, UTC).date()).days


def _number(version: str) -> float:
    return float(version.removeprefix("v"))
