"""A token that ends soon, or has ended, is told when the service starts; nothing is said of one without an end."""

from __future__ import annotations

import logging
from datetime import UTC, date, datetime, time, timedelta

import pytest

from forward.settings import ForwardSettings
from forward.token_ends import WARN_DAYS, warn_of_expiry
from omnicapi.errors import BadSettings
from omnicapi.settings import load

TODAY = date(2026, 11, 24)


@pytest.mark.parametrize(
    ("left", "levels"), [(-1, ["ERROR"]), (0, ["WARNING"]), (WARN_DAYS - 1, ["WARNING"]), (WARN_DAYS, [])]
)
def test_the_log_says_so_in_time(left: int, levels: list[str], caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO, "forward"):
        warn_of_expiry({"42": TODAY + timedelta(days=left)}, datetime.combine(TODAY, time(12), UTC).timestamp())
    assert [record.levelname for record in caplog.records] == levels
    assert all(record.__dict__["json_fields"]["dataset"] == "42" for record in caplog.records)


def test_the_days_are_said_by_dataset() -> None:
    environ = {"GOOGLE_CLOUD_PROJECT": "p", "META_ACCESS_TOKENS_EXPIRE": '{"42": "2027-01-31"}'}
    assert load(ForwardSettings, environ).meta_access_tokens_expire == {"42": date(2027, 1, 31)}


def test_a_day_that_is_none_is_refused() -> None:
    with pytest.raises(BadSettings, match="META_ACCESS_TOKENS_EXPIRE"):
        load(ForwardSettings, {"GOOGLE_CLOUD_PROJECT": "p", "META_ACCESS_TOKENS_EXPIRE": '{"42": "31/01/2027"}'})
