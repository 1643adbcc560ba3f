"""Several rows of one order, seen in the events that come out of a file."""

import io
import itertools
import json
from collections.abc import Iterable, Mapping
from decimal import Decimal

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.maps.field_map import Map, parse
from ingest.orders.orders import REMEMBERED
from ingest.rows.conversion import Conversion, begin, events
from omnicapi.errors import BadMap, UnreadableFile
from omnicapi.messages import Event, Origin, Outcome
from omnicapi.publishing.publisher import encode

HEAD = "when;order;mail;sku;qty;price;total;shipping;status\n"
COLUMNS = {
    "EVENT_TIME": "when",
    "ORDER_ID": "order",
    "EMAIL": "mail",
    "CONTENT_ID": "sku",
    "CONTENT_QUANTITY": "qty",
    "CONTENT_PRICE": "price",
    "VALUE": "total",
}
DEFAULTS = {"EVENT_NAME": "Purchase", "ACTION_SOURCE": "physical_store", "CURRENCY": "EUR"}
T = 1719316800


def map_of(orders: object = None, columns: Mapping[str, object] = COLUMNS, **entries: object) -> Map:
    file = {"columns": columns, "defaults": DEFAULTS, "orders": orders or {}, **entries}
    return parse("store", json.dumps(file).encode())


def read(rows: Iterable[str], map_: Map | None = None, head: str = HEAD) -> list[Event | Outcome]:
    text = head + "".join(f"{row}\n" for row in rows)
    return list(events(io.BytesIO(text.encode()), map_ or map_of(), Origin(object="a.csv"), 0))


def taken(rows: Iterable[str], map_: Map | None = None) -> list[Event]:
    found = read(rows, map_)
    assert all(isinstance(one, Event) for one in found), found
    return [one for one in found if isinstance(one, Event)]


def refused(rows: Iterable[str], map_: Map | None = None) -> list[Outcome]:
    return [one for one in read(rows, map_) if isinstance(one, Outcome)]


def row(order: str, sku: str = "a", price: str = "10.00", total: str = "10.00", **said: str) -> str:
    cells = {"when": str(T), "mail": "a@b.example", "qty": "1", "shipping": "", "status": "", **said}
    return ";".join(
        [cells["when"], order, cells["mail"], sku, cells["qty"], price, total, cells["shipping"], cells["status"]]
    )


def test_the_rows_of_an_order_are_one_event_with_all_its_products() -> None:
    first, second = taken([row("1", "a"), row("1", "b", "5.00", "5.00"), row("2", "c")])
    assert [product.id for product in first.custom_data.contents] == ["a", "b"]
    assert (first.custom_data.order_id, first.custom_data.value) == ("1", Decimal("15.00"))
    assert (first.origin.row, first.origin.rows) == (2, (2, 3))
    assert (second.origin.row, second.origin.rows) == (4, ())
    assert first.origin.text() == "a.csv rows 2-3"


ORDERS = st.lists(
    st.lists(st.tuples(st.sampled_from("abc"), st.integers(1, 9999)), min_size=1, max_size=4), min_size=1, max_size=5
)


@given(ORDERS, st.randoms(use_true_random=False))
def test_any_order_of_the_rows_gives_the_same_events(orders: list[list[tuple[str, int]]], shuffle: object) -> None:
    lines = [
        [row(str(number), sku, f"{cents / 100:.2f}", f"{cents / 100:.2f}") for sku, cents in order]
        for number, order in enumerate(orders)
    ]
    expected = taken(itertools.chain.from_iterable(lines), map_of({"total": "row"}))
    mixed = _interleaved(lines, shuffle)
    found = taken(mixed, map_of({"total": "row"}))
    assert {encode(_placeless(event)) for event in found} == {encode(_placeless(event)) for event in expected}
    assert sum(event.custom_data.value or 0 for event in found) == sum(
        cents for order in orders for _, cents in order
    ) / Decimal(100)
    assert sorted(number for event in found for number in event.origin.rows or (event.origin.row or 0,)) == list(
        range(2, 2 + sum(map(len, orders)))
    )
    assert [event.origin.row for event in found] == sorted(event.origin.row or 0 for event in found)


def _interleaved(lines: list[list[str]], shuffle: object) -> list[str]:
    """Mix the orders, each of which keeps the order of its own rows."""
    turns = [number for number, order in enumerate(lines) for _ in order]
    shuffle.shuffle(turns)  # type: ignore[attr-defined]  # a random.Random
    left = [iter(order) for order in lines]
    return [next(left[number]) for number in turns]


def _placeless(event: Event) -> Event:
    return msgspec.structs.replace(event, origin=Origin())


@given(st.lists(st.sampled_from("123456"), min_size=1, max_size=40), st.integers(1, 6), st.data())
def test_reading_can_go_on_anywhere_after_the_rows_before_were_read_again(
    ids: list[str], within: int, data: st.DataObject
) -> None:
    text = HEAD + "".join(f"{row(order, sku=str(number))}\n" for number, order in enumerate(ids))
    map_ = map_of({"total": "row", "within": within})
    whole = list(events(io.BytesIO(text.encode()), map_, Origin(object="a.csv"), 0))
    cut = data.draw(st.integers(2, 2 + len(ids)))
    parts: list[Event | Outcome] = []
    for is_first in (True, False):
        opened = begin(io.BytesIO(text.encode()), map_, Origin(object="a.csv"))
        conversion = Conversion(opened, 0)
        for one in opened.rows:
            done = list(conversion.add(one))
            if (one.number < cut) is is_first:
                parts += done
        if not is_first:
            parts += conversion.end()
    assert list(map(encode, parts)) == list(map(encode, whole))


def test_an_orders_id_depends_on_none_of_its_lines() -> None:
    [alone] = taken([row("1", "a")])
    [more] = taken([row("1", "b"), row("1", "a", "5.00", "5.00"), row("1", "c")], map_of({"total": "row"}))
    assert alone.event_id == more.event_id
    [given_one] = taken([row("1", "a"), row("1", "b")], map_of({"total": "row"}, {**COLUMNS, "EVENT_ID": "order"}))
    assert given_one.event_id == "1"


def test_what_later_rows_leave_empty_comes_from_the_first_that_says_it() -> None:
    [event] = taken(
        [
            row("1", when="", total="", mail=""),
            row("1", "b", total="20.00"),
            row("1", "", "", "", when="", mail="", qty=""),
        ]
    )
    assert (event.event_time, event.user_data.em) == (T, ["a@b.example"])
    assert event.custom_data.value == 20
    assert len(event.custom_data.contents) == 2
    [outcome] = refused([row("1", when=""), row("1", when="")], map_of({"total": "row"}))
    assert (outcome.reason, outcome.origin.rows, outcome.order_id) == ("event_time_missing", (2, 3), "1")
    assert outcome.message is not None
    assert outcome.message.startswith("A2 (event_time)")


def test_an_order_of_which_a_row_cannot_be_read_is_held_back_whole() -> None:
    found = read([row("1"), row("2"), row("1", total="many"), row("1", "c")], map_of({"total": "row"}))
    assert [type(one) for one in found] == [Outcome, Event]
    outcome = found[0]
    assert isinstance(outcome, Outcome)
    assert (outcome.reason, outcome.field) == ("number_unreadable", "custom_data.value")
    assert (outcome.origin.row, outcome.origin.rows, outcome.order_id) == (2, (2, 4, 5), "1")
    assert outcome.message is not None
    assert outcome.message.startswith("G4 (")
    assert outcome.message.endswith("The other rows of its order are held back with it.")


def test_a_sum_of_which_a_row_cannot_be_read_is_left_out() -> None:
    columns = {**COLUMNS, "NUM_ITEMS": "qty"}
    [event] = taken([row("1", qty="2"), row("1", qty="many")], map_of({"total": "row"}, columns))
    assert event.custom_data.num_items is None
    assert "custom_data.num_items:number_unreadable" in event.warnings
    [whole] = taken([row("1", qty="2"), row("1", qty="3")], map_of({"total": "row"}, columns))
    assert whole.custom_data.num_items == 5


def test_a_row_that_comes_too_late_is_refused_and_never_a_second_purchase() -> None:
    found = read([row("1"), row("2"), row("3"), row("1", "b")], map_of({"within": 2}))
    late = [one for one in found if isinstance(one, Outcome)]
    assert [(one.reason, one.origin.row) for one in late] == [("order_reopened", 5)]
    assert [one.origin.row for one in found] == [2, 3, 4, 5]


def test_rows_without_an_order_id_are_events_by_themselves() -> None:
    found = read([row(""), row("1"), row(""), row("", total="x"), row("", when="")])
    assert [isinstance(one, Event) for one in found] == [True, True, True, False, False]
    assert [one.origin.row for one in found] == [2, 3, 4, 5, 6]
    assert len({one.event_id for one in found if isinstance(one, Event)}) == 3


def test_a_purchase_and_a_refund_of_one_order_are_two_events() -> None:
    map_ = map_of({"total": "row"}, {**COLUMNS, "EVENT_NAME": "status"})
    rows = [
        row("1", status="Purchase"),
        row("1", "b", status="Refund"),
        row("1", "c", status="Purchase"),
        row("1", "d"),
    ]
    assert [(event.event_name, event.origin.rows) for event in taken(rows, map_)] == [
        ("Purchase", (2, 4, 5)),
        ("Refund", ()),
    ]


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"when": str(T + 90_000)}, "event_time"),
        ({"mail": "c@d.example"}, "user_data.em"),
        ({"status": "USD"}, "custom_data.currency"),
    ],
)
def test_rows_that_cannot_be_one_order_are_refused(said: dict[str, str], field: str) -> None:
    map_ = map_of({"total": "row"}, {**COLUMNS, "CURRENCY": "status"})
    [outcome] = refused([row("1", status="EUR"), row("1", "b", **said)], map_)
    assert (outcome.reason, outcome.field, outcome.origin.rows) == ("order_rows_differ", field, (2, 3))
    assert "@" not in repr(outcome)


def test_a_total_that_does_not_add_up_is_sent_with_a_warning_or_refused() -> None:
    rows = [row("1", total="30.00", shipping="5.00"), row("1", "b", total="")]
    [event] = taken(rows)
    assert event.custom_data.value == 30
    assert event.warnings == ["custom_data.value:order_total_differs"]
    [outcome] = refused(rows, map_of({"difference": "refuse"}))
    assert outcome.reason == "order_total_differs"
    for total in ("25.00", "20.00"):
        [event] = taken(
            [row("1", total=total, shipping="5,00"), row("1", "b", total="")], map_of({"extras": ["Shipping"]})
        )
        assert (event.custom_data.value, event.warnings) == (Decimal(total), [])


def test_an_extra_that_cannot_be_read_is_named() -> None:
    [outcome] = refused([row("1", shipping="free")], map_of({"extras": ["shipping"]}))
    assert (outcome.reason, outcome.message is not None and outcome.message[:3]) == ("number_unreadable", "H2:")


def test_what_is_summed_where_values_are_the_rows_own() -> None:
    map_ = map_of({"total": "row"}, {**COLUMNS, "NUM_ITEMS": "qty"})
    [event] = taken([row("1", qty="2"), row("1", "b", qty="3")], map_)
    assert event.custom_data.num_items == 5


def test_a_row_that_says_nothing_about_being_wanted_goes_with_its_order() -> None:
    map_ = map_of({"total": "row"}, only=[{"column": "status", "is": "paid"}])
    rows = [
        row("1", status="paid"),
        row("1", "b"),
        row("2", status="void"),
        row("2"),
        row("1", "c", status="void"),
        row("3"),
    ]
    found = read(rows, map_)
    assert [(one.origin.row, one.origin.rows) for one in found if isinstance(one, Event)] == [(2, (2, 3))]
    assert [(one.origin.row, one.verdict) for one in found if isinstance(one, Outcome)] == [
        (number, "dropped") for number in (4, 5, 6, 7)
    ]
    unless = map_of({"total": "row"}, only=[{"column": "status", "is_not": "void"}])
    assert [one.origin.row for one in taken_of(read(rows, unless))] == [2, 7]


def taken_of(found: list[Event | Outcome]) -> list[Event]:
    return [one for one in found if isinstance(one, Event)]


def test_orders_out_of_a_file_of_objects_and_one_that_is_none() -> None:
    lines = [{"when": T, "order": "1", "sku": sku, "price": 5, "total": 10} for sku in "ab"]
    text = f"{json.dumps(lines[0])}\n{{broken\n{json.dumps(lines[1])}\n"
    columns = {name: key for name, key in COLUMNS.items() if key not in {"mail", "qty"}}
    found = list(events(io.BytesIO(text.encode()), map_of({}, columns), Origin(object="a.ndjson"), 0))
    assert [one.reason if isinstance(one, Outcome) else one.origin.rows for one in found] == [(1, 3), "row_unreadable"]


def test_an_order_that_is_long_over_is_forgotten_and_has_its_id_again() -> None:
    between = [row(f"x{number}") for number in range(REMEMBERED + 2)]
    found = read([row("1"), *between, row("1", "b")], map_of({"within": 1}))
    ids = [one.event_id for one in found if isinstance(one, Event)]
    assert ids[0] == ids[-1]
    assert len(ids) == len(found)


def test_consent_that_one_row_denies_is_denied() -> None:
    rows = [row("1", status="yes"), row("1", "b", status="no"), row("1", "c")]
    [event] = taken(rows, map_of({"total": "row"}, consent={"marketing": "status"}, properties={"note": "sku"}))
    assert (event.consent, event.custom_data.properties) == ({"marketing": False}, {"note": "a"})


def test_orders_at_the_end_of_a_file_that_breaks_off_are_not_sent_in_part() -> None:
    text = HEAD + f"{row('1')}\n{row('')}\n" + '"' + "x" * 200_000
    found = events(io.BytesIO(text.encode()), map_of(), Origin(object="a.csv"), 0)
    order, alone = next(found), next(found)
    assert isinstance(order, Outcome)
    assert (order.reason, isinstance(alone, Event)) == ("order_incomplete", True)
    with pytest.raises(UnreadableFile):
        next(found)


def test_orders_need_a_column_that_tells_them_apart() -> None:
    with pytest.raises(BadMap, match="ORDER_ID"):
        map_of({}, {"EVENT_TIME": "when"})
    with pytest.raises(BadMap, match="within"):
        map_of({"within": 20_000})
