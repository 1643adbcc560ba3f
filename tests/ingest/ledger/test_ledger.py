from typing import Any

import numpy as np
import pytest

from ingest.ledger import ledger
from ingest.ledger.digests import Digests, pack
from ingest.ledger.ledger import ACCEPTED, Ledger, Ledgers
from ingest.ledger.records import DRY_RUN, LEDGER, Content, Progress, Records
from ingest.objects import Objects
from ingest.readers import BEGINNING, Position


@pytest.fixture
def objects(storage_client: Any, bucket: Any) -> Objects:
    return Objects(storage_client, bucket.name)


def array(*values: int) -> Digests:
    return np.array(values, np.uint64)


def file(objects: Objects, name: str, root: str = LEDGER) -> Records:
    return Records(objects, root, "store", name, 1)


def keep(records: Records, *digests: int, published: bool = True, start: Position = BEGINNING) -> str:
    events = Content(np.zeros(len(digests), np.uint32), array(*digests))
    records.write(Progress(start, Position(start.row + 1), published=published), events)
    return records.name(start)


def seen(ledger: Ledger, *wanted: int, own: str | None = None) -> dict[str, list[int]]:
    sighting = ledger.look(array(*wanted), own)
    masks = {"accepted": sighting.accepted, "under_way": sighting.under_way, "claimed": sighting.claimed}
    return {name: array(*wanted)[mask].tolist() for name, mask in masks.items() if mask.any()}


def test_an_empty_ledger_knows_nothing(objects: Objects) -> None:
    assert seen(Ledger(objects, "store"), 1, 2) == {}


def test_published_events_are_under_way_until_a_report_is_complete(objects: Objects) -> None:
    book, records = Ledger(objects, "store"), file(objects, "a.csv")
    keep(records, 3, 1, 2)
    assert seen(book, 1, 4, 3) == {"under_way": [1, 3]}
    objects.write(records.folder + ACCEPTED, pack(array(1, 3)))
    assert seen(book, 1, 2, 3) == {"accepted": [1, 3]}
    records.withdraw(BEGINNING)
    assert seen(book, 1, 2, 3) == {"accepted": [1, 3]}


def test_what_comes_later_is_seen_by_a_ledger_that_looked_before(objects: Objects) -> None:
    book = Ledger(objects, "store")
    keep(file(objects, "a.csv"), 5, 9)
    assert seen(book, 5, 7) == {"under_way": [5]}
    keep(file(objects, "b.csv"), 7)
    assert seen(book, 5, 7) == {"under_way": [5, 7]}
    keep(file(objects, "a.csv"), 9)
    assert seen(book, 5, 7) == {"under_way": [7]}


def test_of_two_claims_the_later_sees_the_earlier_and_not_the_other_way_round(objects: Objects) -> None:
    book = Ledger(objects, "store")
    first = keep(file(objects, "a.csv"), 1, 2, published=False)
    second = keep(file(objects, "b.csv"), 2, 3, published=False)
    assert seen(book, 1, 2, own=first) == {}
    assert seen(book, 2, 3, own=second) == {"claimed": [2]}


def test_a_claim_of_someone_who_died_counts_no_more(objects: Objects, monkeypatch: pytest.MonkeyPatch) -> None:
    keep(file(objects, "a.csv"), 1, published=False)
    own = keep(file(objects, "b.csv"), 1, published=False)
    monkeypatch.setattr(ledger, "STALE", 0.0)
    assert seen(Ledger(objects, "store"), 1, own=own) == {}


def test_other_channels_and_dry_runs_are_none_of_it(objects: Objects) -> None:
    keep(file(objects, "a.csv", DRY_RUN), 1)
    keep(Records(objects, LEDGER, "web", "a.csv", 1), 1)
    assert seen(Ledger(objects, "store"), 1) == {}


def test_there_is_one_ledger_a_bucket_and_channel(objects: Objects, storage_client: Any) -> None:
    ledgers = Ledgers()
    assert ledgers.of(objects, "store") is ledgers.of(objects, "store")
    assert ledgers.of(objects, "store") is not ledgers.of(objects, "web")
    assert ledgers.of(objects, "store") is not ledgers.of(Objects(storage_client, "other"), "store")
