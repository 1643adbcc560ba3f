"""Files that are replaced or deleted, and notifications that come twice at once: each generation ends in one report."""

import gzip
import hashlib
import json
import threading
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import pytest

from ingest.files.chunk_publisher import LONGEST_WAIT_MS
from ingest.files.intake import Files
from ingest.files.reading import Pace
from ingest.ledger import records
from ingest.maps.folder import Maps
from ingest.storage.bucket import Bucket
from omnicapi.errors import Busy, TransientError
from omnicapi.intake.push import PushMessage
from omnicapi.messages import Event
from tests.ingest.fakes import Topics, notification, now_ms, only
from tests.ingest.files.test_intake import HEAD, Crash, parquet, row, workbook
from tests.ingest.reports.test_reports import Pipeline, outcome
from tests.strict_bucket import StrictBucket, StrictStorage

NAME = "incoming/store/a.csv"


class Upset(Topics):
    """Topics that let something happen when so many messages with events were published."""

    def __init__(self) -> None:
        super().__init__()
        self.happens: dict[int, Callable[[], object]] = {}

    def publish(self, topic: str, data: bytes, **attributes: str) -> Any:
        done = super().publish(topic, data, **attributes)
        if topic.endswith("/events") and (upset := self.happens.pop(len(self.on("events")), None)) is not None:
            upset()
        return done


class Generations(Pipeline):
    """Ingest's files and reports over a bucket that answers as Cloud Storage does."""

    topics: Upset

    def __init__(self, maps: Maps) -> None:
        storage = StrictStorage()
        super().__init__(storage, storage.bucket("drops"), Upset(), maps)
        self.maps, self.pace = maps, Pace()

    @property
    def drops(self) -> StrictBucket:
        bucket: StrictBucket = self.bucket
        return bucket

    def put(self, content: str | bytes, name: str = NAME) -> PushMessage:
        data = content.encode() if isinstance(content, str) else content
        return notification("drops", name, self.drops.put(name, data))

    def receive(self, *messages: PushMessage, clock: Callable[[], int] = now_ms) -> None:
        """Receive notifications as another instance does, again and again until none is nacked."""
        files = Files(Bucket(self.client), self.maps, self.topics.queues(), clock, pace=self.pace)
        waiting = list(messages)
        for _ in range(20):
            told = len(self.topics.on("files"))
            waiting = [message for message in waiting if not self.is_taken(files, message)]
            waiting += [PushMessage(sent.data, sent.attributes, "2") for sent in self.topics.on("files")[told:]]
            if not waiting:
                return
        raise AssertionError("a notification is nacked for ever")

    def is_taken(self, files: Files, message: PushMessage) -> bool:
        try:
            files.receive(message)
        except Busy:
            return False
        return True

    def finish(self, verdict: Callable[[Event], str] = lambda _: "sent") -> None:
        """Let the other stages speak of every event, and the refusals of ingest arrive."""
        self.end_refusals()
        self.time += 60
        self.end(*(outcome(event, verdict(event)) for event in self.topics.events()))

    def report_of(self, message: PushMessage) -> dict[str, Any]:
        generation = message.attributes["objectGeneration"]
        reports = [
            json.loads(self.drops.objects[name].data) for name in self.names("reports/") if "report.json" in name
        ]
        return only(made for made in reports if str(made["generation"]) == generation)

    def sent(self) -> Counter[str | None]:
        return Counter(event.custom_data.order_id for event in self.topics.events())

    def under_way(self) -> list[str]:
        """What the ledger keeps of files that are not closed."""
        return [name for name in self.names("ledger/") if not name.endswith("/accepted")]


@pytest.fixture
def generations(maps: Maps, monkeypatch: pytest.MonkeyPatch) -> Generations:
    monkeypatch.setattr("ingest.storage.bucket.CHUNK", 500)
    monkeypatch.setattr("ingest.readers.lines.BLOCK", 500)
    monkeypatch.setattr("ingest.rows.header.SAMPLE", 5)
    for place, rows in (("MAX_ROWS", 10), ("STRETCH_ROWS", 40), ("WARM_UP_ROWS", 20)):
        monkeypatch.setattr(f"ingest.files.chunks.{place}", rows)
    monkeypatch.setattr("ingest.files.reading.STRETCH_ROWS", 40)
    return Generations(maps)


def table(count: int, bad: int = 0) -> str:
    """A file whose first ``bad`` rows say another amount, as handle would refuse it."""
    rows = (row(number).replace("220.00", "0.01") if number < bad else row(number) for number in range(count))
    return HEAD + "".join(rows)


ALL = {f"ATN{number}" for number in range(60)}


def judged(event: Event) -> str:
    """What handle says of the rows that were bad."""
    return "rejected" if str(event.custom_data.value) == "0.01" else "sent"


@pytest.mark.parametrize("pace", [Pace(), Pace(seconds=1e-9), Pace(shared_bytes=1)], ids=["once", "in turns", "shared"])
def test_a_corrected_file_that_takes_the_place_of_one_being_read_brings_every_row(
    generations: Generations, pace: Pace
) -> None:
    generations.pace = pace
    first = generations.put(table(60, bad=5))
    second: list[PushMessage] = []
    generations.topics.happens[2] = lambda: second.append(generations.put(table(60)))
    generations.receive(first)
    with pytest.raises(AssertionError, match="for ever"):
        generations.receive(*second)
    generations.finish(judged)
    made = generations.report_of(first)
    assert made["complete"]
    assert 0 < made["rows"] == made["accounted"] < 60
    assert "Another upload of the same name" in made["error"]
    generations.receive(*second)
    generations.finish(judged)
    made = generations.report_of(second[0])
    assert (made["complete"], made["rows"], made["accounted"]) == (True, 60, 60)
    accepted = Counter(event.custom_data.order_id for event in generations.topics.events() if judged(event) == "sent")
    assert set(accepted) == ALL
    assert set(accepted.values()) == {1}, "what Meta has is not sent again"
    assert generations.under_way() == []


@pytest.mark.parametrize("verdict", ["sent", "rejected"])
def test_a_file_deleted_while_it_is_read_accounts_for_the_rows_that_were_taken(
    generations: Generations, verdict: str
) -> None:
    message = generations.put(table(60) + row(99, "bad"))
    generations.topics.happens[2] = lambda: generations.drops.objects.pop(NAME)
    generations.receive(message)
    generations.finish(lambda _: verdict)
    made = generations.report_of(message)
    taken = len(generations.topics.events())
    assert 0 < taken < 60
    assert (made["complete"], made["verdicts"]) == (True, {verdict: taken})
    assert f"deleted or moved before it was read to its end. {taken} of its rows" in made["error"]
    told = only(one for one in generations.topics.outcomes() if one.origin.row is None)
    assert (told.reason, told.verdict, told.message) == ("file_deleted", "dropped", made["error"])
    generations.receive(generations.put(table(60), "incoming/store/again.csv"))
    assert set(generations.sent()) == ALL
    assert max(generations.sent().values()) == (1 if verdict == "sent" else 2), "what was rejected may come again"


def test_a_generation_that_was_replaced_before_it_was_read_says_so(generations: Generations) -> None:
    first, second = generations.put(table(5)), generations.put(table(9))
    generations.receive(first, second, first)
    made = generations.report_of(first)
    assert (made["complete"], made["rows"], made["channel"]) == (True, 0, "store")
    assert "Another upload of the same name" in made["error"]
    assert [one.reason for one in generations.topics.outcomes()] == ["file_replaced"]
    assert set(generations.sent()) == {f"ATN{number}" for number in range(9)}
    assert generations.report_of(second)["rows"] == 9


def test_a_generation_without_a_channel_ends_in_a_report_too(generations: Generations) -> None:
    message = generations.put("a", "incoming/a.csv")
    del generations.drops.objects["incoming/a.csv"]
    generations.receive(message)
    made = generations.report_of(message)
    assert (made["complete"], made["channel"]) == (True, None)


def hash_(line: str) -> str:
    """Something that cannot be packed."""
    return hashlib.sha256(line.encode()).hexdigest()


@pytest.mark.parametrize("kind", ["xlsx", "parquet", "ndjson", "json", "csv.gz"])
def test_in_whatever_format_a_file_that_vanishes_is_no_damaged_file(
    generations: Generations, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ingest.storage.bucket.SCATTERED", {".parquet": 500})
    monkeypatch.setattr("ingest.readers.blocks.BLOCK", 500)
    monkeypatch.setattr("ingest.readers.elements.BLOCK", 500)
    objects = [{"event_name": "Lead", "event_time": 1719852447, "email": f"a{n}@b.example"} for n in range(500)]
    content: dict[str, bytes] = {
        "xlsx": workbook(table(500)),
        "parquet": parquet(table(500)),
        "ndjson": "\n".join(map(json.dumps, objects)).encode(),
        "json": json.dumps(objects).encode(),
        "csv.gz": gzip.compress("".join(f"{line};{hash_(line)}\n" for line in table(12_000).splitlines()).encode()),
    }
    message = generations.put(content[kind], f"incoming/crm/a.{kind}" if "json" in kind else f"incoming/store/a.{kind}")
    reads = iter(range(3))

    def vanishing(piece: bytes) -> bytes:
        if next(reads, None) is None:
            generations.drops.objects.pop(message.attributes["objectId"], None)
        return piece

    generations.drops.arriving = vanishing
    generations.receive(message)
    generations.drops.arriving = lambda piece: piece
    generations.finish()
    assert [one.reason for one in generations.topics.outcomes() if one.origin.row is None] == ["file_deleted"]
    assert generations.report_of(message)["complete"]


def test_a_file_whose_last_row_was_published_before_it_vanished_is_whole(generations: Generations) -> None:
    message = generations.put(table(25))
    generations.topics.happens[3] = lambda: generations.drops.objects.pop(NAME)
    generations.receive(message)
    generations.finish()
    made = generations.report_of(message)
    assert (made["complete"], made["rows"], made["error"]) == (True, 25, None)
    assert generations.topics.outcomes() == []


def test_a_file_that_vanished_after_a_crash_behind_its_last_row_is_whole(
    generations: Generations, monkeypatch: pytest.MonkeyPatch
) -> None:
    message = generations.put(table(25))

    def crash(*_: object) -> None:
        raise Crash

    with monkeypatch.context() as patch:
        patch.setattr("ingest.files.finish.Finish.complete", crash)
        with pytest.raises(Crash):
            generations.files.receive(message)
    generations.put(table(60))
    generations.receive(message)
    generations.finish()
    made = generations.report_of(message)
    assert (made["complete"], made["rows"], made["error"]) == (True, 25, None)
    assert generations.topics.outcomes() == []


def test_a_generation_that_is_gone_waits_for_the_chunk_somebody_publishes(
    generations: Generations, monkeypatch: pytest.MonkeyPatch
) -> None:
    message = generations.put(table(60))
    refused: list[type] = []

    def vanish() -> None:
        generations.drops.objects.pop(NAME)
        files = Files(Bucket(generations.client), generations.maps, Topics().queues(), now_ms)
        with pytest.raises(Busy, match="still being published"):
            files.receive(message)
        refused.append(Busy)

    generations.topics.happens[2] = vanish
    generations.receive(message)
    generations.finish()
    assert refused == [Busy]
    made = generations.report_of(message)
    assert (made["complete"], made["rows"]) == (True, len(generations.topics.events()))
    assert generations.under_way() == []


def test_rows_that_a_crash_left_claimed_are_released_when_the_file_is_gone(
    generations: Generations, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = generations.put(table(60))

    def crash() -> None:
        raise Crash

    generations.topics.happens[2] = crash
    with pytest.raises(Crash):
        generations.files.receive(first)
    second = generations.put(table(60))
    with pytest.raises(AssertionError, match="for ever"):
        generations.receive(first, second)
    monkeypatch.setattr(records, "ABANDONED", 0.0)
    generations.receive(first)
    generations.finish()
    assert generations.report_of(first)["complete"]
    generations.receive(second)
    generations.finish()
    assert set(generations.sent()) == ALL
    assert generations.report_of(second)["complete"]
    assert generations.under_way() == []


def test_a_file_does_not_wait_for_an_earlier_upload_for_ever(generations: Generations) -> None:
    generations.receive(generations.put(table(9)))
    again = generations.put(table(9))
    created = int(generations.drops.objects[NAME].created.timestamp() * 1000)
    with pytest.raises(AssertionError, match="for ever"):
        generations.receive(again, clock=lambda: created + LONGEST_WAIT_MS - 1000)
    assert LONGEST_WAIT_MS == 6 * 3600 * 1000
    generations.receive(again, clock=lambda: created + LONGEST_WAIT_MS + 1000)
    assert Counter(one.reason for one in generations.topics.outcomes()) == {"under_way": 9}


def test_a_file_under_a_folder_that_looks_like_a_generation_is_another_one(generations: Generations) -> None:
    generations.receive(generations.put(table(9)))
    generations.receive(generations.put(table(9), f"{NAME}/7.csv"))
    assert Counter(one.reason for one in generations.topics.outcomes()) == {"under_way": 9}


class Slow:
    """A delivery that stops before its call number ``late`` to the bucket; meanwhile another one does all there is."""

    def __init__(self, generations: Generations, message: PushMessage, late: int) -> None:
        calls, resumed = iter(range(late)), threading.Event()

        class Stopping(StrictStorage):
            def bucket(self, bucket_name: str) -> StrictBucket:
                if next(calls, None) is None and not resumed.is_set():
                    resumed.set()
                    generations.receive(message)
                    generations.finish()
                return super().bucket(bucket_name)

        storage = Stopping()
        storage.buckets = generations.client.buckets
        self._files = Files(Bucket(storage), generations.maps, generations.topics.queues(), now_ms)
        self._message = message

    def receive(self) -> None:
        """Receive the notification again and again until it is not nacked."""
        for _ in range(4):
            with suppress(TransientError):
                return self._files.receive(self._message)
        return self._files.receive(self._message)


@pytest.mark.parametrize("count", [9, 25])
@pytest.mark.parametrize("folder", ["incoming", "preview"])
@pytest.mark.parametrize("late", range(0, 40, 3))
def test_of_two_deliveries_at_once_one_brings_the_outcomes(
    generations: Generations, late: int, count: int, folder: str
) -> None:
    message = generations.put(table(count) + row(99, "bad"), f"{folder}/store/a.csv")
    Slow(generations, message, late).receive()
    generations.finish()
    assert set(generations.sent().values()) <= {1, 2}
    told = Counter(one.origin.row for one in generations.topics.outcomes())
    assert set(told) == {count + 2}, "no row that was sent is called a duplicate of itself"
    made = generations.report_of(message)
    assert (made["complete"], made["rows"], made["accounted"]) == (True, count + 1, count + 1)
    assert made["verdicts"] == {"sent": count, "rejected": 1}
    assert only(made["reasons"])["rows"] == 1


@pytest.mark.parametrize("late", range(4))  # once it has told so, nobody can know that it will go on
def test_of_two_deliveries_of_a_file_that_cannot_be_read_one_says_so(generations: Generations, late: int) -> None:
    message = generations.put(HEAD)
    Slow(generations, message, late).receive()
    told = [one.reason for one in generations.topics.outcomes()]
    assert told == ["file_unreadable"]
    assert generations.names("rejected/") == ["rejected/store/a.csv", "rejected/store/a.csv.reason.txt"]
    assert generations.report_of(message)["complete"]


def test_answers_to_writes_may_be_lost_without_anything_being_done_twice(generations: Generations) -> None:
    """Every object's first write is done and not answered, so that the client's own retry is refused."""
    lost: set[str] = set()

    def loses(name: str) -> bool:
        if name in lost:
            return False
        lost.add(name)
        return True

    generations.drops.loses = loses
    messages = [generations.put(table(25) + row(99, "bad"), f"incoming/store/{name}.csv") for name in "ab"]
    for message in messages:
        generations.receive(message)
        generations.finish()
    assert set(generations.sent().values()) == {1}
    assert generations.names("processed/") == ["processed/store/a.csv", "processed/store/b.csv"]
    assert Counter(one.reason for one in generations.topics.outcomes()) == {
        "event_time_unreadable": 2,
        "already_sent": 25,
    }
    assert all(generations.report_of(message)["complete"] for message in messages)
    assert len(generations.names("reports/")) == 2 * len(("report.html", "report.json", "rejected.csv"))
