"""What ends soon, or has ended, is told when the service starts; nothing is said of a token without an end."""

from __future__ import annotations

import logging
from datetime import UTC, date, datetime, time, timedelta

import pytest

from forward.meta.expiry import (
    TOKEN_WARN_DAYS,
    VERSION_ENDS,
    VERSION_WARN_DAYS,
    version_days_left,
    warn_of_tokens,
    warn_of_version,
)
from forward.settings import ForwardSettings
from omnicapi.errors import BadSettings
from omnicapi.settings import load

TODAY = date(2026, 11, 24)


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
    assert version_days_left(version, at(day)) == days


@pytest.mark.parametrize(
    ("version", "day", "levels"),
    [
        ("v20.0", date(2026, 11, 23), ["ERROR"]),
        ("v21.0", date(2026, 11, 23), ["WARNING"]),
        ("v25.0", date(2026, 11, 23), []),
        ("v26.0", date(2026, 11, 23), []),
    ],
)
def test_the_log_says_of_a_version_that_it_ends(
    version: str, day: date, levels: list[str], caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.INFO, "forward"):
        warn_of_version(version, at(day))
    assert [record.levelname for record in caplog.records] == levels


def test_versions_end_in_their_order_and_the_warning_comes_in_time() -> None:
    assert sorted(VERSION_ENDS.values()) == list(VERSION_ENDS.values())
    assert VERSION_WARN_DAYS >= 60


@pytest.mark.parametrize(
    ("left", "levels"), [(-1, ["ERROR"]), (0, ["WARNING"]), (TOKEN_WARN_DAYS - 1, ["WARNING"]), (TOKEN_WARN_DAYS, [])]
)
def test_the_log_says_that_a_token_ends(left: int, levels: list[str], caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO, "forward"):
        warn_of_tokens({"42": TODAY + timedelta(days=left)}, at(TODAY))
    assert [record.levelname for record in caplog.records] == levels
    assert all(record.__dict__["json_fields"]["dataset"] == "42" for record in caplog.records)


def test_the_days_are_said_by_dataset() -> None:
    environ = {"GOOGLE_CLOUD_PROJECT": "p", "META_ACCESS_TOKENS_EXPIRE": '{"42": "2027-01-31"}'}
    assert load(ForwardSettings, environ).meta_access_tokens_expire == {"42": date(2027, 1, 31)}


def test_a_day_that_is_none_is_refused() -> None:
    with pytest.raises(BadSettings, match="META_ACCESS_TOKENS_EXPIRE"):
        load(ForwardSettings, {"GOOGLE_CLOUD_PROJECT": "p", "META_ACCESS_TOKENS_EXPIRE": '{"42": "31/01/2027"}'})
