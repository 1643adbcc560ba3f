"""Rules on when an event happened (meta-capi.md §2.3); the limits are in :mod:`omnicapi.window`."""

from __future__ import annotations

from handle.rules.rule import TOO_OLD, Rule
from omnicapi.server_event import ServerEvent
from omnicapi.window import is_not_seconds, is_too_far_ahead, is_too_old


def _not_seconds(event: ServerEvent, _now: int) -> str | None:
    return "event_time" if is_not_seconds(event.event_time) else None


def _too_old(event: ServerEvent, now: int) -> str | None:
    return "event_time" if is_too_old(event.event_time, event.action_source, now) else None


def _in_the_future(event: ServerEvent, now: int) -> str | None:
    return "event_time" if is_too_far_ahead(event.event_time, now) else None


TIME_RULES: tuple[Rule, ...] = (
    Rule(
        "event_time_not_seconds",
        "event_time",
        _not_seconds,
        TOO_OLD,
        "Send Unix seconds; this number can only be milliseconds or smaller. Declare the unit in the source's map.",
        "§2.3",
    ),
    Rule(
        "event_time_too_old",
        "event_time",
        _too_old,
        TOO_OLD,
        "Send events within 7 days, physical_store within 62; this one can no longer be sent. If its date was read "
        'wrongly, say "date_format" and "time_zone" in the map.',
        "§2.3",
    ),
    Rule(
        "event_time_in_future",
        "event_time",
        _in_the_future,
        TOO_OLD,
        "The time is more than 5 minutes ahead: check the source's clock. If a file's times are local or its dates "
        'were read wrongly, say "time_zone" and "date_format" in the map.',
        "§2.3",
    ),
)
