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
ROUNDS = 6
"""Times that what seems slow is tried again before it counts as slow."""


def cpu(use: Use, text: str) -> float:
    """Return the CPU seconds of the fastest of a few tries."""
    tries = []
    for _ in range(3):
        start = time.process_time()
        use.run(text)
        tries.append(time.process_time() - start)
    return min(tries)


def is_slow(use: Use, text: str) -> bool:
    """Tell whether not one of many tries is as fast as a short text has to be."""
    return all(cpu(use, text) > UNSEEN for _ in range(ROUNDS))


def steepness(use: Use, make: Callable[[int], str]) -> float:
    """Return the exponent of the growth from ten to twenty times the shortest text, in which a slow text shows.

    Where it seems steep both are tried again: other programs make a try slower and none faster, so what the fastest
    tries say comes nearer to the truth with each, whatever else the machine does.
    """
    if any(is_slow(use, make(length)) for length in (20, 100, SHORT)):
        return math.inf  # what is worse than quadratic would not come back from a long text
    some = more = found = math.inf
    for _ in range(ROUNDS):
        some, more = min(some, cpu(use, make(10 * SHORT))), min(more, cpu(use, make(20 * SHORT)))
        found = math.log(more / some) / math.log(2) if more > UNSEEN else 0.0
        if found <= STEEPEST:
            break
    return found


@pytest.mark.parametrize("use", uses(), ids=lambda use: f"{use.name}.{use.call}")
def test_a_pattern_takes_time_in_proportion_to_its_text(use: Use) -> None:
    steep = {make(8): found for make in texts(use.pattern) if (found := steepness(use, make)) > STEEPEST}
    assert not steep, f"{use.pattern.pattern!r}: texts like {sorted(steep)} grow with exponents {list(steep.values())}"


def test_the_law_sees_what_is_quadratic_and_what_is_worse() -> None:
    for slow in (r"[\s:=(]*[\d.,]*\)?\s*$", r"\d+\d+x"):
        pattern = re.compile(slow)
        assert any(steepness(Use("", pattern, "search"), make) > STEEPEST for make in texts(pattern)), slow
