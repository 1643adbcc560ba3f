"""No amount changes its currency, from whatever door it comes and whatever else says a currency."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from handle.datasets import Dataset, Datasets, DatasetsFile
from handle.step import Setup, handle
from ingest.maps.field_map import parse
from ingest.maps.folder import Folder, Maps
from ingest.rows.conversion import events
from ingest.topic.reader import TopicReader
from omnicapi.intake.push import PushMessage
from omnicapi.messages import Event, Origin, Outcome
from omnicapi.values.currencies import DIGITS
from omnicapi.values.currency_signs import written

NOW = 1_795_438_800
AMOUNT = Decimal("36.82")
TOPIC = TopicReader(Maps(Folder(Path(__file__).parents[1] / "maps")))
SIGNS = st.sampled_from(
    ["€", "$", "US$", "R$", "C$", "zł", "₹", "円", "¥", "kr", "£", "Rs.", "F CFA", "EUR", "usd", "CAD $"]
)
STATED = st.sampled_from(["", "EUR", "brl", "USD", "MXN", "JPY", "SEK", "INR", "€", "$", "no currency"])
DEFAULTS = st.none() | st.sampled_from(["BRL", "EUR", "MXN", "USD", "CNY", "NOK"])
GA4 = {
    "event_name": "purchase",
    "client_id": "1.2",
    "user_data": {"email_address": "a@mail.example"},
    "event_time": NOW - 60,
}

Door = Callable[[str, str, str | None], Event | Outcome]


def by_file(amount: str, stated: str, default: str | None) -> Event | Outcome:
    columns = {"EVENT_TIME": 0, "EMAIL": 1, "VALUE": 2, "CURRENCY": 3}
    defaults = {"EVENT_NAME": "Purchase", "ACTION_SOURCE": "physical_store"} | (
        {"CURRENCY": default} if default else {}
    )
    map_ = parse("store", json.dumps({"columns": columns, "defaults": defaults}).encode())
    text = f"{NOW - 60};a@mail.example;{amount};{stated}\n"
    [made] = events(io.BytesIO(text.encode()), map_, Origin(object="a.csv"), 0)
    return made


def by_topic(item: dict[str, Any]) -> Event | Outcome:
    [made] = TOPIC.events(PushMessage(json.dumps(item).encode(), {}, "m1"), NOW * 1000)
    return made


def by_server_event(amount: str, stated: str, _: str | None) -> Event | Outcome:
    return by_topic(
        {
            "event_name": "Purchase",
            "event_time": NOW - 60,
            "action_source": "other",
            "user_data": {"em": "a@mail.example"},
            "custom_data": {"value": amount} | ({"currency": stated} if stated else {}),
        }
    )


def by_flat_row(amount: str, stated: str, _: str | None) -> Event | Outcome:
    return by_topic(
        {
            "event_name": "Purchase",
            "event_time": NOW - 60,
            "action_source": "other",
            "em": "a@mail.example",
            "value": amount,
            "currency": stated,
        }
    )


def by_ga4(amount: str, stated: str, _: str | None) -> Event | Outcome:
    return by_topic({**GA4, "currency": stated, "value": amount})


def by_ga4_items(amount: str, stated: str, _: str | None) -> Event | Outcome:
    return by_topic({**GA4, "currency": stated, "items": [{"item_id": "a", "price": amount}]})


def sent(made: Event | Outcome, dataset_currency: str | None) -> dict[str, Any] | None:
    """What Meta gets of an event, or ``None`` where it is refused."""
    if isinstance(made, Outcome):
        assert made.reason
        return None
    datasets = Datasets(DatasetsFile(datasets={"1": Dataset(currency=dataset_currency)}))
    handled = handle([made], Setup(datasets), NOW)
    return handled.signals[0].event.custom_data if handled.signals else None


@pytest.mark.parametrize("door", [by_file, by_server_event, by_flat_row, by_ga4, by_ga4_items])
@given(SIGNS, st.sampled_from(["{sign}36.82", "36.82 {sign}", "{sign} 36.82"]), STATED, DEFAULTS, DEFAULTS)
@example("€", "{sign}36.82", "", "BRL", None)
@example("$", "{sign}36.82", "", None, "EUR")
def test_an_amount_never_changes_its_currency(
    door: Door, sign: str, form: str, stated: str, default: str | None, dataset_currency: str | None
) -> None:
    custom = sent(door(form.format(sign=sign), stated, default), dataset_currency)
    if custom is None:
        return
    assert (custom["value"], custom["currency"]) in {(AMOUNT, code) for code in written(sign)} | {
        (Decimal(37), code) for code in written(sign) if not DIGITS[code]
    }
    assert not written(stated) or custom["currency"] in written(stated)
    assert stated != "no currency"


@pytest.mark.parametrize("door", [by_file, by_server_event, by_flat_row, by_ga4, by_ga4_items])
@pytest.mark.parametrize(
    ("sign", "stated", "default", "dataset_currency", "currency"),
    [
        ("€", "", "BRL", "BRL", "EUR"),
        ("R$", "", None, None, "BRL"),
        ("€", "EUR", None, None, "EUR"),
        ("$", "MXN", "EUR", "EUR", "MXN"),
        ("kr", "sek", None, None, "SEK"),
        ("$", "", None, "CAD", "CAD"),
        ("US$", "$", None, None, "USD"),
        ("€", "DZD", "EUR", "EUR", None),
        ("$", "EUR", "USD", "USD", None),
        ("$", "", None, None, None),
        ("$", "", None, "EUR", None),
        ("kr", "EUR", None, None, None),
    ],
)
def test_a_sign_decides_confirms_or_contradicts(
    door: Door, sign: str, stated: str, default: str | None, dataset_currency: str | None, currency: str | None
) -> None:
    custom = sent(door(f"{sign}36.82", stated, default), dataset_currency)
    assert (custom and custom["currency"]) == currency
