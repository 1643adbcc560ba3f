"""When a message that failed is tried again, and when it is given up (gcp.md §1.3)."""

from dataclasses import dataclass

_MAX_DOUBLINGS = 32  # 2**32 times any minimum is past every maximum, and a float still holds it


@dataclass(frozen=True, slots=True)
class RetryPolicy:
    """Exponential backoff of one message between its deliveries, in seconds; Google allows 0–600."""

    minimum: float
    maximum: float

    def delay(self, failures: int) -> float:
        """Seconds to wait after the ``failures``-th failed delivery (1, 2, …): doubles from minimum to maximum.

        Google documents the bounds but not the multiplier; two is this broker's choice.
        """
        return min(self.maximum, self.minimum * 2.0 ** min(failures - 1, _MAX_DOUBLINGS))


IMMEDIATELY = RetryPolicy(0.0, 0.0)
"""What a subscription without a retry policy does."""


@dataclass(frozen=True, slots=True)
class DeadLetterPolicy:
    """Forward a message to ``topic`` once ``max_delivery_attempts`` (5–100) deliveries failed."""

    topic: str
    max_delivery_attempts: int
