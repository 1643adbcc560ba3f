"""What was noticed while a file was read stands in its report, whoever read which part of it."""

import io
import json
from typing import Any

import openpyxl
import pytest

from ingest.files.intake import Files
from ingest.files.reading import Pace
from ingest.maps.folder import Maps, OneFile
from ingest.storage.bucket import Bucket
from omnicapi.intake.push import PushMessage
from tests.ingest.fakes import Topics, now_ms
from tests.ingest.reports.test_reports import Pipeline, outcome

MAP = {
    "columns": {"EVENT_TIME": "Date", "ORDER_ID": "Order", "EMAIL": "Email", "VALUE": "Total"},
    "defaults": {"EVENT_NAME": "Purchase", "ACTION_SOURCE": "physical_store", "CURRENCY": "USD"},
}
NOTES = """\
The times of 'Date' name no zone and are read as UTC. Where they are local, say so in the map: \
"time_zone": "America/Sao_Paulo".
Hidden in the spreadsheet: column C. What the map reads there is sent like all else.
Hidden in the spreadsheet, perhaps by a filter, and read like all others: row 3, 6, 9, 12, 15, 18, 21, 24, 27, 30 and \
6 more. Delete rows that are not meant to be sent.
Formulas whose result the file does not hold: C5, D31. Open it in a spreadsheet program, save it, and drop it again.
""".strip().splitlines()


def workbook() -> bytes:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(list(MAP["columns"].values()))
    for number in range(2, 51):
        sheet.append(["2026-06-28 10:00:00", str(number), f"a{number}@shop.example", 20])
        sheet.row_dimensions[number].hidden = number % 3 == 0
    sheet["C5"], sheet["D31"] = "=A1", "=A1"
    sheet.column_dimensions["C"].hidden = True
    data = io.BytesIO()
    book.save(data)
    return data.getvalue()


@pytest.fixture
def pipeline(
    storage_client: Any, bucket: Any, topics: Topics, tmp_path: Any, monkeypatch: pytest.MonkeyPatch
) -> Pipeline:
    monkeypatch.setattr("ingest.files.chunks.MAX_ROWS", 10)
    (tmp_path / "store.json").write_text(json.dumps(MAP))
    return Pipeline(storage_client, bucket, topics, Maps(OneFile(tmp_path / "store.json")))


@pytest.mark.parametrize("folder", ["incoming", "preview"])
def test_the_report_says_what_was_noticed_in_all_chunks(pipeline: Pipeline, folder: str) -> None:
    events = pipeline.drop(workbook(), f"{folder}/store/a.xlsx")
    pipeline.end_refusals()
    pipeline.end(*map(outcome, events))
    report = "preview/store/a.xlsx" if folder == "preview" else "store/a.xlsx"
    assert pipeline.report(report)["notes"] == NOTES
    page = pipeline.text(f"reports/{report}/report.html")
    assert "read as UTC" in page
    assert "column C" in page
    assert "row 3, 6, 9" in page
    assert "C5, D31" in page


def test_requests_that_go_on_with_a_file_notice_what_is_new_to_them(
    pipeline: Pipeline, storage_client: Any, topics: Topics, tmp_path: Any
) -> None:
    maps = Maps(OneFile(tmp_path / "store.json"))
    pipeline.files = Files(Bucket(storage_client), maps, topics.queues(), now_ms, pace=Pace(seconds=0.0))
    events, taken = list(pipeline.drop(workbook(), "incoming/store/a.xlsx")), 0
    while (continued := topics.on("files"))[taken:]:
        before = len(topics.events())
        pipeline.files.receive(PushMessage(continued[taken].data, continued[taken].attributes, "2"))
        events += topics.events()[before:]
        taken += 1
    assert taken == 5
    pipeline.end_refusals()
    pipeline.end(*map(outcome, events))
    assert pipeline.report("store/a.xlsx")["notes"] == NOTES
