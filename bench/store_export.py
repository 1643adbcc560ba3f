"""A store's export of any length, in every format that is measured, and the map for it."""

from __future__ import annotations

import csv
import random
import time
from collections.abc import Iterator
from itertools import chain, islice
from pathlib import Path

from arro3.core import Array, DataType, RecordBatch, RecordBatchReader
from arro3.io import write_parquet

from bench import sheets

HEADER = [
    "event_time",
    "order_id",
    "email",
    "phone",
    "first_name",
    "last_name",
    "city",
    "state",
    "zip",
    "country",
    "date_of_birth",
    "value",
    "content_id",
    "quantity",
]
MAP = {
    "columns": {name.upper(): name for name in HEADER if name != "quantity"} | {"CONTENT_QUANTITY": "quantity"},
    "defaults": {"EVENT_NAME": "Purchase", "ACTION_SOURCE": "physical_store", "CURRENCY": "BRL"},
    "time_zone": "America/Sao_Paulo",
}
NAMES = ("Ana", "Bruno", "João", "Inês", "Conceição", "Fábio", "Gabriela", "Luís")
PLACES = (("São Paulo", "SP", "01310-100"), ("Rio de Janeiro", "RJ", "20040-002"), ("Recife", "PE", "50010-000"))
START = 1_719_800_000


def table(count: int) -> Iterator[list[str]]:
    """Make the rows of a store's export, the header first."""
    dice = random.Random(count)
    yield HEADER
    for number in range(count):
        first, last = dice.choice(NAMES), dice.choice(NAMES)
        email, phone = f"{first}.{last}{number}@example.com", f"(11) 9{dice.randrange(10**7, 10**8)}"
        moment = time.strftime("%Y-%m-%d %H:%M:%S", time.gmtime(START + number % 600_000))
        born = f"{dice.randrange(1950, 2005)}-{dice.randrange(1, 13):02}-{dice.randrange(1, 29):02}"
        value = f"{dice.randrange(1, 5000)}.{dice.randrange(100):02}"
        yield [moment, f"A-{number}", email, phone, first, last, *dice.choice(PLACES), "BR", born, value, "sku-1", "2"]


def write(path: Path, count: int) -> None:
    """Write a file of so many rows, in the format that its name ends in."""
    if path.suffix == ".csv":
        with path.open("w", encoding="utf-8", newline="") as text:
            csv.writer(text, delimiter=";").writerows(table(count))
        return
    if path.suffix == ".parquet":
        write_parquet(_batches(count), path, compression="snappy")
        return
    columns = {name: at for at, name in enumerate(HEADER)}
    numbers = frozenset({columns["value"], columns["quantity"]})
    write_sheet = sheets.write_ods if path.suffix == ".ods" else sheets.write_xlsx
    write_sheet(path, table(count), frozenset({columns["event_time"]}), numbers)


def _batches(count: int) -> RecordBatchReader:
    """Make the same rows as columns: moments, numbers and days as such, all else as text."""
    text = DataType.utf8()
    kinds = {
        "event_time": DataType.timestamp("us"),
        "date_of_birth": DataType.date32(),
        "value": DataType.decimal128(12, 2),
        "quantity": DataType.int64(),
    }
    made = table(count)
    next(made)
    batches = (
        RecordBatch(
            {
                name: Array(cells, text).cast(kinds.get(name, text))
                for name, cells in zip(HEADER, zip(*some, strict=True), strict=True)
            }
        )
        for some in iter(lambda: list(islice(made, 10_000)), [])
    )
    first = next(batches)
    return RecordBatchReader.from_batches(first.schema, chain([first], batches))
