"""Pub/Sub's push backoff: the whole subscription pauses while its endpoint only refuses (gcp.md §1.3)."""

FIRST_PAUSE = 0.1  # seconds, Google's shortest


class PushBackoff:
    """A pause that doubles from 100 ms to ``maximum`` seconds (Google: 60), and ends with the next acknowledgement.

    A simple form of Google's, whose formula is not public: a round of failures counts once, however many pushes were
    under way, and an endpoint that acknowledges anything at all is not paused. A ``maximum`` of 0 never pauses.
    """

    def __init__(self, maximum: float) -> None:
        self._maximum = maximum
        self._pause = 0.0
        self._until = 0.0

    def remaining(self, now: float) -> float:
        """Seconds until the next push may be sent."""
        return max(0.0, self._until - now)

    def acked(self) -> None:
        """End the pause: the endpoint works."""
        self._pause = self._until = 0.0

    def nacked(self, sent: float, now: float) -> None:
        """Count the failure of a push sent at ``sent``, unless it was sent before the present pause."""
        if sent >= self._until:
            self._pause = min(self._maximum, max(FIRST_PAUSE, 2 * self._pause))
            self._until = now + self._pause
