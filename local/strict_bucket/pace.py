"""How often one object may change: once per second (https://cloud.google.com/storage/quotas#objects)."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from http import HTTPStatus

from local.strict_bucket.answers import Refused

_REMEMBERED = 10_000


class Pace:
    """Refuses a change of an object that comes within ``seconds`` of the one before; zero refuses none."""

    def __init__(self, seconds: float, clock: Callable[[], float]) -> None:
        self._seconds, self._clock = seconds, clock
        self._changed: OrderedDict[tuple[str, str], float] = OrderedDict()

    def check(self, bucket: str, name: str) -> None:
        """Raise :class:`Refused` where the object has just been changed."""
        last = self._changed.get((bucket, name))
        if last is not None and self._clock() - last < self._seconds:
            raise Refused(
                HTTPStatus.TOO_MANY_REQUESTS,
                f"The object {bucket}/{name} exceeded the rate limit for object mutation operations.",
            )

    def changed(self, bucket: str, name: str) -> None:
        """Remember that the object has changed now."""
        self._changed[bucket, name] = self._clock()
        self._changed.move_to_end((bucket, name))
        if len(self._changed) > _REMEMBERED:
            self._changed.popitem(last=False)
