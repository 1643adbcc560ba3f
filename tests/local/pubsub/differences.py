"""Where Google's emulator differs from Pub/Sub and the embedded broker; docs/local-pubsub.md has the same list."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

import pytest

GOOGLE = "google"

_Test = TypeVar("_Test", bound=Callable[..., None])


@dataclass(frozen=True)
class Difference:
    """Why a test fails against the emulator; ``asserted`` unless the emulator would make it wait or hang."""

    reason: str
    asserted: bool


_declared: dict[Callable[..., object], Difference] = {}


def differs(reason: str, *, asserted: bool = True) -> Callable[[_Test], _Test]:
    """Expect the test to fail against Google's emulator: should the emulator come round, the test says so."""

    def mark(test: _Test) -> _Test:
        _declared[test] = Difference(reason, asserted)
        return test

    return mark


def expect_differences(items: list[pytest.Item]) -> None:
    """Mark the collected tests of the emulator that were declared to differ."""
    for item in items:
        if isinstance(item, pytest.Function) and item.name.partition("[")[2].startswith(GOOGLE):
            difference = _declared.get(item.function)
            if difference:
                item.add_marker(pytest.mark.xfail(reason=difference.reason, strict=True, run=difference.asserted))
