import copy
from decimal import Decimal

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from ingest.events.event_ids import EventIds
from omnicapi.messages import Content, CustomData, CustomerInformation, Event, Origin

names = st.text(max_size=8)
content = st.builds(Content, id=names, quantity=st.decimals(0, 9, places=0))
custom = st.builds(
    CustomData,
    order_id=st.none() | st.sampled_from(["", "o1", "o2"]),
    item_number=st.none() | st.sampled_from(["1", "2"]),
    value=st.none() | st.sampled_from([Decimal("1.00"), Decimal(2)]),
    contents=st.lists(content, max_size=2),
)
events = st.builds(
    Event,
    event_id=st.just(""),
    event_name=st.sampled_from(["Purchase", "Lead"]),
    event_time=st.integers(1719852440, 1719852443),
    channel=st.sampled_from(["store", "web"]),
    action_source=st.just("website"),
    origin=st.builds(Origin, row=st.integers(1, 100)),
    user_data=st.builds(CustomerInformation, em=st.lists(names, max_size=2)),
    custom_data=custom,
    received_ms=st.integers(0, 5),
)


def ids(of: list[Event]) -> list[str]:
    maker = EventIds()
    return [maker.complete(copy.deepcopy(event)).event_id for event in of]


@given(st.lists(events))
def test_the_same_file_twice_gives_the_same_ids(file: list[Event]) -> None:
    assert ids(file) == ids(file)


@given(st.lists(events))
def test_no_two_rows_of_a_file_share_an_id(file: list[Event]) -> None:
    assert len(set(ids(file))) == len(file)


@given(st.lists(events), st.lists(events))
def test_rows_added_at_the_end_change_no_earlier_id(file: list[Event], more: list[Event]) -> None:
    assert ids(file + more)[: len(file)] == ids(file)


@given(events, st.builds(Origin, object=names, row=st.integers(1, 100)), st.integers(0, 10**13))
def test_neither_place_nor_time_of_arrival_counts(event: Event, origin: Origin, received_ms: int) -> None:
    moved = msgspec.structs.replace(event, origin=origin, received_ms=received_ms)
    assert ids([event]) == ids([moved])


@given(st.lists(events, min_size=2, unique_by=lambda event: repr(event.origin)))
def test_events_that_say_different_things_differ_wherever_they_stand(file: list[Event]) -> None:
    for event in file:
        event.custom_data.order_id = None
    distinct = {msgspec.json.encode(msgspec.structs.replace(event, origin=Origin(), received_ms=0)) for event in file}
    assert len({ids([event])[0] for event in file}) == len(distinct)


@given(events, st.text(min_size=1))
def test_an_id_from_the_source_is_kept(event: Event, given_id: str) -> None:
    event.event_id = given_id
    assert ids([event]) == [given_id]


def order(line: str | None, *products: str, value: str = "1") -> Event:
    return Event(
        event_id="",
        event_name="Purchase",
        event_time=1719852447,
        channel="store",
        action_source="physical_store",
        origin=Origin(row=1),
        custom_data=CustomData(
            order_id="o1", item_number=line, value=Decimal(value), contents=[Content(id=id_) for id_ in products]
        ),
    )


def test_an_order_line_keeps_its_id_when_its_value_is_corrected() -> None:
    assert ids([order(None, "sku1", value="1")]) == ids([order(None, "sku1", value="2")])


def test_lines_of_an_order_differ_by_number_or_by_product() -> None:
    assert len(set(ids([order("1"), order("2")]))) == 2
    one_by_one = [ids([order(None, product)])[0] for product in ("sku1", "sku2")]
    assert len(set(one_by_one)) == 2


def test_an_order_as_a_whole_keeps_its_id_whatever_it_contains() -> None:
    assert ids([order(None, "a", "b")]) == ids([order(None, "a", "b", "c")])


def test_channel_and_name_tell_orders_apart() -> None:
    first = order("1")
    assert len({*ids([first]), *ids([msgspec.structs.replace(first, channel="web")])}) == 2
    assert len({*ids([first]), *ids([msgspec.structs.replace(first, event_name="Lead")])}) == 2


def test_rows_further_apart_than_is_remembered_count_as_one() -> None:
    maker = EventIds(remembered=10)

    def at(row: int) -> str:
        return maker.complete(msgspec.structs.replace(order("1"), origin=Origin(row=row))).event_id

    first, near, far = at(1), at(10), at(20)
    assert near != first
    assert far == first


@given(st.lists(events, max_size=30), st.integers(1, 5), st.integers(0, 30))
def test_an_id_depends_on_no_row_further_back_than_is_remembered(file: list[Event], remembered: int, at: int) -> None:
    rows = [msgspec.structs.replace(event, origin=Origin(row=number)) for number, event in enumerate(file, 1)]

    def from_row(first: int) -> list[str]:
        maker = EventIds(remembered)
        return [maker.complete(copy.deepcopy(event)).event_id for event in rows[first:]]

    start = min(at, len(rows))
    warm_up = max(0, start - remembered)
    assert from_row(warm_up)[start - warm_up :] == from_row(0)[start:]
