import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from ingest.ledger.digests import Digests, among, digest, merged, pack, repeated, unpack
from omnicapi.messages import Event, Origin

numbers = st.lists(st.integers(0, 2**64 - 1) | st.integers(0, 5))


def array(values: list[int]) -> Digests:
    return np.array(values, np.uint64)


@given(numbers)
def test_what_is_stored_is_read_back(values: list[int]) -> None:
    assert unpack(pack(array(values))).tolist() == values


@given(numbers, numbers)
def test_a_merge_is_everything_in_order(base: list[int], more: list[int]) -> None:
    assert merged(np.sort(array(base)), np.sort(array(more))).tolist() == sorted(base + more)


@given(numbers, numbers)
def test_what_is_there_is_found_and_nothing_else(wanted: list[int], base: list[int]) -> None:
    assert among(array(wanted), np.sort(array(base))).tolist() == [value in base for value in wanted]


@given(numbers)
def test_a_repetition_is_told_from_the_first(values: list[int]) -> None:
    assert repeated(array(values)).tolist() == [value in values[:index] for index, value in enumerate(values)]


def event(**changes: str | None) -> Event:
    said: dict[str, str | None] = {"event_id": "1", "event_name": "Purchase", "dataset": None, **changes}
    return Event(event_time=1, channel="store", action_source="website", origin=Origin(row=1), **said)  # type: ignore[arg-type]


def test_dataset_name_and_id_tell_events_apart_and_nothing_else_does() -> None:
    several = [event(), event(dataset="7"), event(event_name="Lead"), event(event_id="2"), event(event_id="\ud800")]
    assert len({digest(one) for one in several}) == len(several)
    again = event()
    again.event_time, again.origin = 2, Origin(row=9)
    assert digest(again) == digest(event())
