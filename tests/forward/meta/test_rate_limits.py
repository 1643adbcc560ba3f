"""Meta's usage headers say how long to wait; whatever else stands there says nothing."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from urllib3 import HTTPHeaderDict

from forward.meta.rate_limits import HEADERS, LONGEST_WAIT, SPACING, RateLimits, read_rate_limits


def header(name: str, value: Any) -> HTTPHeaderDict:
    return HTTPHeaderDict({name: msgspec.json.encode(value).decode()})


def test_without_headers_nobody_waits() -> None:
    assert read_rate_limits({}) == RateLimits(0.0, 0.0)


def test_estimated_time_to_regain_access_is_in_minutes() -> None:
    record = {"type": "ads_management", "call_count": 100, "total_cputime": 20, "estimated_time_to_regain_access": 3}
    assert read_rate_limits(header("X-Business-Use-Case-Usage", {"1": [record]})) == RateLimits(100.0, 180.0)


def test_an_ad_accounts_reset_is_in_seconds_and_counts_only_at_the_limit() -> None:
    full = {"acc_id_util_pct": 100, "reset_time_duration": 42, "ads_api_access_tier": "standard_access"}
    assert read_rate_limits(header("X-Ad-Account-Usage", full)).wait == 42
    assert read_rate_limits(header("X-Ad-Account-Usage", {**full, "acc_id_util_pct": 10.5})) == RateLimits(10.5, 0.0)


@pytest.mark.parametrize(("percent", "wait"), [(0, 0), (80, 0), (90, SPACING / 2), (100, SPACING), (140, SPACING)])
def test_requests_are_spaced_out_above_80_percent(percent: int, wait: float) -> None:
    headers = header("X-App-Usage", {"call_count": 3, "total_cputime": percent, "total_time": 1})
    assert read_rate_limits(headers) == RateLimits(float(max(3, percent)), wait)


def test_the_worst_of_several_records_counts() -> None:
    records = {"1": [{"call_count": 10}, {"call_count": 95}], "2": [{"estimated_time_to_regain_access": 1}]}
    assert read_rate_limits(header("x-business-use-case-usage", records)) == RateLimits(95.0, 60.0)


def test_no_wait_is_longer_than_an_hour() -> None:
    record = {"1": [{"estimated_time_to_regain_access": 10**6}]}
    assert read_rate_limits(header("x-business-use-case-usage", record)).wait == LONGEST_WAIT


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["call_count", "acc_id_util_pct", "1"]), inner)
    ),
    max_leaves=8,
)


@given(st.sampled_from(HEADERS), JSON)
def test_no_json_in_a_header_breaks_the_reader(name: str, value: object) -> None:
    usage = read_rate_limits(header(name, value))
    assert 0 <= usage.wait <= LONGEST_WAIT


@given(st.sampled_from(HEADERS), st.text())
def test_no_text_in_a_header_breaks_the_reader(name: str, text: str) -> None:
    assert read_rate_limits({name: text}).wait >= 0


@pytest.mark.parametrize(
    "text",
    [
        '{"call_count":' + "1" * 400 + "}",
        '{"call_count":' + "1" * 5000 + "}",
        "[" * 20_000,
        '{"a":' * 20_000,
        '{"1":[{"call_count":1e999,"estimated_time_to_regain_access":1e999}]}',
        '{"acc_id_util_pct":"many","reset_time_duration":-1}',
        '{"1":[[[{"call_count":99}]]],"2":{"call_count":99}}',
        '{"call_count":true,"total_time":null}',
    ],
)
def test_a_hostile_header_says_nothing(text: str) -> None:
    for name in HEADERS:
        assert read_rate_limits({name: text}) == RateLimits(0.0, 0.0)
