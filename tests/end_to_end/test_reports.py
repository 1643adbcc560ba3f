"""What an analyst gets back for a file, and what dropping it again sends.

The sizes of the files can be raised; then a stack that remembers no outcome runs for these tests alone.
"""

import csv
import io
import json
import os
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import openpyxl
import pytest

from local.samples.layouts import STORE_HEADER, Row, csv_file, xlsx_file
from local.samples.rows import store_row
from local.stack import Options
from tests.end_to_end.pipeline import Pipeline
from tests.ingest.parquet_files import store_file

pytestmark = pytest.mark.stack

ROWS = int(os.environ.get("OMNICAPI_CSV_ROWS", "2000"))
SHEET_ROWS = int(os.environ.get("OMNICAPI_XLSX_ROWS", "300"))
LARGE = ROWS > 100_000

PATIENCE = 60 + ROWS / 100
"""Seconds until all is settled; a loaded machine is slow."""

TIME, CURRENCY = 1, 15
"""Columns that are spoilt: ingest refuses the one, handle the other."""


@pytest.fixture
def analyst(request: pytest.FixtureRequest, tmp_path: Any) -> Iterator[Pipeline]:
    if not LARGE:
        yield request.getfixturevalue("stack")
        return
    with Pipeline(Options(logs=tmp_path, retry_scale=0.01, push_backoff_max=0.2), lambda _: None) as stack:
        yield stack


def spoilt(index: int) -> bool:
    return index % 5 == 3


def rows(count: int, now: int, name: str) -> Iterator[Row]:
    """Yield rows of which every fifth is wrong, in turn for ingest and for handle."""
    for index in range(count):
        row = list(store_row(index, now, event_time=now - index % 50_000))
        row[14] = f"{name}-{now}-{index}"
        if spoilt(index):
            row[TIME if index % 2 else CURRENCY] = "yesterday" if index % 2 else ""
        yield row


def report(stack: Pipeline, name: str) -> dict[str, Any]:
    made: dict[str, Any] = json.loads(stack.bucket.read(f"reports/{name}/report.json"))
    return made


def drop(stack: Pipeline, content: bytes, name: str) -> int:
    """Drop a file, wait until all of it has ended, and return how many events Meta accepted because of it."""
    before, started = stack.meta.summary().accepted_events, time.monotonic()
    stack.drop(content, f"incoming/{name}")
    stack.drained(PATIENCE)
    accepted = stack.meta.summary().accepted_events - before
    print(f"{name}: {len(content):,} bytes, {accepted:,} accepted, {time.monotonic() - started:.1f} s")
    return accepted


def mend(line: list[Any], now: int) -> None:
    line[TIME] = line[TIME] if line[TIME] != "yesterday" else str(now)
    line[CURRENCY] = line[CURRENCY] or "EUR"


def mended_csv(content: bytes, now: int) -> bytes:
    lines = list(csv.reader(io.StringIO(content.decode("utf-8-sig")), delimiter=";"))
    for line in lines[len(STORE_HEADER) :]:
        mend(line, now)
    return csv_file((), lines)


def mended_xlsx(content: bytes, now: int) -> bytes:
    sheet = openpyxl.load_workbook(io.BytesIO(content), read_only=True).worksheets[0]
    lines: list[list[Any]] = [list(line) for line in sheet.iter_rows(values_only=True)]
    for line in lines[len(STORE_HEADER) :]:
        mend(line, now)
    return xlsx_file((), lines)


def parquet_file(_: Any, lines: Iterable[Row]) -> bytes:
    return store_file(lines)


def mended_parquet(content: bytes, now: int) -> bytes:
    header, *lines = csv.reader(io.StringIO(content.decode("utf-8-sig")))
    for line in lines:
        mend(line, now)
    return csv_file([header], lines)


@dataclass(frozen=True)
class Format:
    """A kind of file: how it is written and mended, its first row of data, and as what its rows to mend come back."""

    suffix: str
    count: int
    write: Callable[..., bytes]
    mended: Callable[[bytes, int], bytes]
    back: str
    first: int = len(STORE_HEADER) + 1


@pytest.mark.parametrize(
    "of",
    [
        Format("csv", ROWS, csv_file, mended_csv, "csv"),
        Format("xlsx", SHEET_ROWS, xlsx_file, mended_xlsx, "xlsx"),
        Format("parquet", SHEET_ROWS, parquet_file, mended_parquet, "csv", first=1),
    ],
    ids=lambda of: of.suffix,
)
def test_every_row_is_in_the_report_and_only_what_was_mended_is_sent_again(
    analyst: Pipeline, now: int, of: Format
) -> None:
    suffix, count = of.suffix, of.count
    content = of.write(STORE_HEADER, rows(count, now, suffix))
    wrong = sum(map(spoilt, range(count)))
    name = f"store/sales-{now}.{suffix}"
    assert drop(analyst, content, name) == count - wrong
    first = report(analyst, name)
    assert (first["complete"], first["rows"], first["accounted"]) == (True, count, count)
    assert first["verdicts"] == {"sent": count - wrong, "rejected": wrong}
    assert {reason["stage"]: reason["rows"] for reason in first["reasons"]} == {
        "ingest": sum(spoilt(index) for index in range(1, count, 2)),
        "handle": sum(spoilt(index) for index in range(0, count, 2)),
    }
    assert first["coverage"]["em"] == count - wrong
    assert first["fbtrace_ids"]
    [time_wrong] = [reason for reason in first["reasons"] if reason["stage"] == "ingest"]
    assert time_wrong["examples"][0]["row"] == of.first + 3
    assert time_wrong["examples"][0]["message"].startswith(f"B{of.first + 3} (event_time)")

    assert drop(analyst, content, f"store/renamed-{now}.{suffix}") == 0
    again = report(analyst, f"store/renamed-{now}.{suffix}")
    assert again["verdicts"] == {"dropped": count - wrong, "rejected": wrong}
    assert again["reasons"][-1]["reason"] == "already_sent"

    to_mend = analyst.bucket.read(f"reports/{name}/rejected.{of.back}")
    mended = f"store/mended-{suffix}-{now}.{of.back}"
    assert drop(analyst, of.mended(to_mend, now), mended) == wrong
    assert report(analyst, mended)["verdicts"] == {"sent": wrong}
    assert drop(analyst, content, name) == 0


def test_a_report_names_no_customer(stack: Pipeline, now: int) -> None:
    row = list(store_row(1, now))
    row[TIME] = row[5]
    name = f"store/private-{now}.csv"
    drop(stack, csv_file(STORE_HEADER, [row, store_row(2, now)]), name)
    shown = [stack.bucket.read(f"reports/{name}/report.{kind}").decode() for kind in ("json", "html")]
    for cell in (*row[4:9], *store_row(2, now)[4:9]):
        assert not any(str(cell) in text for text in shown)


def test_ingest_killed_in_the_middle_of_a_file_costs_nothing(analyst: Pipeline, now: int) -> None:
    count = max(60_000, ROWS) if LARGE else 30_000
    name = f"store/killed-{now}.csv"
    content = csv_file(STORE_HEADER, rows(count, now, "killed"))
    analyst.drop(content, f"incoming/{name}")
    deadline = time.monotonic() + PATIENCE
    while not analyst.bucket.names("ledger/store/incoming/store/killed"):
        assert time.monotonic() < deadline
        time.sleep(0.02)
    analyst.processes["ingest-files"].kill()
    analyst.processes["ingest-files"].restart()
    analyst.drained(PATIENCE + 120)
    made = report(analyst, name)
    assert (made["complete"], made["rows"], made["accounted"]) == (True, count, count)
    assert made["verdicts"] == {"sent": count * 4 // 5, "rejected": count // 5}
    assert drop(analyst, content, f"store/killed-again-{now}.csv") == 0


def test_a_dry_run_judges_every_row_and_sends_nothing(stack: Pipeline, now: int) -> None:
    count = 40
    content = csv_file(STORE_HEADER, rows(count, now, "dry"))
    before = stack.meta.summary().accepted_events
    stack.drop(content, f"preview/store/dry-{now}.csv")
    stack.drained()
    assert stack.meta.summary().accepted_events == before
    made = report(stack, f"preview/store/dry-{now}.csv")
    assert (made["complete"], made["dry_run"]) == (True, True)
    assert made["verdicts"] == {"ready": count * 4 // 5, "rejected": count // 5}
    assert made["coverage"]["em"] == count * 4 // 5
    assert b"Nothing was sent to Meta" in stack.bucket.read(f"reports/preview/store/dry-{now}.csv/report.html")
    assert drop(stack, content, f"store/dry-{now}.csv") == count * 4 // 5
    stack.drop(content, f"preview/store/dry-again-{now}.csv")
    stack.drained()
    again = report(stack, f"preview/store/dry-again-{now}.csv")
    assert again["verdicts"] == {"dropped": count * 4 // 5, "rejected": count // 5}
