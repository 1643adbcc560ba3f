"""When each dataset's access token ends, as its owner says: a system user's token may end, and does not tell when."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from datetime import UTC, date, datetime

from omnicapi.logs import fields

log = logging.getLogger(__name__)

WARN_DAYS = 30


def warn_of_expiry(last_days: Mapping[str, date], now: float) -> None:
    """Log each dataset whose token has ended or soon will; ``last_days`` is by dataset, ``now`` Unix seconds, UTC."""
    today = datetime.fromtimestamp(now, UTC).date()
    for dataset, last_day in last_days.items():
        left = (last_day - today).days
        if left < 0:
            log.error("an access token has expired: make a new one", extra=fields(dataset=dataset))
        elif left < WARN_DAYS:
            log.warning("an access token expires soon: make a new one", extra=fields(dataset=dataset, days=left))
