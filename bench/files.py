"""How fast files become published events on one core, and in how much memory, from a small file to a very large one.

Beside it, in the same run and on the same files: pandas and openpyxl, which only read (pandas holds the whole file),
and the walls that no reader in Python passes, the ``csv`` module and arro3::

    python -m bench.files [--json] [--large]

Each measurement is a process of its own: its seconds of CPU from the first byte to the last, and its peak memory, which
is read from ``/proc``, so it needs Linux. By default files have 10,000 and 100,000 rows; ``--large`` takes a million
rows of every format and ten million of CSV besides, which write some 3 GB to the disk and take half an hour. Of
spreadsheets the others read 10,000 rows, and 100,000 with ``--large``: they take minutes.
"""

from __future__ import annotations

import argparse
import csv
import gc
import importlib
import importlib.util
import json
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import Future
from pathlib import Path

import openpyxl
from arro3.io import read_parquet

from bench.store_export import MAP, write
from ingest.files.chunks import FileInput, chunks
from ingest.maps.field_map import parse
from ingest.publishing.outgoing import Outgoing
from ingest.readers.file_types import read
from ingest.readers.table import USUAL
from omnicapi.messages import Origin
from omnicapi.outcomes import OutcomeWriter
from omnicapi.publishing.publisher import Publisher


class Discarding:
    """A Pub/Sub client that takes every message and keeps none."""

    def topic_path(self, project: str, topic: str) -> str:
        """Name a topic as Pub/Sub does."""
        return f"projects/{project}/topics/{topic}"

    def publish(self, topic: str, data: bytes, **attributes: str) -> Future[str]:
        """Take a message at once."""
        future: Future[str] = Future()
        future.set_result(f"{topic} {len(data)} {len(attributes)}")
        return future


def published(path: Path) -> int:
    """Take the whole way of a row, as the service does: read, convert, give an id, encode, publish in chunks."""
    # As the service does: rows make no cycles.
    gc.freeze()
    gc.set_threshold(100_000, 20, 20)
    client = Discarding()
    outcomes = OutcomeWriter(Publisher(client, "bench", "outcomes"), "ingest", lambda: 0)
    outgoing = Outgoing(Publisher(client, "bench", "events"), outcomes, "store", unconfirmed=16)
    with path.open("rb") as stream:
        map_ = parse("store", json.dumps(MAP).encode())
        count = 0
        for chunk in chunks(FileInput(stream, map_, Origin(object=path.name), USUAL), 0):
            outgoing.send(chunk.events, chunk.refused)
            count += len(chunk.content().rows)
    return count


def only_read(path: Path) -> int:
    """Take the rows out of the file and nothing else."""
    with path.open("rb") as stream:
        return sum(1 for _ in read(path.name, stream, USUAL).rows) - 1


def by_csv(path: Path) -> int:
    """Read by the standard library."""
    with path.open(encoding="utf-8", newline="") as text:
        return sum(1 for _ in csv.reader(text, delimiter=";")) - 1


def by_openpyxl(path: Path) -> int:
    """Read row by row, as openpyxl does for large files."""
    sheet = openpyxl.load_workbook(path, read_only=True).active
    assert sheet is not None
    return sum(1 for _ in sheet.iter_rows(values_only=True)) - 1


def by_pandas(path: Path) -> int:
    """Read into a table in memory, every cell a text."""
    import pandas as pd  # noqa: PLC0415 - only in the group `bench`

    if path.suffix == ".csv":
        return len(pd.read_csv(path, sep=";", dtype=str))
    return len(pd.read_excel(path, dtype=str, engine="openpyxl"))


def by_arro3(path: Path) -> int:
    """Decode in this process, into values of Python."""
    with path.open("rb") as stream:
        return sum(batch.num_rows for batch in read_parquet(stream) if [array.to_pylist() for array in batch.columns])


EVERY: dict[str, Callable[[Path], int]] = {
    "omnicapi to published events": published,
    "omnicapi reading alone": only_read,
}
IMPLEMENTATIONS: dict[str, dict[str, Callable[[Path], int]]] = {
    ".csv": {**EVERY, "pandas reading alone": by_pandas, "wall: csv module": by_csv},
    ".xlsx": {**EVERY, "pandas reading alone": by_pandas, "openpyxl reading alone": by_openpyxl},
    ".ods": EVERY,
    ".parquet": {**EVERY, "wall: arro3 in this process": by_arro3},
}


def measure(name: str, path: Path) -> None:
    """Run one implementation in this process and print what it took."""
    run = IMPLEMENTATIONS[path.suffix][name]
    if run is by_pandas:
        importlib.import_module("pandas")  # its half second of import is not reading
    start = time.process_time()
    count = run(path)
    helper = resource.getrusage(resource.RUSAGE_CHILDREN)  # which decodes Parquet
    seconds = time.process_time() - start + helper.ru_utime + helper.ru_stime
    megabytes = (peak_kb() + helper.ru_maxrss) / 1024
    print(json.dumps({"rows": count, "rows_per_s": round(count / seconds), "peak_mb": round(megabytes)}))


def peak_kb() -> int:
    """Return the most memory this process had, in kB; ``ru_maxrss`` would count what its parent had when it started."""
    status = Path("/proc/self/status").read_text()
    return int(status.partition("VmHWM:")[2].split()[0])


def measured(name: str, path: Path) -> dict[str, int]:
    """Run one implementation on a file in a process of its own and return its rows, rows per second and peak in MB."""
    command = [sys.executable, "-m", "bench.files", "--measure", name, str(path)]
    ran = subprocess.run(command, check=True, stdout=subprocess.PIPE)
    taken: dict[str, int] = json.loads(ran.stdout)
    return taken


def main() -> None:
    """Measure every implementation on every file and print one line for each."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--json", action="store_true", help="one JSON object an implementation and file")
    parser.add_argument("--large", action="store_true", help="a million and ten million rows of CSV besides")
    parser.add_argument("--measure", nargs=2, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.measure:
        measure(arguments.measure[0], Path(arguments.measure[1]))
        return
    sizes = [(10_000, suffix) for suffix in IMPLEMENTATIONS] + [(100_000, ".csv"), (100_000, ".xlsx")]
    if arguments.large:
        sizes += [(1_000_000, suffix) for suffix in IMPLEMENTATIONS] + [(10_000_000, ".csv")]
    with tempfile.TemporaryDirectory() as folder:
        for count, suffix in sizes:
            path = Path(folder) / f"store-{count}{suffix}"
            write(path, count)
            _compare(path, count, arguments)
            path.unlink()


def _compare(path: Path, count: int, arguments: argparse.Namespace) -> None:
    slow = path.suffix == ".xlsx" and count > (100_000 if arguments.large else 10_000)
    for name in EVERY if slow else IMPLEMENTATIONS[path.suffix]:
        if name.startswith("pandas") and importlib.util.find_spec("pandas") is None:
            continue
        taken = measured(name, path)
        if taken["rows"] != count:
            raise SystemExit(f"{name} found {taken['rows']} rows of {count} in {path.name}")
        if arguments.json:
            print(json.dumps({"name": name, "format": path.suffix, **taken}), flush=True)
        else:
            rate, memory = f"{taken['rows_per_s']:>10,} rows/s", f"{taken['peak_mb']:>6,} MB"
            print(f"{path.suffix:6}{count:>11,} rows  {name:30} {rate} {memory}", flush=True)


if __name__ == "__main__":
    main()
