"""The time of every regular expression grows with its text, not with the square of it.

CPU time is a clock, so this is no part of `make test`: `make growth` runs it.
"""

from __future__ import annotations

import math
import re
import time
from collections.abc import Callable

import pytest

from tests.growth.patterns import Use, texts, uses

pytestmark = pytest.mark.growth

SHORT = 1_000
STEEPEST = 1.4
"""Exponent of a growth that counts as linear, what a processor's caches add included; 2 is quadratic."""
UNSEEN = 0.004
"""CPU seconds below which a text of twenty times :data:`SHORT` characters is no matter."""


def cpu(use: Use, text: str) -> float:
    """Return the CPU seconds of the fastest of a few tries."""
    tries = []
    for _ in range(3):
        start = time.process_time()
        use.run(text)
        tries.append(time.process_time() - start)
    return min(tries)


def exponent(use: Use, make: Callable[[int], str]) -> float:
    """Return the steepest growth from ten to twenty times the shortest text, in which a slow text shows."""
    for length in (20, 100, SHORT):  # what is worse than quadratic would not come back from a long text
        if cpu(use, make(length)) > UNSEEN:
            return math.inf
    some, more = cpu(use, make(10 * SHORT)), cpu(use, make(20 * SHORT))
    return math.log(more / some) / math.log(2) if more > UNSEEN else 0.0


def steepness(use: Use, make: Callable[[int], str]) -> float:
    """Return the exponent, the smallest of three where it seems steep: another program may have been in the way."""
    found = exponent(use, make)
    return found if found <= STEEPEST else min(found, exponent(use, make), exponent(use, make))


@pytest.mark.parametrize("use", uses(), ids=lambda use: f"{use.name}.{use.call}")
def test_a_pattern_takes_time_in_proportion_to_its_text(use: Use) -> None:
    steep = {make(8): found for make in texts(use.pattern) if (found := steepness(use, make)) > STEEPEST}
    assert not steep, f"{use.pattern.pattern!r}: texts like {sorted(steep)} grow with exponents {list(steep.values())}"


def test_the_law_sees_what_is_quadratic_and_what_is_worse() -> None:
    for slow in (r"[\s:=(]*[\d.,]*\)?\s*$", r"\d+\d+x"):
        pattern = re.compile(slow)
        assert any(steepness(Use("", pattern, "search"), make) > STEEPEST for make in texts(pattern)), slow
