import contextlib
import gzip
import io
import json
import random
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec
import openpyxl
import pytest
from google.api_core.exceptions import ServiceUnavailable
from google.cloud.storage import Blob

from ingest.files.intake import Files
from ingest.files.reading import Pace
from ingest.maps.folder import Folder, Maps, OneFile
from ingest.readers.table import ReadOptions
from ingest.storage.bucket import Bucket
from omnicapi.errors import BadMap, Busy, PublishFailed, TransientError
from omnicapi.intake.push import PushMessage
from omnicapi.messages import Event
from tests.ingest.fakes import NOW_MS, Topics, failure, make_fail, notification, now_ms, only
from tests.ingest.parquet_files import as_texts
from tests.strict_bucket import StrictStorage

HEAD = ";".join(["event_name", "event_time", "action_source", "", "external_id", *[""] * 14]) + "\n"


def row(number: int, time: str = "1719852447") -> str:
    cells = ["Purchase", time, "physical_store", "", f"customer-{number}", "", "", "", "", "", "", "", "", ""]
    return ";".join([*cells, f"ATN{number}", "brl", "220.00", "product1", "1"]) + "\n"


def workbook(text: str) -> bytes:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "July"
    for line in text.splitlines():
        sheet.append(line.split(";"))
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


def parquet(text: str) -> bytes:
    head, *lines = (line.split(";") for line in text.splitlines())
    return as_texts([[name or f"c{number}" for number, name in enumerate(head)], *lines])


class Drops:
    """The bucket as an analyst sees it, and the service behind it."""

    def __init__(self, client: Any, bucket: Any, topics: Topics, maps: Maps) -> None:
        self.client = client
        self.bucket = bucket
        self.topics = topics
        self.maps = maps
        self.files = self.service(client)

    def service(self, client: Any, options: ReadOptions = ReadOptions(), unconfirmed: int = 16) -> Files:  # noqa: B008 - frozen
        return Files(Bucket(client), self.maps, self.topics.queues(unconfirmed), now_ms, options)

    def put(self, content: str | bytes, name: str = "incoming/store/a.csv") -> PushMessage:
        blob = self.bucket.blob(name)
        blob.upload_from_string(content)
        return notification(self.bucket.name, name, blob.generation)

    def drop(self, content: str | bytes, name: str = "incoming/store/a.csv") -> PushMessage:
        message = self.put(content, name)
        self.files.receive(message)
        return message

    def names(self) -> list[str]:
        names = (blob.name for blob in self.client.list_blobs(self.bucket))
        return sorted(name for name in names if not name.startswith(("ledger/", "work/", "reports/")))

    def text(self, name: str) -> str:
        content: bytes = self.bucket.blob(name).download_as_bytes()
        return content.decode()

    def metadata(self, name: str) -> dict[str, str]:
        metadata: dict[str, str] = self.bucket.get_blob(name).metadata
        return metadata


@pytest.fixture
def drops(storage_client: Any, bucket: Any, topics: Topics, maps: Maps) -> Drops:
    return Drops(storage_client, bucket, topics, maps)


def test_every_row_becomes_an_event_and_the_file_moves_to_processed(drops: Drops) -> None:
    message = drops.drop(HEAD + "".join(row(number) for number in range(1, 1302)))
    events = drops.topics.events()
    assert [event.custom_data.order_id for event in events] == [f"ATN{number}" for number in range(1, 1302)]
    assert [sent.attributes["count"] for sent in drops.topics.on("events")] == ["500", "500", "301"]
    assert events[0].origin.row == 2
    assert events[0].origin.object == "incoming/store/a.csv"
    assert (events[0].origin.bucket, events[0].origin.generation) == (
        drops.bucket.name,
        message.attributes["objectGeneration"],
    )
    assert events[0].received_ms == NOW_MS
    assert drops.names() == ["processed/store/a.csv"]
    said = drops.metadata("processed/store/a.csv")
    assert (said["omnicapi-channel"], said["omnicapi-events"], said["omnicapi-rejected"]) == ("store", "1301", "0")


def test_a_spreadsheet_is_read_and_its_sheet_named(drops: Drops) -> None:
    drops.drop(workbook(HEAD + row(1)), "incoming/store-0708.xlsx")
    event = only(drops.topics.events())
    assert (event.origin.sheet, event.origin.row) == ("July", 2)
    assert drops.names() == ["processed/store-0708.xlsx"]


def test_a_parquet_file_is_read(drops: Drops) -> None:
    drops.drop(parquet(HEAD + row(1) + row(2)), "incoming/store/a.parquet")
    first, second = drops.topics.events()
    assert (first.origin.row, second.origin.row, second.custom_data.order_id) == (1, 2, "ATN2")
    assert drops.names() == ["processed/store/a.parquet"]


def test_a_parquet_file_deleted_while_it_is_read_is_let_go(drops: Drops, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ingest.storage.bucket.SCATTERED", {".parquet": 20_000})
    monkeypatch.setattr("ingest.readers.blocks.BLOCK", 20_000)
    message = drops.put(parquet(HEAD + "".join(row(number) for number in range(20_000))), "incoming/store/a.parquet")
    read, reads = Blob.download_as_bytes, []

    def reading(blob: Blob, *arguments: Any, **options: Any) -> bytes:
        reads.append(blob.name)
        if len(reads) == 5:
            drops.bucket.blob("incoming/store/a.parquet").delete()
        content: bytes = read(blob, *arguments, **options)
        return content

    monkeypatch.setattr(Blob, "download_as_bytes", reading)
    drops.files.receive(message)
    assert drops.names() == []
    assert drops.topics.events() == []


def test_a_bad_row_becomes_an_outcome_and_the_rest_goes_on(drops: Drops) -> None:
    drops.drop(HEAD + row(1) + row(2, "planted") + row(3))
    assert len(drops.topics.events()) == 2
    outcome = only(drops.topics.outcomes())
    assert (outcome.reason, outcome.channel, outcome.origin.row) == ("event_time_unreadable", "store", 3)
    assert (outcome.origin.object, outcome.origin.bucket) == ("incoming/store/a.csv", drops.bucket.name)
    assert not any(b"planted" in sent.data for sent in drops.topics.messages)
    assert drops.metadata("processed/store/a.csv")["omnicapi-rejected"] == "1"


@pytest.mark.parametrize(
    ("name", "content", "reason", "says"),
    [
        ("incoming/shop/a.csv", HEAD + row(1), "channel_unknown", "The known channels are: crm, store, web."),
        ("incoming/store/a.pdf", b"%PDF", "file_unreadable", "ends in .pdf"),
        ("incoming/store/a.xlsx", b"<html>", "file_unreadable", "save it as .xlsx or CSV"),
        ("incoming/store/a.csv", b"", "file_unreadable", "The file is empty."),
        ("incoming/store/a.csv", HEAD, "file_unreadable", "looks like data"),
    ],
)
def test_a_file_that_cannot_be_read_moves_to_rejected_with_its_reason(
    drops: Drops, name: str, content: str | bytes, reason: str, says: str
) -> None:
    drops.drop(content, name)
    moved = name.replace("incoming/", "rejected/")
    assert drops.names() == sorted([moved, f"{moved}.reason.txt"])
    assert says in drops.text(f"{moved}.reason.txt")
    assert name in drops.text(f"{moved}.reason.txt")
    assert drops.metadata(moved)["omnicapi-reason"] == reason
    assert says in drops.metadata(moved)["omnicapi-message"]
    outcome = only(drops.topics.outcomes())
    assert (outcome.reason, outcome.origin.object, outcome.origin.row) == (reason, name, None)
    assert says in (outcome.message or "")
    assert drops.topics.events() == []


def test_a_spreadsheet_above_the_limit_is_rejected_with_the_way_out(drops: Drops) -> None:
    message = drops.put(b"x" * 1001, "incoming/store/a.xlsx")
    drops.service(drops.client, ReadOptions(max_spreadsheet_bytes=1000)).receive(message)
    assert "export it as CSV" in drops.text("rejected/store/a.xlsx.reason.txt")


def test_a_file_that_breaks_off_half_way_says_how_far_it_came(drops: Drops) -> None:
    rows = "".join(row(number) for number in range(60))
    drops.drop(HEAD + row(99, "bad") + rows + '"never closed;' + "x" * 200_000)
    assert len(drops.topics.events()) == 60
    reason = drops.text("rejected/store/a.csv.reason.txt")
    assert "Row 63 cannot be read" in reason
    assert "60 were taken as events, 1 rejected and 0 skipped" in reason
    assert [one.reason for one in drops.topics.outcomes()] == ["event_time_unreadable", "file_unreadable"]


def test_a_notification_that_comes_again_after_the_work_does_nothing(drops: Drops) -> None:
    message = drops.drop(HEAD + row(1))
    drops.files.receive(message)
    assert len(drops.topics.events()) == 1
    assert drops.topics.outcomes() == []


def test_a_notification_about_a_replaced_file_does_nothing_and_the_new_one_is_read(drops: Drops) -> None:
    old = drops.put(HEAD + row(1))
    new = drops.put(HEAD + row(2))
    drops.files.receive(old)
    assert drops.names() == ["incoming/store/a.csv"]
    drops.files.receive(new)
    assert [event.custom_data.order_id for event in drops.topics.events()] == ["ATN2"]


def test_a_later_file_of_the_same_name_stands_beside_the_first(drops: Drops) -> None:
    drops.drop(HEAD + row(1))
    second = drops.drop(HEAD + row(2))
    assert drops.names() == [
        f"processed/store/a.{second.attributes['objectGeneration']}.csv",
        "processed/store/a.csv",
    ]
    assert drops.text("processed/store/a.csv") == HEAD + row(1)


def test_the_same_file_under_another_name_gives_the_same_event_ids_and_no_event(drops: Drops) -> None:
    content = HEAD + row(1) + row(1) + row(2)
    drops.drop(content)
    drops.drop(content, "incoming/store/again.csv")
    ids = [event.event_id for event in drops.topics.events()]
    assert len(set(ids)) == 3
    assert [one.event_id for one in drops.topics.outcomes()] == ids


@pytest.mark.parametrize("call", ["Bucket.get_blob", "Blob.rewrite", "Blob.download_as_bytes"])
def test_a_bucket_that_fails_makes_the_notification_come_again(
    drops: Drops, call: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    message = drops.put(HEAD + row(1))
    make_fail(monkeypatch, call, failure(ServiceUnavailable))
    with pytest.raises(TransientError):
        drops.files.receive(message)
    assert drops.names() == ["incoming/store/a.csv"]
    drops.files.receive(message)
    assert len({event.event_id for event in drops.topics.events()}) == 1
    assert drops.names() == ["processed/store/a.csv"]


@pytest.mark.parametrize("topic", ["events", "outcomes"])
def test_a_queue_that_fails_makes_the_notification_come_again(drops: Drops, topic: str) -> None:
    message = drops.put(HEAD + row(1) + row(2, "bad"))
    drops.topics.refusing = {topic}
    with pytest.raises(PublishFailed):
        drops.files.receive(message)
    assert drops.names() == ["incoming/store/a.csv"]
    drops.topics.refusing = set()
    drops.files.receive(message)
    assert drops.names() == ["processed/store/a.csv"]


def test_a_file_deleted_while_it_is_read_is_let_go(drops: Drops, monkeypatch: pytest.MonkeyPatch) -> None:
    message = drops.put(HEAD + "".join(row(number) for number in range(1000)))
    monkeypatch.setattr("ingest.storage.bucket.CHUNK", 10_000)

    class Deleting(Topics):
        def publish(self, topic: str, data: bytes, **attributes: str) -> Any:
            if drops.names() == ["incoming/store/a.csv"]:
                drops.bucket.blob("incoming/store/a.csv").delete()
            return super().publish(topic, data, **attributes)

    drops.topics = Deleting()
    drops.service(drops.client).receive(message)
    assert 0 < len(drops.topics.events()) <= 1000
    assert drops.names() == []


def test_a_map_that_must_be_mended_holds_the_file_back(drops: Drops, tmp_path: Path) -> None:
    (tmp_path / "store.json").write_text(json.dumps({"EMIAL": 1}))
    drops.maps = Maps(Folder(tmp_path), refresh=0)
    message = drops.put(HEAD + row(1))
    with pytest.raises(BadMap, match="EMAIL"):
        drops.service(drops.client).receive(message)
    assert drops.names() == ["incoming/store/a.csv"]
    assert drops.topics.messages == []


@pytest.mark.parametrize("name", ["processed/store/a.csv", "maps/store.json"])
def test_objects_elsewhere_are_left_alone(drops: Drops, name: str) -> None:
    drops.drop(HEAD + row(1), name)
    assert drops.names() == [name]
    assert drops.topics.messages == []


def test_what_is_no_notification_is_one_outcome_and_acknowledged(drops: Drops) -> None:
    drops.files.receive(PushMessage(b"{}", {}, "m9"))
    outcome = only(drops.topics.outcomes())
    assert (outcome.reason, outcome.origin.message_id) == ("notification_unreadable", "m9")


def test_messages_hold_what_handle_reads(drops: Drops) -> None:
    drops.drop(HEAD + row(1))
    sent = only(drops.topics.on("events"))
    assert sent.attributes == {"kind": "event", "schema": "1", "count": "1", "channel": "store"}
    assert isinstance(only(msgspec.json.decode(sent.data, type=list[Event])), Event)


def paced(drops: Drops, **pace: Any) -> Files:
    return Files(Bucket(drops.client), drops.maps, drops.topics.queues(), now_ms, pace=Pace(**pace))


def goes_on(drops: Drops, since: int = 0) -> list[PushMessage]:
    """The messages with which ingest told itself to go on."""
    return [PushMessage(sent.data, sent.attributes, "2") for sent in drops.topics.on("files")[since:]]


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ingest.files.chunks.MAX_ROWS", 10)
    monkeypatch.setattr("ingest.files.chunks.STRETCH_ROWS", 40)
    monkeypatch.setattr("ingest.files.reading.STRETCH_ROWS", 40)
    monkeypatch.setattr("ingest.files.chunks.WARM_UP_ROWS", 20)


def ids(drops: Drops) -> list[str]:
    return [event.event_id for event in drops.topics.events()]


def twins(count: int) -> str:
    """Rows of which each stands twice, so that an id depends on the row before."""
    return HEAD + "".join(row(number // 2) for number in range(count))


@pytest.mark.usefixtures("small")
def test_a_file_that_takes_too_long_goes_on_in_other_requests(drops: Drops) -> None:
    drops.drop(twins(95))
    whole = ids(drops)
    drops.topics.messages.clear()
    message = drops.put(twins(95).replace("ATN", "NEW"), "incoming/store/b.csv")
    files = paced(drops, seconds=1e-9)
    files.receive(message)
    told = 0
    while requests := goes_on(drops, told):
        told += len(requests)
        for request in requests:
            files.receive(request)
    assert told == 9
    assert len(ids(drops)) == len(set(ids(drops))) == len(whole) == 95
    assert drops.metadata("processed/store/b.csv")["omnicapi-events"] == "95"


@pytest.mark.usefixtures("small")
def test_several_instances_share_a_large_file_in_any_order(drops: Drops) -> None:
    drops.drop(twins(130), "incoming/web-like-store/store-one.csv")
    whole = set(ids(drops))
    drops.topics.messages.clear()
    for blob in drops.client.list_blobs(drops.bucket, prefix="ledger/"):
        blob.delete()
    message = drops.put(twins(130), "incoming/store/b.csv")
    paced(drops, shared_bytes=1).receive(message)
    [second] = goes_on(drops)
    [third] = _received_by_another(drops, second)
    [fourth] = _received_by_another(drops, third)
    assert _received_by_another(drops, fourth) == []
    assert set(ids(drops)) == whole
    assert len(ids(drops)) == 130
    assert drops.metadata("processed/store/b.csv")["omnicapi-events"] == "130"
    for request in (message, second, third, fourth):
        paced(drops, shared_bytes=1).receive(request)
    assert len(ids(drops)) == 130


def _received_by_another(drops: Drops, request: PushMessage) -> list[PushMessage]:
    told = len(drops.topics.on("files"))
    paced(drops, shared_bytes=1).receive(request)
    return goes_on(drops, told)


class Crash(BaseException):
    """What ends a request at once: nothing in it may take this for a failure to publish."""


@dataclass
class Dying(Topics):
    """Breaks off a file after so many chunks, as a crash does."""

    most: int = 5

    def publish(self, topic: str, data: bytes, **attributes: str) -> Any:
        if topic.endswith("/events") and len(self.on("events")) == self.most:
            raise Crash
        return super().publish(topic, data, **attributes)


@pytest.mark.usefixtures("small")
def test_what_a_crash_left_is_published_and_nothing_before_it_again(drops: Drops) -> None:
    message = drops.put(twins(95))
    drops.topics = Dying()
    with pytest.raises(Crash):
        drops.service(drops.client).receive(message)
    before = ids(drops)
    assert len(before) == 48
    drops.topics = Topics()
    drops.service(drops.client).receive(message)
    assert len({*before, *ids(drops)}) == len(before) + len(ids(drops)) == 95
    assert drops.metadata("processed/store/a.csv")["omnicapi-events"] == "95"


ORDERS_MAP = {
    "columns": {"EVENT_TIME": "when", "ORDER_ID": "order", "EMAIL": "mail", "CONTENT_ID": "sku"},
    "defaults": {"EVENT_NAME": "Purchase", "ACTION_SOURCE": "physical_store"},
    "orders": {"within": 5},
}


@pytest.mark.usefixtures("small")
@pytest.mark.parametrize("shared_bytes", [1, 10**9], ids=["shared", "alone"])
def test_an_order_is_one_event_however_often_reading_is_broken_off(
    drops: Drops, tmp_path: Path, shared_bytes: int
) -> None:
    (tmp_path / "store.json").write_text(json.dumps(ORDERS_MAP))
    drops.maps = Maps(Folder(tmp_path))
    lines = [f"1719852447;{number // 3 + 1};a@b.example;sku{number}\n" for number in range(130)]
    requests = [drops.put("when;order;mail;sku\n" + "".join(lines))]
    sent: list[Event] = []
    while requests:
        drops.topics = Dying(most=2)
        with contextlib.suppress(Crash):
            paced(drops, shared_bytes=shared_bytes).receive(requests[0])
            requests.pop(0)
        requests += goes_on(drops)
        sent += drops.topics.events()
        assert drops.topics.outcomes() == []
    assert len({one.event_id for one in sent}) == len(sent) == 44
    assert sorted(row for one in sent for row in one.origin.rows or (one.origin.row or 0,)) == list(range(2, 132))
    assert drops.metadata("processed/store/a.csv")["omnicapi-rows"] == "130"


@pytest.mark.usefixtures("small")
@pytest.mark.parametrize(
    ("ending", "written"),
    [("csv.gz", lambda text: gzip.compress(text.encode())), ("xlsx", workbook), ("parquet", parquet)],
)
def test_a_crash_costs_nothing_of_a_large_file_that_cannot_be_shared(
    drops: Drops, ending: str, written: Callable[[str], bytes]
) -> None:
    message = drops.put(written(twins(95)), f"incoming/store/a.{ending}")
    drops.topics = Dying()
    with pytest.raises(Crash):
        paced(drops, shared_bytes=1).receive(message)
    before = ids(drops)
    assert len(before) > 40, "more than a stretch"
    drops.topics = Topics()
    paced(drops, shared_bytes=1).receive(message)
    assert len({*before, *ids(drops)}) == len(before) + len(ids(drops)) == 95
    assert drops.names() == [f"processed/store/a.{ending}"]


@pytest.mark.usefixtures("small")
def test_a_file_that_breaks_off_after_its_first_chunks_says_how_far_it_came(drops: Drops) -> None:
    message = drops.drop(twins(60) + '"never closed;' + "x" * 200_000)
    assert len(ids(drops)) == 60
    assert "60 were taken as events" in drops.text("rejected/store/a.csv.reason.txt")
    drops.files.receive(message)
    assert len(ids(drops)) == 60


def test_of_two_equal_files_at_the_same_moment_one_waits_for_the_other(drops: Drops) -> None:
    message = drops.put(HEAD + row(1), "incoming/store/b.csv")

    class Meanwhile(Topics):
        """Another instance takes up the second file while the first one's events are on their way."""

        def publish(self, topic: str, data: bytes, **attributes: str) -> Any:
            if topic.endswith("events") and message is not None:
                with pytest.raises(Busy):
                    drops.files.receive(message)
            return super().publish(topic, data, **attributes)

    drops.topics = Meanwhile()
    first = drops.put(HEAD + row(1), "incoming/store/a.csv")
    drops.service(drops.client).receive(first)
    drops.topics = Topics()
    drops.service(drops.client).receive(message)
    assert ids(drops) == []
    assert only(drops.topics.outcomes()).reason == "under_way"


def test_a_repeated_id_within_a_file_is_sent_once(drops: Drops) -> None:
    drops.maps = Maps(OneFile(_map_with_ids(drops), "store"))
    drops.service(drops.client).receive(drops.put("id;time\nx;1719852447\nx;1719852448\ny;1719852449\n"))
    assert ids(drops) == ["x", "y"]
    assert [(one.reason, one.origin.row) for one in drops.topics.outcomes()] == [("repeated", 3)]


def _map_with_ids(drops: Drops) -> Path:
    path = Path(tempfile.mkdtemp()) / "store.json"
    defaults = {"EVENT_NAME": "Lead", "ACTION_SOURCE": "website"}
    path.write_text(json.dumps({"columns": {"EVENT_ID": "id", "EVENT_TIME": "time"}, "defaults": defaults}))
    return path


def test_a_file_that_is_only_judged_stays_and_its_events_say_so(drops: Drops) -> None:
    drops.drop(HEAD + row(1), "preview/store/a.csv")
    assert [event.dry_run for event in drops.topics.events()] == [True]
    assert drops.names() == [
        "dry-run/store/preview/store/a.csv/" + _generation(drops) + "/000000000",
        "preview/store/a.csv",
    ]
    assert drops.metadata("preview/store/a.csv")["omnicapi-events"] == "1"
    drops.drop(HEAD + row(1))
    assert [event.dry_run for event in drops.topics.events()] == [True, False]


def _generation(drops: Drops) -> str:
    return str(drops.bucket.get_blob("preview/store/a.csv").generation)


def test_a_judged_file_that_cannot_be_read_stays_too(drops: Drops) -> None:
    drops.drop("", "preview/store/a.csv")
    assert drops.names() == ["preview/store/a.csv"]
    assert drops.metadata("preview/store/a.csv")["omnicapi-reason"] == "file_unreadable"


def test_progress_that_cannot_be_noted_stops_nothing(drops: Drops, monkeypatch: pytest.MonkeyPatch) -> None:
    make_fail(monkeypatch, "Blob.patch", failure(ServiceUnavailable))
    drops.drop(HEAD + row(1))
    assert drops.names() == ["processed/store/a.csv"]


class StrictDrops(Drops):
    """The same over a bucket that refuses what Cloud Storage refuses."""

    def __init__(self, topics: Topics, maps: Maps) -> None:
        storage = StrictStorage()
        super().__init__(storage, storage.bucket("drops"), topics, maps)


@pytest.fixture
def strict(topics: Topics, maps: Maps) -> StrictDrops:
    return StrictDrops(topics, maps)


@pytest.mark.parametrize("letter", ["n", "é", "\N{GRINNING FACE}"])
@pytest.mark.parametrize("ending", [".csv", ".xlsx"])
def test_a_file_may_have_the_longest_name_there_is(strict: StrictDrops, letter: str, ending: str) -> None:
    name = "incoming/store/" + letter * ((1024 - len("incoming/store/.xlsx")) // len(letter.encode())) + ending
    written = workbook if ending == ".xlsx" else str
    message = strict.drop(written(HEAD + row(1) + row(2, "bad")), name)
    strict.drop(written(HEAD), name)
    assert len(strict.topics.events()) == 1
    moved, refused, reason = strict.names()
    assert moved.startswith("processed/store/")
    assert refused.startswith("rejected/store/")
    assert (moved.endswith(ending), reason) == (True, refused + ".reason.txt")
    reports = [name for name in strict.bucket.objects if name.endswith("report.json")]
    assert json.loads(strict.bucket.objects[reports[0]].data)["file"] == name
    strict.files.receive(message)
    assert len(strict.topics.events()) == 1


@pytest.mark.parametrize("folder", ["incoming", "preview"])
@pytest.mark.parametrize("content", [HEAD + row(1), HEAD], ids=["read", "refused"])
def test_a_file_may_have_all_the_metadata_there_is(strict: StrictDrops, folder: str, content: str) -> None:
    message = strict.put(content, f"{folder}/store/a.csv")
    mine = {"note": "x" * (8192 - len("note"))}
    strict.bucket.objects[f"{folder}/store/a.csv"].metadata = mine
    strict.files.receive(message)
    if folder == "preview":
        assert strict.metadata("preview/store/a.csv") == mine
    else:
        said = strict.metadata("processed/store/a.csv" if "ATN" in content else "rejected/store/a.csv")
        assert "note" not in said
        assert {"omnicapi-generation"} < set(said)


@pytest.mark.parametrize("mark", ["", "\ufeff"])
@pytest.mark.parametrize("ending", ["csv", "csv.gz", "csv.gz in gzip", "xlsx"])
def test_a_file_that_is_stored_packed_brings_every_row_once(
    drops: Drops, mark: str, ending: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ingest.storage.bucket.CHUNK", 20_000)
    text = HEAD + "".join(
        row(number).replace("product1", random.Random(number).randbytes(50).hex()) for number in range(1000)
    )
    content = workbook(text) if ending == "xlsx" else (mark + text).encode()
    name = f"incoming/store/a.{ending.removesuffix(' in gzip')}"
    blob = drops.bucket.blob(name)
    blob.content_encoding = "gzip"
    blob.upload_from_string(gzip.compress(gzip.compress(content) if "in gzip" in ending else content))
    assert blob.size > 20_000
    drops.files.receive(notification(drops.bucket.name, name, blob.generation))
    events = drops.topics.events()
    assert [event.custom_data.order_id for event in events] == [f"ATN{number}" for number in range(1000)]
    assert drops.topics.outcomes() == []
    assert drops.bucket.get_blob(name.replace("incoming", "processed")).content_encoding == "gzip"


def test_a_file_that_is_stored_packed_and_cut_off_says_so(drops: Drops) -> None:
    blob = drops.bucket.blob("incoming/store/a.csv")
    blob.content_encoding = "gzip"
    blob.upload_from_string(gzip.compress((HEAD + row(1)).encode())[:-4])
    drops.files.receive(notification(drops.bucket.name, "incoming/store/a.csv", blob.generation))
    assert "damaged, cut off" in drops.text("rejected/store/a.csv.reason.txt")


@pytest.mark.usefixtures("small")
def test_a_file_that_is_stored_packed_is_not_shared_and_goes_on_where_it_was(drops: Drops) -> None:
    name = "incoming/store/a.csv"
    blob = drops.bucket.blob(name)
    blob.content_encoding = "gzip"
    blob.upload_from_string(gzip.compress(twins(95).encode()))
    message = notification(drops.bucket.name, name, blob.generation)
    drops.topics = Dying()
    with pytest.raises(Crash):
        paced(drops, shared_bytes=1).receive(message)
    before = ids(drops)
    assert drops.topics.on("files") == []
    drops.topics = Topics()
    paced(drops, shared_bytes=1).receive(message)
    assert len({*before, *ids(drops)}) == len(before) + len(ids(drops)) == 95
