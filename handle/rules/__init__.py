"""The demands of Meta's specification on one server event, as data, in the order in which they are checked.

A rule that Meta adds is one more entry in one of the modules below; ``docs/rules.md`` lists them all.
"""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

from handle.rules.app import APP_RULES
from handle.rules.custom_data import CUSTOM_DATA_RULES
from handle.rules.customer import CUSTOMER_RULES
from handle.rules.event import EVENT_RULES
from handle.rules.identifiers import IDENTIFIER_RULES
from handle.rules.limited_data_use import LIMITED_DATA_USE_RULES
from handle.rules.messaging import MESSAGING_RULES
from handle.rules.rule import Rule
from handle.rules.time import TIME_RULES
from omnicapi.server_event import ServerEvent

RULES: tuple[Rule, ...] = (
    *EVENT_RULES,
    *TIME_RULES,
    *MESSAGING_RULES,
    *CUSTOMER_RULES,
    *IDENTIFIER_RULES,
    *CUSTOM_DATA_RULES,
    *APP_RULES,
    *LIMITED_DATA_USE_RULES,
)
"""Every rule, in order."""

_NAMED = frozenset(rule.event_name for rule in RULES if rule.event_name)
_SOURCES = frozenset(rule.action_source for rule in RULES if rule.action_source)


class Broken(NamedTuple):
    """A rule and the field that breaks it."""

    rule: Rule
    field: str


def first_broken(event: ServerEvent, now: int) -> Broken | None:
    """Return the first rule ``event`` breaks, or ``None`` where Meta would take it. ``now`` is Unix seconds, UTC."""
    name = event.event_name if event.event_name in _NAMED else None
    source = event.action_source if event.action_source in _SOURCES else None
    for rule in _applicable(source, name):
        field = rule.check(event, now)
        if field is not None:
            return Broken(rule, field)
    return None


@lru_cache(maxsize=256)
def _applicable(action_source: str | None, event_name: str | None) -> tuple[Rule, ...]:
    """Return the rules for such events, so that most of the others are never even looked at."""
    return tuple(
        rule for rule in RULES if rule.action_source in (None, action_source) and rule.event_name in (None, event_name)
    )
