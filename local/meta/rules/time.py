"""When an event may be sent: 7 days, 62 days for a physical store, and never before it happened."""

from local.meta.complaints import TOO_OLD
from local.meta.rules.model import Event, Found, Rule

DAY = 86_400
WEB_WINDOW = 7 * DAY
STORE_WINDOW = 62 * DAY
FUTURE_TOLERANCE = 60
"""Seconds a sender's clock may be ahead: the only figure any implementation gives (meta-capi.md §2.3)."""


def _too_old(event: Event, now: int) -> Found | None:
    if event["action_source"] != "physical_store" and now - event["event_time"] > WEB_WINDOW:
        return Found(("event_time",))
    return None


def _store_too_old(event: Event, now: int) -> Found | None:
    if event["action_source"] == "physical_store" and now - event["event_time"] > STORE_WINDOW:
        return Found(("event_time",))
    return None


def _in_the_future(event: Event, now: int) -> Found | None:
    return Found(("event_time",)) if event["event_time"] > now + FUTURE_TOLERANCE else None


TIME_RULES: tuple[Rule[Event], ...] = (
    Rule("event_time.window", TOO_OLD, "§2.3", "`event_time` is at most 7 days ago, to the second.", _too_old),
    Rule(
        "event_time.store_window",
        TOO_OLD,
        "§2.3",
        "A `physical_store` event is at most 62 days old.",
        _store_too_old,
        note='The documentation says "should"; the answer for an older one is unknown. Refused as the 7 days are.',
    ),
    Rule(
        "event_time.future",
        TOO_OLD,
        "§2.3",
        "`event_time` is not in the future, so milliseconds are refused too.",
        _in_the_future,
        note="Tolerance and subcode are unknown: one minute, and the one subcode known for `event_time`.",
    ),
)
