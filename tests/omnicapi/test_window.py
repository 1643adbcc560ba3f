from hypothesis import given
from hypothesis import strategies as st

from omnicapi import window

NOW = 1_790_000_000
DAY = 86_400

times = st.integers(min_value=0, max_value=2 * NOW)
sources = st.sampled_from([None, "website", "app", "system_generated", "business_messaging", "physical_store"])


def test_only_a_store_event_has_the_long_window() -> None:
    eight_days_ago = NOW - 8 * DAY
    assert not window.is_too_old(eight_days_ago, "physical_store", NOW)
    assert window.is_too_old(eight_days_ago, "website", NOW)
    assert window.is_too_old(eight_days_ago, None, NOW)


def test_the_limit_is_seven_days_less_the_margin() -> None:
    limit = NOW - 7 * DAY + window.MARGIN
    assert not window.is_too_old(limit, "website", NOW)
    assert window.is_too_old(limit - 1, "website", NOW)


def test_a_store_event_leaves_its_window_after_62_days() -> None:
    limit = NOW - 62 * DAY + window.MARGIN
    assert not window.is_too_old(limit, "physical_store", NOW)
    assert window.is_too_old(limit - 1, "physical_store", NOW)


def test_a_clock_may_be_five_minutes_ahead_and_no_more() -> None:
    assert not window.is_too_far_ahead(NOW + 300, NOW)
    assert window.is_too_far_ahead(NOW + 301, NOW)


def test_milliseconds_are_told_from_seconds() -> None:
    assert window.is_not_seconds(NOW * 1000)
    assert not window.is_not_seconds(NOW)


def test_store_events_are_a_class_of_their_own() -> None:
    assert window.window_class("physical_store") == "physical_store"
    assert {window.window_class(source) for source in (None, "website", "app")} == {"standard"}


@given(times, sources, times)
def test_an_event_never_gets_younger(event_time: int, source: str | None, now: int) -> None:
    if window.is_too_old(event_time, source, now):
        assert window.is_too_old(event_time, source, now + 1)
        assert window.is_too_old(event_time - 1, source, now)


@given(times, sources, times)
def test_no_event_is_both_too_old_and_too_new(event_time: int, source: str | None, now: int) -> None:
    assert not (window.is_too_old(event_time, source, now) and window.is_too_far_ahead(event_time, now))
