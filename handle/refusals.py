"""What an event is refused with: the rule's reason and remedy, and what was given in vain where something was."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from handle.rules import Broken
from handle.rules.currencies_not_taken import why_not_taken
from handle.rules.custom_data import CURRENCY_MISSING, CURRENCY_UNKNOWN
from omnicapi.messages import Event
from omnicapi.values.currency_signs import written
from omnicapi.values.placeholders import is_missing

UNKNOWN_CURRENCIES = ("custom_data.currency:not_iso_4217", "custom_data.currency:sign_of_several")
"""Warnings that a currency was given and is none."""

UNREAD = ":unknown_field"
"""Ends the warning of a key that fills no field."""


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
    if rule.reason == CURRENCY_MISSING and (key := _elsewhere(event, warnings)):
        return Refusal(
            rule.reason, f"{key} says one where none is read: it belongs in custom_data.currency. {rule.fix}"
        )
    return Refusal(rule.reason, rule.fix)


def _why(warning: str, field: str) -> str:
    name, _, why = warning.rpartition(":")
    return why if name == field else ""


def _elsewhere(event: Event, warnings: Sequence[str]) -> str | None:
    """Return the key that says a currency where Meta reads none: beside its place, or of a product."""
    data = event.custom_data
    unread = (warning.removesuffix(UNREAD) for warning in warnings if warning.endswith(UNREAD))
    named = (f"custom_data.{name}" for name in data.properties)
    of_products = (
        f"custom_data.contents[{index}].{name}"
        for index, product in enumerate(data.contents)
        for name in product.properties
    )
    return next((key for key in (*unread, *named, *of_products) if _names_currency(key)), None)


_names_currency = re.compile(r"[\w.\[\]]*\.(?:[a-z]+_?)?currency(?:_?code)?", re.ASCII | re.IGNORECASE).fullmatch
"""Tells a key that may be repeated: no other word stands in it than one before and ``code`` behind."""
