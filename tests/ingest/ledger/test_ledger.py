from typing import Any

import numpy as np
import pytest

from ingest.ledger import ledger
from ingest.ledger.digests import Digests, pack
from ingest.ledger.ledger import ACCEPTED, Ledger, Ledgers
from ingest.ledger.records import DRY_RUN, ENDED, LEDGER, Claim, Content, Progress, Records
from ingest.readers.table import BEGINNING, Position
from ingest.storage.objects import Objects


@pytest.fixture
def objects(storage_client: Any, bucket: Any) -> Objects:
    return Objects(storage_client, bucket.name)


def array(*values: int) -> Digests:
    return np.array(values, np.uint64)


def file(objects: Objects, name: str, root: str = LEDGER) -> Records:
    return Records(objects, root, "store", name, 1)


def keep(records: Records, *digests: int, published: bool = True, start: Position = BEGINNING) -> Claim:
    events = Content(np.zeros(len(digests), np.uint32), array(*digests))
    records.chain()  # sees what is there, which the record then takes the place of
    return records.write(Progress(start, Position(start.row + 1), published=published), events)


def seen(ledger: Ledger, *wanted: int, own: Claim | None = None) -> dict[str, list[int]]:
    sighting = ledger.look(array(*wanted), own)
    masks = {name: getattr(sighting, name) for name in ("accepted", "under_way", "awaited", "claimed")}
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


def test_what_an_earlier_upload_of_the_same_name_has_under_way_is_awaited(objects: Objects) -> None:
    book = Ledger(objects, "store")
    keep(file(objects, "a.csv"), 1, 2)
    keep(file(objects, "b.csv"), 3)
    keep(file(objects, "a.csv/7"), 4)
    own = keep(Records(objects, LEDGER, "store", "a.csv", 2), 1, 3, 4, published=False)
    assert seen(book, 1, 3, 4, 5, own=own) == {"under_way": [1, 3, 4], "awaited": [1]}
    of_the_earlier = keep(file(objects, "a.csv"), 1, published=False, start=Position(7))
    keep(Records(objects, LEDGER, "store", "a.csv", 2), 8, start=Position(9))
    assert seen(book, 8, own=of_the_earlier) == {"under_way": [8]}, "the earlier one waits for nobody"
    objects.write(file(objects, "c.csv").folder + ACCEPTED, pack(array(1)))
    assert seen(book, 1, own=own) == {"accepted": [1], "under_way": [1]}, "what Meta has need not be waited for"


@pytest.mark.parametrize("root", [LEDGER, DRY_RUN])
def test_a_claim_is_ours_until_somebody_takes_it_over_and_its_file_may_be_over(objects: Objects, root: str) -> None:
    book, records = Ledger(objects, "store"), file(objects, "a.csv", root)

    def state(own: Claim) -> tuple[bool, bool]:
        sighting = book.look(array(1), own)
        return sighting.ours, sighting.over

    first = keep(records, 1, published=False)
    assert state(first) == (True, False)
    second = keep(file(objects, "a.csv", root), 1, published=False)
    assert (state(first), state(second)) == ((False, False), (True, False))
    for end in (ENDED, ACCEPTED):
        objects.write(records.folder + end, b"")
        assert state(second) == (True, True)
        objects.delete(records.folder + end)


def test_other_channels_and_dry_runs_are_none_of_it(objects: Objects) -> None:
    keep(file(objects, "a.csv", DRY_RUN), 1)
    keep(Records(objects, LEDGER, "web", "a.csv", 1), 1)
    assert seen(Ledger(objects, "store"), 1) == {}


def test_there_is_one_ledger_a_bucket_and_channel(objects: Objects, storage_client: Any) -> None:
    ledgers = Ledgers()
    assert ledgers.of(objects, "store") is ledgers.of(objects, "store")
    assert ledgers.of(objects, "store") is not ledgers.of(objects, "web")
    assert ledgers.of(objects, "store") is not ledgers.of(Objects(storage_client, "other"), "store")
