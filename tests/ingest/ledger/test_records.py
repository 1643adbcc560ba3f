from typing import Any

import numpy as np
import pytest

from ingest.ledger.records import EMPTY, LEDGER, Content, Progress, Records, body, content, is_complete, totals
from ingest.objects import Objects
from ingest.readers import BEGINNING, Position


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
