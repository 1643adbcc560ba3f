"""The memory: accepted events exactly as received, found again, counted."""

import json
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from local.meta.accepted_events import AcceptedEvents, Query, Receipt
from local.meta.received import Received, RequestRecord

ROWS = st.lists(
    st.tuples(
        st.sampled_from("12"), st.lists(st.tuples(st.sampled_from("PL"), st.sampled_from(["a", "b", None])), max_size=4)
    ),
    max_size=6,
)


def filled(requests: list[tuple[str, list[tuple[str, str | None]]]]) -> AcceptedEvents:
    accepted = AcceptedEvents()
    for at, (dataset, rows) in enumerate(requests):
        events = [{"event_name": name, "event_id": key, "n": n} for n, (name, key) in enumerate(rows)]
        accepted.append(
            Receipt(dataset, f"A{at}", at), events, [json.dumps(event, indent=1).encode() for event in events]
        )
    return accepted


@given(ROWS, st.sampled_from(["a", None]), st.sampled_from(["P", None]), st.sampled_from(["1", None]))
def test_events_are_found_as_a_plain_search_finds_them(
    requests: list[tuple[str, list[tuple[str, str | None]]]], key: str | None, name: str | None, dataset: str | None
) -> None:
    accepted = filled(requests)
    found = list(accepted.find(Query(event_id=key, event_name=name, dataset=dataset)))
    flat = [(at, d, n, k) for at, (d, rows) in enumerate(requests) for n, k in rows]
    wanted = [
        number
        for number, (_, d, n, k) in enumerate(flat)
        if key in (None, k) and name in (None, n) and dataset in (None, d)
    ]
    assert [event.number for event in found] == wanted
    assert [(e.fbtrace_id, e.dataset, e.event_name, e.event_id) for e in found] == [
        (f"A{flat[n][0]}", *flat[n][1:]) for n in wanted
    ]
    assert all(event.decoded()["event_id"] == event.event_id for event in found)


@given(ROWS, st.integers(1, 3))
def test_pages_put_together_are_the_whole(requests: list[tuple[str, list[tuple[str, str | None]]]], limit: int) -> None:
    accepted = filled(requests)
    for key in (None, "a"):
        paged, after = [], -1
        while page := list(accepted.find(Query(event_id=key, after=after, limit=limit))):
            paged += page
            after = page[-1].number
        assert [event.number for event in paged] == [event.number for event in accepted.find(Query(event_id=key))]
    assert all(a.number < b.number for a, b in pairwise(accepted.find(Query())))


def test_an_event_is_kept_to_the_byte() -> None:
    accepted = AcceptedEvents()
    text = b'{ "event_name" :"P", "value":1.50 }'
    accepted.append(Receipt("1", "A", 5), [json.loads(text)], [text])
    (event,) = accepted.find(Query())
    assert bytes(event.event) == text
    assert event.event_id is None


def record(status: int, *, events: int = 1, code: int | None = None, subcode: int | None = None) -> RequestRecord:
    accepted = status in (0, 200)
    return RequestRecord(
        0, 1.0, "v25.0", "1", events, 9, "application/json", "ua", "A", status, code, subcode, accepted
    )


def test_the_summary_counts_requests_events_duplicates_and_refusals() -> None:
    records = Received()
    for event_id in ("a", "b", "a", "a", None, None):
        event = {"event_name": "P", "event_id": event_id}
        records.accept(Receipt("1", "A", 0), [event], [b"{}"])
        records.log(record(200))
    records.accept(Receipt("2", "A", 0), [{"event_name": "P", "event_id": "a"}] * 2, [b"{}"] * 2)
    for request in (record(0, events=2), record(400, code=100, subcode=33), record(401, code=190), record(502)):
        records.log(request)
    summary = records.summary()
    assert (summary.requests, summary.accepted_requests, summary.accepted_events) == (10, 7, 8)
    assert summary.distinct_events == 3
    assert {(d.dataset, d.event_id): d.times for d in summary.duplicates} == {("1", "a"): 3, ("2", "a"): 2}
    assert summary.batch_sizes == {1: 6, 2: 1}
    assert summary.answers == {200: 6, 0: 1, 400: 1, 401: 1, 502: 1}
    assert summary.refused == {"100/33": 1, "190": 1}
    records.reset()
    assert records.summary().requests == records.summary().accepted_events == 0
    assert records.accepted(Query()) == []
    assert records.requests() == []


@pytest.mark.parametrize(("skip", "limit", "expected"), [(0, 2, [0, 1]), (1, 2, [1, 2]), (3, 2, [])])
def test_requests_are_listed_in_slices(skip: int, limit: int, expected: list[int]) -> None:
    records = Received()
    for events in range(3):
        records.log(record(200, events=events))
    assert [request.events for request in records.requests(skip, limit)] == expected
