"""Rules on custom data: money, products, CRM stages (meta-capi.md §2.4, §4.1, §4.2)."""

from __future__ import annotations

from decimal import Decimal
from math import isfinite

from handle.format.contents import DELIVERY_CATEGORIES
from handle.format.custom_data import CHOICES
from handle.rules.rule import NO_CURRENCY, NO_VALUE, REQUIRED_OR_UNEXPECTED, Rule
from omnicapi.server_event import ServerEvent
from omnicapi.values.currencies import DIGITS

CURRENCY_MISSING, CURRENCY_UNKNOWN = "currency_missing", "currency_unknown"


def _no_currency(event: ServerEvent, _now: int) -> str | None:
    return None if event.custom_data.get("currency") else "custom_data.currency"


def _no_value(event: ServerEvent, _now: int) -> str | None:
    return None if event.custom_data.get("value") is not None else "custom_data.value"


def _not_a_number(event: ServerEvent, _now: int) -> str | None:
    value = event.custom_data.get("value", 0)
    return None if isinstance(value, int | float | Decimal) and isfinite(value) else "custom_data.value"


def _negative(event: ServerEvent, _now: int) -> str | None:
    return "custom_data.value" if event.custom_data["value"] < 0 else None


def _currency(event: ServerEvent, _now: int) -> str | None:
    code = event.custom_data.get("currency")
    return None if code is None or str(code).upper() in DIGITS else "custom_data.currency"


def _choices(event: ServerEvent, _now: int) -> str | None:
    data = event.custom_data
    return next((f"custom_data.{key}" for key in CHOICES if key in data and data[key] not in CHOICES[key]), None)


def _crm_without_name(event: ServerEvent, _now: int) -> str | None:
    data = event.custom_data
    if data.get("event_source") != "crm" or data.get("lead_event_source"):
        return None
    return "custom_data.lead_event_source"


def _crm_elsewhere(event: ServerEvent, _now: int) -> str | None:
    if event.custom_data.get("event_source") != "crm" or event.action_source == "system_generated":
        return None
    return "action_source"


def _content(event: ServerEvent, _now: int) -> str | None:
    for index, line in enumerate(event.custom_data.get("contents", ())):
        for key in ("id", "quantity"):
            if line.get(key) in (None, ""):
                return f"custom_data.contents[{index}].{key}"
    return None


def _delivery(event: ServerEvent, _now: int) -> str | None:
    for index, line in enumerate(event.custom_data.get("contents", ())):
        if line.get("delivery_category", "in_store") not in DELIVERY_CATEGORIES:
            return f"custom_data.contents[{index}].delivery_category"
    return None


CUSTOM_DATA_RULES: tuple[Rule, ...] = (
    Rule(
        CURRENCY_MISSING,
        "custom_data.currency",
        _no_currency,
        NO_CURRENCY,
        "A purchase needs its currency, as three letters of ISO 4217; map a column, or state the source's currency "
        "in its map or the dataset's in the datasets file.",
        "§4.1",
        event_name="Purchase",
    ),
    Rule(
        "value_missing",
        "custom_data.value",
        _no_value,
        NO_VALUE,
        "A purchase needs its value as a plain number; map a column.",
        "§4.1",
        event_name="Purchase",
    ),
    Rule(
        "value_not_a_number",
        "custom_data.value",
        _not_a_number,
        REQUIRED_OR_UNEXPECTED,
        "Write the value as a plain number with a decimal point.",
        "§4.1",
    ),
    Rule(
        "value_negative",
        "custom_data.value",
        _negative,
        REQUIRED_OR_UNEXPECTED,
        "Meta knows no refunds: leave out purchases with a negative value.",
        "§4.1, §6.2",
        event_name="Purchase",
    ),
    Rule(
        CURRENCY_UNKNOWN,
        "custom_data.currency",
        _currency,
        REQUIRED_OR_UNEXPECTED,
        "Write the currency as three letters of ISO 4217, such as BRL.",
        "§4.1",
    ),
    Rule(
        "crm_name_missing",
        "custom_data.lead_event_source",
        _crm_without_name,
        REQUIRED_OR_UNEXPECTED,
        "A stage of the CRM names the CRM product in lead_event_source.",
        "§2.4",
    ),
    Rule(
        "crm_not_system_generated",
        "action_source",
        _crm_elsewhere,
        REQUIRED_OR_UNEXPECTED,
        "A stage of the CRM has the action source system_generated.",
        "§2.4",
    ),
    Rule(
        "choice_unknown",
        "custom_data.delivery_category",
        _choices,
        REQUIRED_OR_UNEXPECTED,
        "content_type, delivery_category and customer_segmentation take only the values Meta documents.",
        "§2.1, §4.1",
    ),
    Rule(
        "content_incomplete",
        "custom_data.contents[0].id",
        _content,
        REQUIRED_OR_UNEXPECTED,
        "Every product of contents needs its id in the catalogue and a quantity.",
        "§4.2",
    ),
    Rule(
        "delivery_category_unknown",
        "custom_data.contents[0].delivery_category",
        _delivery,
        REQUIRED_OR_UNEXPECTED,
        f"A product's delivery_category is one of {', '.join(sorted(DELIVERY_CATEGORIES))}.",
        "§4.2",
    ),
)
