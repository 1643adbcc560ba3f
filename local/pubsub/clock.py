"""The two clocks of the broker, passed in so that tests need not sleep."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime


def _utc_now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Clock:
    """``seconds`` never goes back and measures deadlines; ``utc`` stamps messages."""

    seconds: Callable[[], float] = time.monotonic
    utc: Callable[[], datetime] = _utc_now
