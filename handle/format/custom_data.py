"""What happened, as Meta's ``custom_data`` (meta-capi.md §4.1, §4.3): every key kept, exact numbers, no personal data.

Value and currency are never invented. What Meta would not take is left out and named in ``warnings``, so that one bad
property does not cost an event; what an event cannot do without is for :mod:`handle.rules` to refuse.
"""

from __future__ import annotations

from decimal import Decimal
from itertools import islice
from operator import itemgetter
from typing import Any

from handle.format import money
from handle.format.contents import DELIVERY_CATEGORIES, LONGEST_TEXT, MOST_PRODUCTS, contents, given_back
from handle.format.personal_data import cleaned, is_personal_name, shown
from omnicapi.messages import CustomData
from omnicapi.values.currency_signs import written
from omnicapi.values.personal_data import holds_email

_WHOM = ("business", "business_line", "product_area", "medium")

CHOICES: dict[str, frozenset[str]] = {
    "content_type": frozenset({"product", "product_group"}),
    "delivery_category": DELIVERY_CATEGORIES,
    "customer_segmentation": frozenset(f"{who}_customer_to_{whom}" for who in ("new", "existing") for whom in _WHOM)
    | {"customer_in_loyalty_program"},
}
"""Keys with a closed list of values (meta-capi.md §2.1, §4.1)."""

TEXTS = (
    "order_id",
    "item_number",
    "content_type",
    "content_name",
    "content_category",
    "search_string",
    "status",
    "delivery_category",
    "event_source",
    "lead_event_source",
    "customer_segmentation",
)
"""Keys that hold a text."""

MOST_PROPERTIES = 500
"""Properties of the client's own that are sent."""

_OTHER_TEXTS = TEXTS[1:]  # without order_id
_id = itemgetter("id")
_AMOUNTS = ("value", "net_revenue", "predicted_ltv")
_STANDARD = frozenset({*TEXTS, *_AMOUNTS, "currency", "content_ids", "contents", "num_items", "store_data"})
_CATALOG = "product_catalog_id"
_MAX_STORE_CODE = 64


def custom_data(
    data: CustomData,
    default_currency: str | None,
    phones: frozenset[str],
    warnings: list[str],
    *,
    is_sale: bool = False,
) -> dict[str, Any]:
    """Return Meta's object.

    ``phones`` are the digits of the event's telephone numbers, which must not appear in it. In a sale (``is_sale``) a
    product of which none was bought is not named.
    """
    made: dict[str, Any] = {}
    currency = _currency(data, default_currency, warnings)
    if data.value is not None or currency is not None:
        _add_value(made, data.value, currency, warnings)
    if data.net_revenue is not None or data.predicted_ltv is not None:
        _add_later_values(made, data, currency, warnings)
    if data.order_id:
        _add_text(made, "order_id", data.order_id, warnings)
    if _has_other_texts(data):
        _add_other_texts(made, data, warnings)
    if data.contents or data.content_ids:
        _add_products(made, data, currency, is_sale, warnings)
    if data.num_items is not None:
        _add_count(made, data.num_items, warnings)
    if data.store_data:
        _add_store_data(made, data.store_data, warnings)
    if data.properties:
        _add_properties(made, data.properties, phones, warnings)
    return made


def _currency(data: CustomData, default: str | None, warnings: list[str]) -> str | None:
    if not data.currency:
        return default if data.value is not None else None
    code = money.currency_code(data.currency, default)
    if code is None:
        problem = "sign_of_several" if written(data.currency) else "not_iso_4217"
        warnings.append(f"custom_data.currency:{problem}")
    return code


def _add_value(made: dict[str, Any], value: Decimal | None, currency: str | None, warnings: list[str]) -> None:
    """Add value and currency; an amount of unknown money would mislead whoever adds it up (§4.1)."""
    if currency is None:
        warnings.append("custom_data.value:without_currency")
        return
    if value is not None:
        _add_amount(made, "value", value, currency, warnings)
    made["currency"] = currency


def _add_later_values(made: dict[str, Any], data: CustomData, currency: str | None, warnings: list[str]) -> None:
    if data.net_revenue is not None:
        _add_amount(made, "net_revenue", data.net_revenue, currency, warnings)
    if data.predicted_ltv is not None:
        _add_amount(made, "predicted_ltv", data.predicted_ltv, currency, warnings)


def _add_amount(made: dict[str, Any], name: str, value: Decimal, currency: str | None, warnings: list[str]) -> None:
    rounded = money.amount(value, currency)
    if rounded is None:
        warnings.append(f"custom_data.{name}:not_a_number")
    else:
        made[name] = rounded


def _has_other_texts(d: CustomData) -> bool:
    """Ask for each text but ``order_id`` by its name: a loop over the names takes five times as long."""
    return bool(
        d.content_type
        or d.content_name
        or d.content_category
        or d.item_number
        or d.search_string
        or d.status
        or d.delivery_category
        or d.event_source
        or d.lead_event_source
        or d.customer_segmentation
    )


def _add_other_texts(made: dict[str, Any], data: CustomData, warnings: list[str]) -> None:
    for name in _OTHER_TEXTS:
        if text := getattr(data, name):
            _add_text(made, name, text, warnings)


def _add_text(made: dict[str, Any], name: str, text: str, warnings: list[str]) -> None:
    choices = CHOICES.get(name)
    if choices is not None and text not in choices:
        warnings.append(f"custom_data.{name}:unknown_value")
    elif len(text) > LONGEST_TEXT:
        warnings.append(f"custom_data.{name}:too_long")
    elif holds_email(text):
        warnings.append(f"custom_data.{name}:personal_data")
    else:
        made[name] = text


def _add_count(made: dict[str, Any], count: int, warnings: list[str]) -> None:
    if count < 0:
        warnings.append("custom_data.num_items:negative")
    else:
        made["num_items"] = count


def _add_products(
    made: dict[str, Any], data: CustomData, currency: str | None, is_sale: bool, warnings: list[str]
) -> None:
    """Add ``contents`` and ``content_ids``, and the content type both need to be found in a catalogue (§4.1)."""
    lines = contents(data.contents, currency, warnings) if data.contents else []
    given = data.content_ids and _usable_ids(data.content_ids, warnings)
    if given and len(lines) < len(data.contents):
        not_bought = given_back(data.contents, is_sale).difference(map(_id, lines))
        given = [id_ for id_ in given if id_ not in not_bought]
    ids = given or list(map(_id, lines))
    if not ids:
        return
    made["content_ids"] = ids
    made.setdefault("content_type", "product")
    if lines:
        made["contents"] = lines


def _usable_ids(ids: list[str], warnings: list[str]) -> list[str]:
    if len(ids) > MOST_PRODUCTS:
        warnings.append("custom_data.content_ids:too_many")
        ids = ids[:MOST_PRODUCTS]
    return [id_ for id_ in ids if id_ and not holds_email(id_)]


def _add_store_data(made: dict[str, Any], store: dict[str, str], warnings: list[str]) -> None:
    """Add the store: ``store_page_id``, ``brand_page_id``, ``store_code`` of at most 64 letters and digits (§4.1)."""
    kept = {key: text for key, text in store.items() if text and not is_personal_name(key) and not holds_email(text)}
    code = kept.get("store_code")
    if code is not None and not (code.isalnum() and code.isascii() and len(code) <= _MAX_STORE_CODE):
        del kept["store_code"]
    if len(kept) < len(store):
        warnings.append("custom_data.store_data:unusable_key")
    if kept:
        made["store_data"] = kept


def _add_properties(
    made: dict[str, Any], properties: dict[str, Any], phones: frozenset[str], warnings: list[str]
) -> None:
    if len(properties) > MOST_PROPERTIES:
        warnings.append("custom_data.*:too_many_properties")
    for key, value in islice(properties.items(), MOST_PROPERTIES):
        if key in _STANDARD:
            # The SDK refuses this too: two values for one of Meta's keys, and only one has a checked type (§4.1).
            warnings.append(f"custom_data.{key}:collides_with_standard_key")
            continue
        clean, removed = (None, True) if is_personal_name(key) else cleaned(value, phones)
        if removed:
            warnings.append(f"custom_data.{shown(key)}:personal_data")
        if key == _CATALOG and type(clean) not in (str, int):
            clean = None
        if clean not in (None, "", [], {}):
            made[key] = clean
