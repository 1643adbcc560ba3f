from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.events.filling import Column
from ingest.events.header import Header
from ingest.events.plan import Plan
from ingest.values.fields import FIELDS, Field, Kind, find
from ingest.values.places import index_of, letters
from omnicapi.errors import Refused
from omnicapi.messages import Content, Event, LimitedDataUse, Origin, OriginalEvent

BASE = {"event_name": "Purchase", "event_time": "1719852447", "action_source": "physical_store"}


def field(name: str) -> Field:
    found = find(name)
    assert found is not None
    return found


def event(values: dict[str, object], row: int | None = None, defaults: dict[str, str] | None = None) -> Event:
    columns = [Column(index, field(name), letters(index)) for index, name in enumerate(values)]
    plan = Plan(Header(columns, {field(name): cell for name, cell in (defaults or {}).items()}))
    return plan.event(list(values.values()), "store", Origin(row=row), 5)


def refusal(values: dict[str, object], row: int | None = None) -> Refused:
    with pytest.raises(Refused) as caught:
        event(values, row)
    return caught.value


def test_each_cell_fills_its_field() -> None:
    made = event({**BASE, "EMAIL": "a@b.example", "VALUE": "220.00", "CONTENT_ID": "sku1", "CONTENT_QUANTITY": "3"})
    assert (made.event_name, made.event_time, made.channel, made.received_ms) == ("Purchase", 1719852447, "store", 5)
    assert made.user_data.em == ["a@b.example"]
    assert str(made.custom_data.value) == "220.00"
    assert made.custom_data.contents == [Content(id="sku1", quantity=Decimal(3))]


def test_rare_fields_find_their_structs() -> None:
    made = event(
        {
            **BASE,
            "original_order_id": "o1",
            "data_processing_options": "LDU",
            "data_processing_options_country": "1",
            "ad_user_data": "denied",
            "store_code": "LDN-3",
            "opt_out": "true",
        }
    )
    assert made.original_event_data == OriginalEvent(order_id="o1")
    assert made.limited_data_use == LimitedDataUse(options=["LDU"], country=1)
    assert made.consent == {"ad_user_data": False}
    assert made.custom_data.store_data == {"store_code": "LDN-3"}
    assert made.opt_out is True


def test_rare_fields_that_say_nothing_leave_nothing() -> None:
    made = event({**BASE, "original_order_id": "", "data_processing_options": "", "store_code": "", "ad_storage": ""})
    assert (made.original_event_data, made.limited_data_use) == (None, None)
    assert (made.consent, made.custom_data.store_data) == ({}, {})


@pytest.mark.parametrize("kind", list(Kind))
def test_every_kind_of_field_can_be_filled(kind: Kind) -> None:
    cell = {
        Kind.TEXT: "a",
        Kind.LIST: "a",
        Kind.CANDIDATES: "a",
        Kind.NUMBER: "1",
        Kind.INTEGER: "1",
        Kind.TIME: "1719852447",
        Kind.BOOLEAN: "true",
        Kind.SIGNAL: "true",
        Kind.CONSENT: "granted",
        Kind.UNKNOWN: "true",
        Kind.CONTENTS: '[{"id": "a"}]',
        Kind.OBJECT: {"a": 1},
        Kind.OPTIONS: "LDU",
        Kind.COUNTRY_CODE: "US",
        Kind.STATE_CODE: "CA",
    }[kind]
    empty = event(dict(BASE))
    for one in FIELDS:
        if one.kind is kind and one.path not in BASE:
            assert event({**BASE, one.path: cell}) != empty


def test_a_default_counts_where_the_cell_is_empty() -> None:
    values: dict[str, object] = {**BASE, "CURRENCY": ""}
    assert event(values, defaults={"currency": "BRL"}).custom_data.currency == "BRL"
    assert event({**values, "CURRENCY": "USD"}, defaults={"currency": "BRL"}).custom_data.currency == "USD"


def twice(name: str, first: str, second: str) -> Event:
    columns = [Column(index, field(one), letters(index)) for index, one in enumerate([*BASE, name, name])]
    return Plan(Header(columns)).event([*BASE.values(), first, second], "store", Origin(row=4), 0)


def test_two_cells_of_a_list_are_joined() -> None:
    assert twice("em", "a@b.example", "c@d.example").user_data.em == ["a@b.example", "c@d.example"]
    assert twice("em", "", "c@d.example").user_data.em == ["c@d.example"]


def test_of_two_cells_of_anything_else_the_first_that_says_something_counts() -> None:
    assert twice("fbc", "first", "second").user_data.fbc == "first"
    assert twice("fbc", "", "second").user_data.fbc == "second"
    with pytest.raises(Refused, match=r"^E4 \(custom_data.value\)"):
        twice("value", "", "much")


def test_a_refusal_names_the_cell_and_never_its_value() -> None:
    refused = refusal({**BASE, "VALUE": "220,00"}, row=7)
    assert (refused.reason, refused.field) == ("number_decimal_comma", "custom_data.value")
    assert str(refused).startswith("D7 (custom_data.value): ")
    assert "220,00" not in str(refused)


@pytest.mark.parametrize("name", list(BASE))
def test_what_every_event_needs_is_asked_for_by_cell(name: str) -> None:
    refused = refusal({**BASE, name: ""}, row=9)
    assert refused.reason == f"{name}_missing"
    assert refused.field == name
    assert f"{letters(list(BASE).index(name))}9 ({name}) is empty" in str(refused)


def test_what_has_no_cell_is_missing() -> None:
    refused = refusal({"event_name": "Purchase", "event_time": "1719852447"})
    assert str(refused) == "action_source is missing; every event needs it."


def test_events_of_one_plan_share_nothing() -> None:
    plan = Plan(Header([Column(i, field(name), name) for i, name in enumerate(BASE)], {field("em"): "a@b.example"}))
    first, second = (plan.event(list(BASE.values()), "store", Origin(), 0) for _ in range(2))
    first.warnings.append("em:x")
    first.custom_data.properties["a"] = 1
    assert second.warnings == []
    assert second.custom_data.properties == {}


@given(st.integers(0, 16_383))
def test_columns_are_lettered_as_spreadsheets_do(index: int) -> None:
    assert index_of(letters(index)) == index


def test_the_first_and_last_columns_of_excel() -> None:
    assert list(map(letters, (0, 25, 26, 16_383))) == ["A", "Z", "AA", "XFD"]
