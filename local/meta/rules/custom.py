"""Custom data: money, closed lists of values, CRM stages and store data."""

import math
import re

from local.meta.complaints import NO_CURRENCY, NO_VALUE, REQUIRED, WRONG_TYPE, WRONG_VALUE
from local.meta.rules.currencies import CURRENCIES
from local.meta.rules.kinds import (
    AMOUNT,
    ARRAY,
    INTEGER,
    META_ID,
    NUMBER,
    OBJECT,
    STATUS,
    TEXT,
    TEXT_LIST,
    Keys,
    one_of,
    typed,
)
from local.meta.rules.model import Event, Found, Rule

DELIVERY_CATEGORIES = frozenset({"in_store", "curbside", "home_delivery"})
"""meta-capi.md §4.1."""

_TEXTS = (
    "currency",
    "content_type",
    "content_name",
    "content_category",
    "search_string",
    "order_id",
    "item_number",
    "delivery_category",
    "event_source",
    "lead_event_source",
    "customer_segmentation",
)
CUSTOM_KEYS = Keys(
    {
        **dict.fromkeys(_TEXTS, TEXT),
        "value": AMOUNT,
        "content_ids": TEXT_LIST,
        "contents": ARRAY,
        "num_items": INTEGER,
        "status": STATUS,
        "net_revenue": NUMBER,
        "predicted_ltv": NUMBER,
        "store_data": OBJECT,
        "product_catalog_id": META_ID,
    }
)
"""The core keys of `custom_data`; any other key is the sender's own (meta-capi.md §4.1)."""

_STORE_KEYS = Keys({"store_page_id": META_ID, "brand_page_id": META_ID, "store_code": TEXT})
_TO_WHOM = ("business", "business_line", "product_area", "medium")
CHOICES = {
    "delivery_category": DELIVERY_CATEGORIES,
    "content_type": frozenset({"product", "product_group"}),
    "customer_segmentation": frozenset(f"{who}_customer_to_{whom}" for who in ("new", "existing") for whom in _TO_WHOM)
    | {"customer_in_loyalty_program"},
}
"""The keys of `custom_data` with a closed list of values (meta-capi.md §2.1, §4.1)."""

_PLAIN_NUMBER = re.compile(r"-?\d+(?:\.\d+)?").fullmatch
_STORE_CODE = re.compile(r"[A-Za-z0-9]{1,64}").fullmatch


def _no_currency(event: Event, _now: int) -> Found | None:
    if event["event_name"] == "Purchase" and not (event.get("custom_data") or {}).get("currency"):
        return Found(("custom_data", "currency"))
    return None


def _no_value(event: Event, _now: int) -> Found | None:
    if event["event_name"] == "Purchase" and (event.get("custom_data") or {}).get("value") in (None, ""):
        return Found(("custom_data", "value"))
    return None


def _not_an_amount(event: Event, _now: int) -> Found | None:
    value = (event.get("custom_data") or {}).get("value", 0)
    if _PLAIN_NUMBER(value) if isinstance(value, str) else math.isfinite(value):
        return None
    return Found(("custom_data", "value"), "a plain number with a decimal point")


def _negative_purchase(event: Event, _now: int) -> Found | None:
    if event["event_name"] == "Purchase" and float(event["custom_data"]["value"]) < 0:
        return Found(("custom_data", "value"), "a purchase is not negative")
    return None


def _unknown_currency(event: Event, _now: int) -> Found | None:
    currency = (event.get("custom_data") or {}).get("currency")
    if currency is None or currency.upper() in CURRENCIES:
        return None
    return Found(("custom_data", "currency"), "a code of ISO 4217")


def _crm_stage(event: Event, _now: int) -> Found | None:
    custom = event.get("custom_data") or {}
    if custom.get("event_source") != "crm":
        return None
    return None if custom.get("lead_event_source") else Found(("custom_data", "lead_event_source"))


def _crm_elsewhere(event: Event, _now: int) -> Found | None:
    custom = event.get("custom_data") or {}
    if custom.get("event_source") == "crm" and event["action_source"] != "system_generated":
        return Found(("action_source",), "system_generated for a stage of the CRM")
    return None


def _store_data(event: Event, _now: int) -> Found | None:
    store = (event.get("custom_data") or {}).get("store_data")
    found = _STORE_KEYS.misfit(store) if store else None
    return found and Found(("custom_data", "store_data", *found.path), found.detail)


def _store_code(event: Event, _now: int) -> Found | None:
    store = (event.get("custom_data") or {}).get("store_data") or {}
    if "store_code" not in store or _STORE_CODE(store["store_code"]):
        return None
    return Found(("custom_data", "store_data", "store_code"), "at most 64 letters and digits")


CUSTOM_RULES: tuple[Rule[Event], ...] = (
    Rule(
        "custom_data.types",
        WRONG_TYPE,
        "§4.1",
        "Each core key of `custom_data` has its documented type.",
        typed("custom_data", CUSTOM_KEYS),
        note="`value` may be a number in text, as Meta's samples send it. The travel, automotive and property keys of "
        "§4.3 are not looked at.",
    ),
    Rule(
        "purchase.currency",
        NO_CURRENCY,
        "§4.1",
        "A `Purchase` has a currency.",
        _no_currency,
        note="Asked before the value: a Purchase without either is answered with 2804010.",
    ),
    Rule("purchase.value", NO_VALUE, "§4.1", "A `Purchase` has a value; 0 is one.", _no_value),
    Rule(
        "custom_data.value", WRONG_VALUE, "§4.1", "`value` is a plain number: no symbol, decimal point.", _not_an_amount
    ),
    Rule(
        "purchase.negative",
        WRONG_VALUE,
        "§4.1, §6.2",
        "A `Purchase` is not negative.",
        _negative_purchase,
        note="Meta's answer is unknown; there is no refund in the Conversions API.",
    ),
    Rule(
        "custom_data.currency",
        WRONG_VALUE,
        "§4.1",
        "`currency` is an ISO 4217 code, in either case.",
        _unknown_currency,
        note="Subcode unknown.",
    ),
    Rule(
        "custom_data.choices",
        WRONG_VALUE,
        "§2.1, §4.1",
        "`content_type`, `delivery_category` and `customer_segmentation` hold a documented value.",
        one_of("custom_data", CHOICES),
    ),
    Rule("crm.lead_event_source", REQUIRED, "§2.4", "A CRM stage names its CRM in `lead_event_source`.", _crm_stage),
    Rule(
        "crm.action_source",
        WRONG_VALUE,
        "§2.4",
        "An event with `event_source: crm` is `system_generated`.",
        _crm_elsewhere,
    ),
    Rule("store_data.types", WRONG_TYPE, "§4.1", "Each key of `store_data` has its documented type.", _store_data),
    Rule("store_data.store_code", WRONG_VALUE, "§4.1", "`store_code` has at most 64 letters and digits.", _store_code),
)
