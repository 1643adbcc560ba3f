"""The demands of Meta's specification on one server event, as data, in the order in which they are checked.

A rule that Meta adds is one more entry in one of the modules below; ``docs/rules.md`` lists them all.
"""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

from handle.rules.app import APP_RULES
from handle.rules.custom_data import CRM_RULES, MONEY_RULES, PRODUCT_RULES
from handle.rules.customer import CUSTOMER_RULES
from handle.rules.event import EVENT_RULES
from handle.rules.identifiers import IDENTIFIER_RULES
from handle.rules.limited_data_use import LIMITED_DATA_USE_RULES
from handle.rules.messaging import MESSAGING_RULES
from handle.rules.rule import Group, Rule
from handle.rules.time import TIME_RULES
from omnicapi.server_event import ServerEvent

GROUPS: tuple[Group, ...] = (
    *EVENT_RULES,
    TIME_RULES,
    MESSAGING_RULES,
    *CUSTOMER_RULES,
    IDENTIFIER_RULES,
    MONEY_RULES,
    CRM_RULES,
    PRODUCT_RULES,
    APP_RULES,
    LIMITED_DATA_USE_RULES,
)

RULES: tuple[Rule, ...] = tuple(rule for group in GROUPS for rule in group.rules)
"""Every rule, in order."""

_NAMED = frozenset(rule.event_name for rule in RULES if rule.event_name)


class Broken(NamedTuple):
    """A rule and the field that breaks it."""

    rule: Rule
    field: str


def first_broken(event: ServerEvent, now: int, *, built_here: bool = False) -> Broken | None:
    """Return the first rule ``event`` breaks, or ``None`` where Meta would take it. ``now`` is Unix seconds, UTC.

    ``built_here`` leaves out the rules that an event which handle built keeps anyway.
    """
    name = event.event_name if event.event_name in _NAMED else None
    for group in _applicable(event.action_source, name, built_here):
        if group.kept is not None and group.kept(event, now):
            continue
        for rule in group.rules:
            field = rule.check(event, now)
            if field is not None:
                return Broken(rule, field)
    return None


@lru_cache(maxsize=256)
def _applicable(action_source: str | None, event_name: str | None, built_here: bool) -> tuple[Group, ...]:
    """Return the groups with only the rules for such events, so that most are never even looked at."""

    def applies(rule: Rule) -> bool:
        return rule.action_source in (None, action_source) and rule.event_name in (None, event_name)

    asked = (group for group in GROUPS if not (built_here and group.built))
    limited = (Group(tuple(filter(applies, group.rules)), group.kept) for group in asked)
    return tuple(group for group in limited if group.rules)
