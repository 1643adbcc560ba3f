"""An API version that ends soon, or has ended, is told when the service starts."""

from __future__ import annotations

import logging
from datetime import UTC, date, datetime, time

import pytest

from forward.api_versions import ENDS, WARN_DAYS, days_left, warn_of_end


def at(day: date) -> float:
    return datetime.combine(day, time(12), UTC).timestamp()


@pytest.mark.parametrize(
    ("version", "day", "days"),
    [
        ("v25.0", date(2028, 7, 28), 1),
        ("v25.0", date(2028, 7, 29), 0),
        ("v25.0", date(2028, 7, 30), -1),
        ("v20.0", date(2026, 11, 23), -60),
        ("v16.0", date(2026, 11, 23), -1),
        ("v26.0", date(2026, 11, 23), None),
        ("v99.1", date(2026, 11, 23), None),
    ],
)
def test_the_days_left_are_those_of_metas_changelog(version: str, day: date, days: int | None) -> None:
    assert days_left(version, at(day)) == days


@pytest.mark.parametrize(
    ("version", "day", "levels"),
    [
        ("v20.0", date(2026, 11, 23), ["ERROR"]),
        ("v21.0", date(2026, 11, 23), ["WARNING"]),
        ("v25.0", date(2026, 11, 23), []),
        ("v26.0", date(2026, 11, 23), []),
    ],
)
def test_the_log_says_so(version: str, day: date, levels: list[str], caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO, "forward"):
        warn_of_end(version, at(day))
    assert [record.levelname for record in caplog.records] == levels


def test_versions_end_in_their_order_and_the_warning_comes_in_time() -> None:
    assert sorted(ENDS.values()) == list(ENDS.values())
    assert WARN_DAYS >= 60
