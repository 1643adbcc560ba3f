"""The sample files an analyst drops: two shapes of the store and web channels, and two that cannot be used."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from local.samples.layouts import STORE_HEADER, WEB_HEADER, csv_file, xlsx_file
from local.samples.rows import faulty_store_rows, faulty_web_rows, store_row, web_row


@dataclass(frozen=True)
class SampleFile:
    """A file to drop under ``name``. ``events`` is how many verdicts it must lead to: one per row, or one in all."""

    name: str
    channel: str
    content: bytes
    events: int


def sample_files(now: int, rows: int = 40) -> list[SampleFile]:
    """Return the files of one day; ``now`` is Unix seconds, UTC, each good file has ``rows`` good rows."""
    date = datetime.fromtimestamp(now, UTC).strftime("%m%d%Y")
    first, second, then = range(rows), range(rows, 2 * rows), 2 * rows
    tills = [store_row(index, now) for index in first] + faulty_store_rows(then, now)
    more_tills = [store_row(index, now) for index in second]
    web = [web_row(index, now) for index in first] + faulty_web_rows(then, now)
    # The spreadsheet took the dots of one IP address for thousands separators, as in the reference sample.
    more_web = [web_row(index, now, ip=123123123123 if index == rows else None) for index in second]
    return [
        SampleFile(f"incoming/store-signals-{date}.csv", "store", csv_file(STORE_HEADER, tills), len(tills)),
        SampleFile(f"incoming/store/tills-{date}.xlsx", "store", xlsx_file(STORE_HEADER, more_tills), len(more_tills)),
        SampleFile(f"incoming/web-signals-{date}.csv", "web", csv_file(WEB_HEADER, web), len(web)),
        SampleFile(f"incoming/web/shop-{date}.xlsx", "web", xlsx_file(WEB_HEADER, more_web), len(more_web)),
        SampleFile(f"incoming/store/broken-{date}.xlsx", "unknown", b"PK\x03\x04 cut off while copying", 1),
        SampleFile(f"incoming/fax/orders-{date}.csv", "unknown", csv_file(STORE_HEADER, tills[:2]), 1),
    ]
