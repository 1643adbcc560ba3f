"""When each Graph API version ends (meta-capi.md §1.1; Graph API changelog). Meta answers none after its end."""

from __future__ import annotations

import logging
from datetime import UTC, date, datetime

from omnicapi.logs import fields

log = logging.getLogger(__name__)

ENDS: dict[str, date] = {
    "v20.0": date(2026, 9, 24),
    "v21.0": date(2027, 1, 21),
    "v22.0": date(2027, 5, 20),
    "v23.0": date(2027, 10, 8),
    "v24.0": date(2028, 2, 18),
    "v25.0": date(2028, 7, 29),
}
"""Last days known on 2026-11-23; v26.0, the newest then, had none yet."""

WARN_DAYS = 90


def days_left(version: str, now: float) -> int | None:
    """Return the days until ``version`` ends, negative once it has; ``None`` where no end is known.

    ``now`` is Unix seconds, UTC. A version older than every known one counts as ended.
    """
    if version in ENDS:
        return (ENDS[version] - datetime.fromtimestamp(now, UTC).date()).days
    oldest = min(_number(known) for known in ENDS)
    return -1 if _number(version) < oldest else None


def warn_of_end(version: str, now: float) -> None:
    """Log that the configured version has ended or soon will."""
    left = days_left(version, now)
    if left is not None and left < 0:
        log.error("the Graph API version has ended: raise META_API_VERSION", extra=fields(version=version))
    elif left is not None and left < WARN_DAYS:
        log.warning("the Graph API version ends soon: raise META_API_VERSION", extra=fields(version=version, days=left))


def _number(version: str) -> float:
    return float(version.removeprefix("v"))
