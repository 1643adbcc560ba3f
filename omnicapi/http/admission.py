"""How much an instance has in work: bytes of requests, and what is made of them, until each is answered.

A request beyond that is refused before it takes memory; its sender comes again, or Cloud Run finds another instance.
"""

from __future__ import annotations

from collections.abc import Iterable
from types import TracebackType
from typing import Self

from omnicapi.errors import Overloaded

ITEM = 1000
"""Bytes that an item of a message counts at least once it is read: small items take more memory than their text."""


def weight(sizes: Iterable[int]) -> int:
    """Return what items of these sizes, in bytes, count while they are in work."""
    return sum(max(ITEM, size) for size in sizes)


class Admission:
    """What may be in work at once, in bytes. A request that is alone is admitted whatever its size."""

    def __init__(self, most: int) -> None:
        self.most = most
        self.taken = 0

    def request(self) -> Share:
        """Return the share of a request, which holds nothing yet; it ends with its block."""
        return Share(self)


class Share:
    """What one request holds of an :class:`Admission`."""

    def __init__(self, admission: Admission) -> None:
        self._admission = admission
        self.held = 0

    def check(self, size: int) -> None:
        """Raise :class:`~omnicapi.errors.Overloaded` where ``size`` bytes more are too many beside other requests."""
        others = self._admission.taken - self.held
        if others and others + self.held + size > self._admission.most:
            raise Overloaded("This instance has as much in work as it may hold; send the same again later.")

    def take(self, size: int) -> None:
        """Hold ``size`` bytes more; raises as :meth:`check` does."""
        self.check(size)
        self.add(size)

    def add(self, size: int) -> None:
        """Hold ``size`` bytes more, however many there are: what was admitted turned out to be larger."""
        self.held += size
        self._admission.taken += size

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._admission.taken -= self.held
        self.held = 0
