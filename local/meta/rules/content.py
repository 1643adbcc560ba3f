"""The lines of `contents`: an id and a quantity each."""

from collections.abc import Callable, Iterable
from typing import Any

from local.meta.complaints import REQUIRED, WRONG_TYPE, WRONG_VALUE
from local.meta.rules.custom import DELIVERY_CATEGORIES
from local.meta.rules.kinds import NUMBER, TEXT, Keys
from local.meta.rules.model import Event, Found, Rule

CONTENT_KEYS = Keys(
    {
        **dict.fromkeys(("id", "delivery_category", "title", "description", "brand", "category"), TEXT),
        **dict.fromkeys(("quantity", "item_price", "price"), NUMBER),
    }
)
"""meta-capi.md §4.2."""


def _lines(event: Event) -> Iterable[tuple[int, Any]]:
    custom = event.get("custom_data")
    lines = custom.get("contents") if custom else None
    return enumerate(lines) if lines else ()


def _not_an_object(event: Event, _now: int) -> Found | None:
    for at, line in _lines(event):
        if not isinstance(line, dict):
            return Found(("custom_data", "contents", at), "an object")
    return None


def _types(event: Event, _now: int) -> Found | None:
    for at, line in _lines(event):
        if found := CONTENT_KEYS.misfit(line):
            return Found(("custom_data", "contents", at, *found.path), found.detail)
    return None


def _without(key: str) -> Callable[[Event, int], Found | None]:
    def check(event: Event, _now: int) -> Found | None:
        for at, line in _lines(event):
            if line.get(key) in (None, ""):
                return Found(("custom_data", "contents", at, key))
        return None

    return check


def _delivery_category(event: Event, _now: int) -> Found | None:
    for at, line in _lines(event):
        if "delivery_category" in line and line["delivery_category"] not in DELIVERY_CATEGORIES:
            return Found(("custom_data", "contents", at, "delivery_category"), "a documented delivery category")
    return None


CONTENT_RULES: tuple[Rule[Event], ...] = (
    Rule("contents.object", WRONG_TYPE, "§4.2", "Each element of `contents` is an object.", _not_an_object),
    Rule("contents.types", WRONG_TYPE, "§4.2", "Each documented key of a content has its type.", _types),
    Rule(
        "contents.id",
        REQUIRED,
        "§4.2",
        "Each content has an `id`.",
        _without("id"),
        note="Enforced by Meta since 13 April 2026, as users of other connectors found; its words are not known.",
    ),
    Rule("contents.quantity", REQUIRED, "§4.2", "Each content has a `quantity`.", _without("quantity")),
    Rule(
        "contents.delivery_category",
        WRONG_VALUE,
        "§4.2",
        "A content's `delivery_category` is a documented one.",
        _delivery_category,
    ),
)
