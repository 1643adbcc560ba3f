"""How much CPU it takes to open a text file, up to its first row, by encoding (ADR 0150).

::

python -m bench.opening
"""

from __future__ import annotations

import io
import statistics
import time

from ingest.readers.file_types import read
from ingest.readers.table import USUAL

ROWS, TIMES = 25_000, 5
WESTERN = ("François", "Müller", "José", "Conceição", "Åsa", "Ana", "Smith", "Muñoz", "Søren", "Zoë")
CENTRAL = ("Łukasz", "Wiśniewski", "Dvořák", "Győző", "Małgorzata", "Anna", "Kowalski", "Jiří", "Dąbrowska", "Tóth")
FILES = {"ascii": WESTERN, "utf-8": WESTERN, "cp1252": WESTERN, "cp1250": CENTRAL}


def written(encoding: str) -> bytes:
    """Return a CSV file of a store in an encoding."""
    names = FILES[encoding]
    rows = (f"{n};2026-11-28 10:00:00;{names[n % 10]};{names[n // 10 % 10]};u{n}@example.com\r\n" for n in range(ROWS))
    return "".join(rows).encode(encoding, "ignore")


def opening(data: bytes) -> float:
    """Return the CPU milliseconds until the first row of a file is read."""
    started = time.process_time()
    next(read("store.csv", io.BytesIO(data), USUAL).rows)
    return (time.process_time() - started) * 1000


def main() -> None:
    """Print for each encoding the median of a few openings, and the first, which loads the tables."""
    for encoding in FILES:
        data = written(encoding)
        first, *others = (opening(data) for _ in range(TIMES + 1))
        print(f"{encoding}: {statistics.median(others):.1f} ms, the first one {first:.1f} ms")


if __name__ == "__main__":
    main()
