"""What happens often is told seldom, and nothing of it is left out."""

from __future__ import annotations

import logging
from collections import Counter
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from omnicapi.tally import MOST_LABELS, SECONDS, Tally

log = logging.getLogger("omnicapi.test_tally")


class Told(logging.Handler):
    """Keeps the fields of each line."""

    def __init__(self) -> None:
        super().__init__()
        self.lines: list[dict[str, Any]] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(record.__dict__["json_fields"])


@pytest.fixture
def told() -> Any:
    told = Told()
    log.addHandler(told)
    log.setLevel(logging.INFO)
    yield told
    log.removeHandler(told)
    log.setLevel(logging.NOTSET)


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def test_the_first_is_told_at_once_and_the_next_with_all_since(told: Told) -> None:
    clock = Clock()
    tally = Tally(log, "stored", clock)
    for now in (0.0, 0.5, SECONDS - 0.1, SECONDS + 0.1):
        clock.now = now
        tally.add({"channel": "web"}, {"count": 5})
    assert told.lines == [{"channel": "web", "count": 5}, {"channel": "web", "count": 15}]


def test_what_happens_seldom_has_a_line_each_time(told: Told) -> None:
    clock = Clock()
    tally = Tally(log, "stored", clock)
    for _ in range(3):
        tally.add({}, {"count": 1})
        clock.now += SECONDS
    assert told.lines == [{"count": 1}] * 3


def test_fields_of_a_field_are_summed_too(told: Told) -> None:
    clock = Clock()
    tally = Tally(log, "handled", clock)
    tally.add({}, {"count": 1})
    tally.add({}, {"count": 2, "added.fbc from fbclid": 1})
    clock.now = SECONDS
    tally.add({}, {"count": 3, "added.fbc from fbclid": 2, "added.country": 1})
    assert told.lines[-1] == {"count": 5, "added": {"fbc from fbclid": 3, "country": 1}}


def test_everything_is_told_to_whoever_debugs(told: Told) -> None:
    log.setLevel(logging.DEBUG)
    tally = Tally(log, "stored", Clock())
    for _ in range(4):
        tally.add({}, {"count": 1})
    assert told.lines == [{"count": 1}] * 4


def test_names_that_never_come_twice_take_no_memory(told: Told) -> None:
    clock = Clock()
    tally = Tally(log, "stored", clock)
    for _ in range(2):
        for number in range(3 * MOST_LABELS):
            tally.add({"channel": str(number)}, {"count": 1})
        assert len(tally._sums) <= MOST_LABELS
        assert len(tally._told) <= MOST_LABELS
    assert sum(line["count"] for line in told.lines) == 6 * MOST_LABELS
    assert (MOST_LABELS, SECONDS) == (100, 10.0)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.sampled_from("abc"), st.integers(1, 9), st.floats(0, 30)), max_size=40))
def test_sums_are_what_was_counted(told: Told, counted: list[tuple[str, int, float]]) -> None:
    told.lines.clear()
    clock = Clock()
    tally = Tally(log, "stored", clock)
    expected = Counter[str]()
    for channel, count, seconds in counted:
        clock.now += seconds
        tally.add({"channel": channel}, {"count": count})
        expected[channel] += count
    for channel in "abc":
        clock.now += 2 * SECONDS
        tally.add({"channel": channel}, {"count": 1})
        expected[channel] += 1
    summed = Counter[str]()
    for line in told.lines:
        summed[line["channel"]] += line["count"]
    assert summed == expected
