"""Whatever a dropped file holds, its report completes and gives back what rows it can."""

import csv
import gzip
import io
import json
import logging
import zipfile
from pathlib import Path
from typing import Any

import msgspec
import openpyxl
import pytest
from google.api_core.exceptions import ServiceUnavailable

from ingest.files.finish import MOST_TEXT
from ingest.maps.folder import Folder, Maps
from ingest.readers.csv import MAX_CELL
from ingest.reports.accounts import Accounts
from ingest.reports.html import as_html
from ingest.reports.page import PAGE_ROWS
from ingest.reports.report import Report
from ingest.reports.settlement import Settlement
from ingest.reports.summary import File
from ingest.storage.bucket import Bucket
from ingest.storage.objects import Objects
from omnicapi.errors import TransientError
from omnicapi.intake.push import PushMessage
from omnicapi.messages import Origin, Outcome
from tests.ingest.fakes import NOW_MS, Topics
from tests.ingest.files.test_intake import HEAD, row
from tests.ingest.readers.written import ods, ods_row, packed
from tests.ingest.reports.test_reports import Pipeline, outcome
from tests.loops import run


@pytest.fixture
def dropped(storage_client: Any, bucket: Any, topics: Topics, maps: Maps) -> Pipeline:
    return Pipeline(storage_client, bucket, topics, maps)


def ended(pipeline: Pipeline, content: str | bytes, name: str) -> dict[str, Any]:
    """Drop a file, end its events, those of rows 2 and 3 refused by Meta, and return its report."""
    events = pipeline.drop(content, f"incoming/{name}")
    refused = {2, 3}
    pipeline.end(
        *(
            outcome(event, "rejected", reason="meta_refused") if event.origin.row in refused else outcome(event)
            for event in events
        )
    )
    pipeline.end_refusals()
    return pipeline.report(name)


def rows(first: int, last: int) -> str:
    return "".join(row(number) for number in range(first, last + 1))


def orders(pipeline: Pipeline, name: str) -> list[str]:
    lines = csv.reader(io.StringIO(pipeline.text(name), newline=""), delimiter=";")
    return [cells[14] for cells in list(lines)[1:]]


def test_rows_before_a_quotation_mark_that_nothing_closes_come_back(dropped: Pipeline) -> None:
    made = ended(dropped, HEAD + rows(1, 9) + 'Purchase;"1719852447;' + rows(10, 7000), "store/a.csv")
    assert (made["complete"], made["rejected_lacking"]) == (True, None)
    assert "a quotation mark is opened and never closed" in made["error"]
    assert orders(dropped, made["rejected_file"]) == ["ATN1", "ATN2"]
    mended = dropped.drop(HEAD + rows(1, 9) + rows(10, 20), "incoming/store/mended.csv")
    assert [event.origin.row for event in mended] == [2, 3, *range(11, 22)]


@pytest.mark.parametrize("cut", [0.5, 0.9, 0.999])
def test_rows_of_a_packed_file_that_was_cut_off_come_back(dropped: Pipeline, cut: float) -> None:
    whole = gzip.compress((HEAD + rows(1, 9000)).encode())
    made = ended(dropped, whole[: int(len(whole) * cut)], "store/a.csv.gz")
    assert (made["complete"], made["rejected_lacking"]) == (True, None)
    assert "damaged, cut off" in made["error"]
    assert orders(dropped, made["rejected_file"]) == ["ATN1", "ATN2"]


def sheet_named(name: str) -> bytes:
    """Return an .ods of four rows whose one sheet has any name."""
    lines = [HEAD, *(row(number) for number in range(1, 5))]
    plain = ods("".join(ods_row(*line.strip().split(";")) for line in lines))
    with zipfile.ZipFile(io.BytesIO(plain)) as archive:
        parts: dict[str, str | bytes] = {each: archive.read(each) for each in archive.namelist()}
        content = archive.read("content.xml")
    return packed(parts | {"content.xml": content.replace(b'"July"', f'"{name}"'.encode())})


@pytest.mark.parametrize("name", ["Loja: centro/norte [1]", "'abc'", "History", "Vendas de novembro, loja do centro"])
def test_a_spreadsheet_comes_back_whatever_its_sheet_is_called(dropped: Pipeline, name: str) -> None:
    made = ended(dropped, sheet_named(name), "store/a.ods")
    assert (made["complete"], made["rejected_file"]) == (True, "reports/store/a.ods/rejected.xlsx")
    back = dropped.bucket.blob(made["rejected_file"]).download_as_bytes()
    assert [cells[14] for cells in openpyxl.load_workbook(io.BytesIO(back)).worksheets[0].values][1:] == [
        "ATN1",
        "ATN2",
    ]


def test_a_spreadsheet_that_no_xlsx_can_hold_comes_back_as_csv(
    dropped: Pipeline, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    long = row(2).replace("customer-2", "c" * 40_000)
    lines = [HEAD, row(1), long, row(3)]
    made = ended(dropped, ods("".join(ods_row(*line.strip().split(";")) for line in lines)), "store/a.ods")
    assert (made["complete"], made["rejected_file"]) == (True, "reports/store/a.ods/rejected.csv")
    assert list(tmp_path.iterdir()) == []
    again = dropped.drop(dropped.text(made["rejected_file"]), "incoming/store/again.csv")
    assert [(event.custom_data.order_id, len(event.user_data.external_id[0])) for event in again] == [
        ("ATN1", 10),
        ("ATN2", 40_000),
    ]


def test_a_row_that_csv_cannot_hold_is_left_out_and_the_report_says_so(dropped: Pipeline) -> None:
    names = ["event_name", "event_time", "action_source", "", "external_id", *["x"] * 9, "order", "c", "v", "p", "n"]
    lines = [
        [
            "Purchase",
            "1719852447",
            "physical_store",
            "",
            "c" * size,
            *[""] * 9,
            f"ATN{size}",
            "brl",
            "220.00",
            "p1",
            "1",
        ]
        for size in (5, MAX_CELL + 1, 7)
    ]
    made = ended(dropped, ods("".join(ods_row(*line) for line in [names, *lines])), "store/a.ods")
    assert orders_of(dropped, made["rejected_file"]) == ["ATN5"]
    assert made["rejected_lacking"].startswith("1 of the 2 rejected rows could not be given back: they have cells that")
    assert "1 of the 2 rejected rows" in dropped.text("reports/store/a.ods/report.html")


def orders_of(pipeline: Pipeline, name: str) -> list[str]:
    return [cells[14] for cells in list(csv.reader(io.StringIO(pipeline.text(name), newline="")))[1:]]


def test_a_file_that_is_gone_leaves_a_report_that_says_so(dropped: Pipeline) -> None:
    events = dropped.drop(HEAD + rows(1, 3))
    dropped.bucket.blob("processed/store/a.csv").delete()
    dropped.end(*(outcome(event, "rejected", reason="meta_refused") for event in events))
    made = dropped.report()
    assert (made["complete"], made["rejected_file"]) == (True, None)
    assert "3 of the 3 rejected rows could not be given back: the file itself is no longer" in made["rejected_lacking"]


def test_a_file_that_is_read_otherwise_the_second_time_has_its_report(
    storage_client: Any, bucket: Any, topics: Topics, tmp_path: Path
) -> None:
    named = {"EVENT_TIME": "event_time", "EXTERNAL_ID": "external_id"}
    defaults = {"EVENT_NAME": "Purchase", "ACTION_SOURCE": "physical_store"}
    (tmp_path / "store.json").write_text(json.dumps({"columns": named, "defaults": defaults, "sheet": "July"}))
    pipeline = Pipeline(storage_client, bucket, topics, Maps(Folder(tmp_path), refresh=0.0))
    events = pipeline.drop(sheet_named("July"), "incoming/store/a.ods")
    (tmp_path / "store.json").write_text(json.dumps({"columns": named, "defaults": defaults, "sheet": "August"}))
    pipeline.end(*(outcome(event, "rejected", reason="meta_refused") for event in events))
    made = pipeline.report("store/a.ods")
    assert (made["complete"], made["rejected_file"]) == (True, None)
    assert "4 of the 4 rejected rows could not be given back: The spreadsheet has no sheet" in made["rejected_lacking"]


def test_a_file_of_thousands_of_sheets_is_refused_in_a_few_words(
    storage_client: Any, bucket: Any, topics: Topics, tmp_path: Path
) -> None:
    sheets = "".join(f'<table:table table:name="{"n" * 300}{number}"/>' for number in range(3000))
    (tmp_path / "store.json").write_text(
        json.dumps({"columns": {"EVENT_NAME": 0, "EVENT_TIME": 1, "ACTION_SOURCE": 2}, "sheet": "X"})
    )
    pipeline = Pipeline(storage_client, bucket, topics, Maps(Folder(tmp_path)))
    pipeline.drop(ods(ods_row("a"), tables=sheets), "incoming/store/a.ods")
    made = pipeline.report("store/a.ods")
    assert made["complete"]
    assert made["error"].endswith("and 2,991 more.")
    assert len(made["error"]) < 700


def test_a_reason_of_any_length_fits_into_the_objects_metadata(
    storage_client: Any, bucket: Any, topics: Topics, tmp_path: Path
) -> None:
    defaults = {"EVENT_NAME": "Purchase", "ACTION_SOURCE": "physical_store"}
    fields = ("EVENT_TIME", "EMAIL", "PHONE", "FIRST_NAME", "LAST_NAME", "CITY", "STATE", "ZIP", "COUNTRY", "ORDER_ID")
    columns = {name: "\u4e2d" * 300 + name for name in fields}
    (tmp_path / "store.json").write_text(json.dumps({"columns": columns, "defaults": defaults}))
    pipeline = Pipeline(storage_client, bucket, topics, Maps(Folder(tmp_path)))
    pipeline.drop(HEAD + row(1), "incoming/store/a.csv")
    moved = bucket.get_blob("rejected/store/a.csv")
    assert len(moved.metadata["omnicapi-message"].encode()) < 6000
    assert (MOST_TEXT, len(pipeline.report()["error"])) == (1500, 1500)


def test_a_bucket_that_does_not_take_the_rows_is_tried_again(
    dropped: Pipeline, monkeypatch: pytest.MonkeyPatch
) -> None:
    events = dropped.drop(HEAD + rows(1, 3))
    refused = [outcome(event, "rejected", reason="meta_refused") for event in events]
    writing = Objects.writing

    def failing(self: Objects, name: str, content_type: str) -> Any:
        monkeypatch.setattr("ingest.reports.row_writers.Sink.write", fail)
        return writing(self, name, content_type)

    def fail(self: Any, data: bytes, /) -> int:
        self.failure = ServiceUnavailable("planted")
        raise self.failure

    with monkeypatch.context():
        monkeypatch.setattr(Objects, "writing", failing)
        with pytest.raises(TransientError):
            dropped.end(*refused)
    monkeypatch.undo()
    dropped.end(*refused)
    assert dropped.report()["rejected_file"] == "reports/store/a.csv/rejected.csv"


def test_a_report_that_cannot_be_shown_is_written_as_text(
    dropped: Pipeline, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken() -> Any:
        raise KeyError("planted")

    monkeypatch.setattr("ingest.reports.html._template", broken)
    made = ended(dropped, HEAD + rows(1, 3), "store/<b>.csv")
    assert made["complete"]
    assert "incoming/store/&lt;b&gt;.csv" in dropped.text("reports/store/<b>.csv/report.html")
    assert "report.html is written in its plain form" in caplog.text


def test_a_moment_that_no_calendar_has_stands_in_no_reports_way(dropped: Pipeline) -> None:
    events = dropped.drop(HEAD + rows(1, 2))
    late = [outcome(event) for event in events]
    for one in late:
        one.decided_ms = 10**17
    dropped.end(*late)
    assert dropped.report()["complete"]
    assert "–" in dropped.text("reports/store/a.csv/report.html")


def test_an_outcome_that_cannot_be_kept_costs_no_other(dropped: Pipeline, caplog: pytest.LogCaptureFixture) -> None:
    events = dropped.drop(HEAD + rows(1, 5))
    ends = [outcome(event) for event in events]
    ends[2].decided_ms = 2**70
    dropped.end(*ends)
    dropped.time += 60
    dropped.end(ends[0])
    assert dropped.report()["accounted"] == 4
    assert "an outcome cannot be kept" in caplog.text


@pytest.mark.parametrize(
    "origin",
    [
        Origin(bucket="b", object="incoming/store/a.csv", generation="seven", row=2),
        Origin(bucket="b", object="incoming/store/a.csv", generation="1", row=-2),
        Origin(bucket="b", object="incoming/store/a.csv", generation="1", row=2**32),
    ],
)
def test_an_outcome_of_a_row_that_no_file_has_is_passed_over(dropped: Pipeline, origin: Origin) -> None:
    dropped.end(Outcome(stage="forward", verdict="sent", channel="store", origin=origin))
    assert dropped.names("") == []


def test_what_is_no_outcome_in_a_message_costs_no_other(dropped: Pipeline, caplog: pytest.LogCaptureFixture) -> None:
    events = dropped.drop(HEAD + rows(1, 2))
    ends: list[Any] = [msgspec.to_builtins(outcome(event)) for event in events]
    ends.insert(1, {"stage": "planted", "verdict": "sent"})
    batch = {"batch_id": "b", "stage": "forward", "time_ms": NOW_MS, "counts": {}, "outcomes": ends}
    with caplog.at_level(logging.ERROR):
        run(dropped.reports.receive(PushMessage(msgspec.json.encode(batch), message_id="7")))
    assert dropped.report()["complete"]
    errors = [record for record in caplog.records if record.levelno == logging.ERROR]
    assert [record.json_fields["index"] for record in errors] == [1]  # type: ignore[attr-defined]
    assert "planted" not in caplog.text


def test_a_damaged_page_is_begun_anew(
    storage_client: Any, bucket: Any, maps: Maps, caplog: pytest.LogCaptureFixture
) -> None:
    file = File(bucket.name, "incoming/store/a.csv", 1)
    objects = Bucket(storage_client).objects(file.bucket)
    objects.write(f"{file.work}outcomes/{PAGE_ROWS:09}", b"no page", metadata={"omnicapi-counts": "{"})
    accounts = Accounts(objects, file)
    assert [page.first for page in accounts.pages()] == [PAGE_ROWS]
    assert accounts.counts() == {}
    objects.write(f"{file.work}summary.json", b"{")
    Settlement(Bucket(storage_client), maps).settle(file)
    assert "a summary is damaged" in caplog.text
    place = Origin(bucket=file.bucket, object=file.object, generation="1", row=PAGE_ROWS + 3)
    accounts.add(PAGE_ROWS, [Outcome(stage="forward", verdict="sent", channel="store", origin=place)])
    assert accounts.counts() == {"sent": 1}
    assert "is damaged and begun anew" in caplog.text


def test_a_report_for_people_is_no_page_of_somebody_elses(dropped: Pipeline) -> None:
    made = ended(dropped, HEAD + rows(1, 3), "store/<img src=x onerror=alert(1)>.csv")
    assert b"<img src=x" not in as_html(msgspec.convert(made, Report))
