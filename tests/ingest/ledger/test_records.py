from typing import Any

import numpy as np
import pytest

from ingest.ledger.records import (
    ABANDONED,
    EMPTY,
    LEDGER,
    Content,
    Progress,
    Records,
    body,
    content,
    is_complete,
    totals,
)
from ingest.readers.table import BEGINNING, Position
from ingest.storage.objects import Objects
from omnicapi.errors import Busy


@pytest.fixture
def records(storage_client: Any, bucket: Any) -> Records:
    return Records(Objects(storage_client, bucket.name), LEDGER, "store", "incoming/store/a.csv", 7)


def chunk(start: int, end: int, **more: Any) -> Progress:
    return Progress(Position(start), Position(end), **{"published": True, "rows": end - start, **more})


def test_the_events_of_a_record_are_read_back() -> None:
    events = Content(np.array([2, 3], np.uint32), np.array([2**64 - 1, 0], np.uint64))
    again = content(body(events))
    assert (again.rows.tolist(), again.digests.tolist()) == ([2, 3], [2**64 - 1, 0])


def test_a_chain_is_as_long_as_its_chunks_are_published_without_a_gap(records: Records) -> None:
    assert records.chain() == []
    for each in (chunk(0, 10), chunk(10, 20), chunk(30, 40, last=True)):
        records.write(each, EMPTY)
    assert [each.end.row for each in records.chain()] == [10, 20]
    records.write(chunk(20, 30, published=False), EMPTY)
    assert not is_complete(records.chain())
    records.write(chunk(20, 30), EMPTY)
    assert is_complete(records.chain())
    assert totals(records.chain()) == {"rows": 40, "events": 0, "rejected": 0, "skipped": 0}
    assert [each.start.row for each in records.chain(Position(20))] == [20, 30]


def test_a_claim_that_is_given_up_is_gone(records: Records) -> None:
    records.write(chunk(0, 10), EMPTY)
    records.withdraw(BEGINNING)
    records.withdraw(BEGINNING)
    assert records.chain() == []


def another(records: Records) -> Records:
    """The same file in another request."""
    return Records(records._objects, LEDGER, "store", "incoming/store/a.csv", 7)


def test_a_record_never_takes_the_place_of_one_that_was_not_seen(records: Records) -> None:
    other = another(records)
    records.write(chunk(0, 10, published=False), EMPTY)
    with pytest.raises(Busy, match="Another delivery"):
        other.write(chunk(0, 10, published=False), EMPTY)
    assert other.chain() == []
    other.write(chunk(0, 10, published=False), EMPTY)
    with pytest.raises(Busy):
        records.write(chunk(0, 10), EMPTY)


def test_a_generation_that_is_gone_gives_up_what_nobody_publishes_any_more(
    records: Records, monkeypatch: pytest.MonkeyPatch
) -> None:
    for each in (chunk(0, 10), chunk(30, 40), chunk(10, 20, published=False)):
        records.write(each, EMPTY)
    with pytest.raises(Busy, match="still being published"):
        another(records).end()
    assert ABANDONED == 30.0
    monkeypatch.setattr("ingest.ledger.records.ABANDONED", 0.0)
    assert [each.start.row for each in another(records).end()] == [0, 30], "a gap does not hide what was published"
    with pytest.raises(Busy):
        records.write(chunk(10, 20), EMPTY)
