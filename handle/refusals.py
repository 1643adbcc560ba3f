"""What an event is refused with: the rule's reason and remedy, and what was given in vain where something was."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from handle.rules import Broken
from handle.rules.currencies_not_taken import why_not_taken
from handle.rules.custom_data import CURRENCY_MISSING, CURRENCY_UNKNOWN
from omnicapi.currency_signs import written
from omnicapi.messages import Event
from omnicapi.placeholders import is_missing

UNKNOWN_CURRENCIES = ("custom_data.currency:not_iso_4217", "custom_data.currency:sign_of_several")
"""Warnings that a currency was given and is none."""


class Refusal(NamedTuple):
    """A reason, and a text for the person who can mend it."""

    reason: str
    text: str


def refusal(event: Event, broken: Broken, warnings: Sequence[str]) -> Refusal:
    """Return what to say of ``event``, which breaks a rule; ``warnings`` name what was left out of it before."""
    rule, currency = broken.rule, event.custom_data.currency or ""
    is_given = bool(written(currency)) or not is_missing(currency)  # a sign has neither letter nor digit
    is_unknown = is_given and any(warning in UNKNOWN_CURRENCIES for warning in warnings)
    if rule.reason == CURRENCY_MISSING and is_unknown:
        return Refusal(CURRENCY_UNKNOWN, f"{why_not_taken(currency)} {rule.fix}")
    left_out = next((why for warning in warnings if (why := _why(warning, broken.field))), None)
    if rule.reason.endswith("_missing") and left_out:
        return Refusal(rule.reason, f"What was given was left out ({left_out}). {rule.fix}")
    return Refusal(rule.reason, rule.fix)


def _why(warning: str, field: str) -> str:
    name, _, why = warning.rpartition(":")
    return why if name == field else ""
