"""The reference sample's two file layouts: three header rows and an empty one, then a row per event.

Columns without a name are empty in the sample too. The rows are written as CSV with ``;`` and a byte-order mark, or as
a spreadsheet in which times and quantities are numbers.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence

import openpyxl

Cell = str | int | float | None
Row = Sequence[Cell]

STORE_HEADER: tuple[Row, ...] = (
    ("event_name", "event_time", "action_source", None, "user_data", *[None] * 9, "custom_data", *[None] * 5),
    (
        *([None] * 4),
        *("external_id", "em", "ph", "fn", "ln", "db", "ct", "zip", "country", None),
        *("order_id", "currency", "value", "contents", None, None),
    ),
    (*([None] * 17), "id", "quantity", None),
    (None,) * 20,
)
WEB_HEADER: tuple[Row, ...] = (
    (
        "event_name",
        "event_time",
        None,
        None,
        "action_source",
        None,
        "user_data",
        *[None] * 7,
        "custom_data",
        *[None] * 6,
    ),
    (
        *([None] * 6),
        *("external_id", "em", "ph", "client_ip_address", "client_user_agent", "fbc", "fbp", None),
        *("order_id", "currency", "value", "contents", None, None, None),
    ),
    (None, None, "event_id", "event_source_url", *[None] * 13, "id", "quantity", "delivery_category", None),
    (None,) * 21,
)


def csv_file(header: Iterable[Row], rows: Iterable[Row]) -> bytes:
    """Return a CSV file in UTF-8 as spreadsheet programs of half the world export it."""
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=";").writerows([*header, *rows])
    return text.getvalue().encode("utf-8-sig")


def xlsx_file(header: Iterable[Row], rows: Iterable[Row]) -> bytes:
    """Return an Excel workbook with one sheet."""
    workbook = openpyxl.Workbook(write_only=True)
    sheet = workbook.create_sheet("Purchase")
    for row in [*header, *rows]:
        sheet.append(list(row))
    content = io.BytesIO()
    workbook.save(content)
    return content.getvalue()
