import gzip
import importlib.util
import io
import signal
import subprocess
import sys
import time
import zipfile
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from arro3.core import Array, DataType
from hypothesis import given
from hypothesis import strategies as st

from ingest.readers.blocks import BLOCK, KEPT, Blocks
from ingest.readers.file_types import read
from ingest.readers.packed import FLOOR
from ingest.readers.parquet.values import cell_of, cells_of
from ingest.readers.table import USUAL, Position, ReadOptions
from ingest.values.convert import Numeral, Rounded
from omnicapi.errors import TransientError, UnreadableFile
from tests.ingest.parquet_files import TEXT, numbers, parquet, texts

ORDERS = parquet({"id": texts(["A-1", None]), "n": numbers([7, 8], DataType.int32())})


def cells(
    data: bytes, options: ReadOptions = USUAL, name: str = "a.parquet", row: int = 0
) -> list[tuple[int, list[str]]]:
    return [(row.number, row.cells) for row in read(name, io.BytesIO(data), options, Position(row)).rows]


def complaint(data: bytes, options: ReadOptions = USUAL, name: str = "a.parquet") -> str:
    with pytest.raises(UnreadableFile) as caught:
        cells(data, options, name)
    return str(caught.value)


def test_columns_are_the_header_and_rows_are_counted_from_one() -> None:
    assert cells(ORDERS) == [(0, ["id", "n"]), (1, ["A-1", "7"]), (2, ["", "8"])]


def test_reading_begins_at_any_row() -> None:
    data = parquet({"n": numbers(range(3000), DataType.int32())}, max_row_group_size=700)
    whole = cells(data)
    for row in (1, 2, 1024, 1025, 2999, 3000, 3001):
        assert cells(data, row=row) == whole[row:]


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, ""),
        (float("nan"), ""),
        (220.0, "220"),
        (1e-7, "0.0000001"),
        (10**18 + 1, "1000000000000000001"),
        (False, "false"),
        (Decimal("220.00"), "220.00"),
        ("  as it is ", "  as it is "),
        ("São Paulo".encode(), "São Paulo"),
        (b"\xff\x00", "ff00"),
        (b"\x00a", "0061"),
        (["a@shop.example", None, 5], "a@shop.example||5"),
        (["a|b"], '["a|b"]'),
        ([1e-7, Decimal("1.50")], "0.0000001|1.50"),
        ([date(2024, 7, 1)], "2024-07-01"),
        ([], ""),
        ([{"id": "sku", "item_price": Decimal("9.50"), "q": 2.0}], '[{"id":"sku","item_price":9.50,"q":2.0}]'),
        (
            {"when": datetime.fromisoformat("2024-07-01T10:15:30"), "h": b"\xff"},
            '{"when":"2024-07-01T10:15:30","h":"ff"}',
        ),
        ([("k", 1), ("l", float("inf"))], '{"k":1,"l":null}'),
    ],
)
def test_values_become_the_text_a_person_would_type(value: Any, text: str) -> None:
    assert cell_of(value) == text
    assert cells_of([value, None, "x"]) == [text, "", "x"]
    assert cells_of([value] * 2) == [text] * 2


def test_a_number_with_a_fraction_has_a_decimal_point_whatever_maps_declare() -> None:
    assert isinstance(cell_of(Decimal("1.234")), Numeral)
    assert isinstance(cell_of(1.234), Numeral)


def test_a_whole_number_of_decimals_or_integers_is_known_to_its_last_digit() -> None:
    for exact in (Decimal("12345678901234567890"), 2**53 + 1):
        assert (type(cell_of(exact)), cell_of(exact)) == (str, str(exact))
        assert cell_of([{"id": exact}]) == f'[{{"id":"{exact}"}}]'


@pytest.mark.parametrize(("kind", "first"), [(DataType.float32(), 2**24), (DataType.float16(), 2**11)])
def test_a_number_beyond_the_precision_of_its_column_has_lost_digits(kind: DataType, first: int) -> None:
    found = [cell for _, [cell] in cells(parquet({"a": texts([str(first), str(first - 1)], kind)}))[1:]]
    assert [isinstance(cell, Rounded) for cell in found] == [True, False]
    assert found[1] == str(first - 1)


def test_a_packed_parquet_file_is_held_in_memory_if_it_is_small_enough() -> None:
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as packed:
        packed.writestr("a.parquet", ORDERS)
    for name, data in (("a.parquet.gz", gzip.compress(ORDERS)), ("a.zip", archive.getvalue())):
        assert cells(data, ReadOptions(max_spreadsheet_bytes=len(ORDERS)), name) == cells(ORDERS)
        assert "upload it as it is" in complaint(data, ReadOptions(max_spreadsheet_bytes=len(ORDERS) - 1), name)


def test_a_file_that_is_no_whole_parquet_is_refused_before_anything_is_started(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(subprocess, "Popen")
    assert "is no Parquet" in complaint(b"")
    assert "is no Parquet" in complaint(b"PK\x03\x04" + ORDERS)
    assert "cut off" in complaint(ORDERS[:-1])
    assert "cut off" in complaint(b"PAR1PAR1")
    assert "is encrypted" in complaint(b"PARE" + ORDERS)


def test_a_footer_that_lies_is_refused() -> None:
    assert "damaged, cut off or encrypted" in complaint(ORDERS[:-8] + b"\xff\xff\xff\x7fPAR1")


def test_without_the_library_the_file_is_refused_with_the_way_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda _: None)
    assert "omnicapi[parquet]" in complaint(ORDERS)


def test_few_bytes_that_would_fill_the_memory_end_nothing_but_their_own_reading() -> None:
    # One word of a megabyte, and a thousand rows that have it.
    long = Array(["x" * 1_000_000], DataType.string()).take(Array([0] * 1000, DataType.int32()))
    data = parquet({"a": long}, compression="zstd(3)", dictionary_page_size_limit=10**8)
    assert len(data) < 10_000
    assert "more than 300,000,000 bytes of memory (MAX_PARQUET_MEMORY_BYTES)" in complaint(
        data, ReadOptions(max_parquet_memory_bytes=300_000_000)
    )


def test_far_more_rows_than_the_size_allows_are_refused() -> None:
    data = parquet({"a": Array(["x" * 1000], TEXT).take(Array([0] * 4200, DataType.int32()))})
    assert len(data) < FLOOR / 200
    assert "raise MAX_PACKING" in complaint(data)
    assert len(cells(data, ReadOptions(max_packing=4200 * 1000))) == 4201


def test_far_too_many_columns_are_refused() -> None:
    column = numbers([1], DataType.int8())
    assert "has 2,001 columns" in complaint(parquet({f"c{number}": column for number in range(2001)}))
    assert len(cells(parquet({f"c{number}": column for number in range(2000)}))[1][1]) == 2000


def test_a_file_without_columns_is_empty_however_many_rows_it_claims() -> None:
    assert cells(parquet({})) == [(0, [])]


def long_file() -> bytes:
    words = [f"{number:010}" for number in range(40_000)]
    return parquet({"n": texts(words)}, dictionary_enabled=False)


class Started:
    """Remembers the processes that are started."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.processes: list[subprocess.Popen[bytes]] = []
        popen = subprocess.Popen

        def start(*arguments: Any, **options: Any) -> subprocess.Popen[bytes]:
            self.processes.append(popen(*arguments, **options))
            return self.processes[-1]

        monkeypatch.setattr(subprocess, "Popen", start)


def test_the_process_ends_when_nobody_takes_rows_any_longer(monkeypatch: pytest.MonkeyPatch) -> None:
    started = Started(monkeypatch)
    rows = read("a.parquet", io.BytesIO(long_file()), USUAL).rows
    assert started.processes == []
    next(rows)
    [process] = started.processes
    assert process.poll() is None
    del rows
    assert process.poll() is not None


@pytest.mark.parametrize("ended", [signal.SIGKILL, signal.SIGTERM])
def test_a_process_that_somebody_ended_is_no_fault_of_the_file(
    monkeypatch: pytest.MonkeyPatch, ended: signal.Signals
) -> None:
    started = Started(monkeypatch)
    rows = read("a.parquet", io.BytesIO(long_file()), USUAL).rows
    next(rows)
    started.processes[0].send_signal(ended)
    with pytest.raises(TransientError, match="will be tried again"):
        list(rows)


def test_what_the_stream_raises_is_raised(monkeypatch: pytest.MonkeyPatch) -> None:
    class Gone(Exception):
        pass

    class Stream(io.BytesIO):
        def read(self, size: int | None = -1, /) -> bytes:
            if size == BLOCK:
                raise Gone
            return super().read(size)

    started = Started(monkeypatch)
    with pytest.raises(Gone):
        list(read("a.parquet", Stream(ORDERS), USUAL).rows)
    assert started.processes[0].poll() is not None


ASKER = """
import io, subprocess, sys
from ingest.readers.file_types import read
from ingest.readers.table import USUAL

class Telling(subprocess.Popen):
    def __init__(self, *arguments, **options):
        super().__init__(*arguments, **options)
        print(self.pid, flush=True)

subprocess.Popen = Telling
rows = read("a.parquet", open(sys.argv[1], "rb"), USUAL).rows
next(rows)
sys.stdin.read()
"""


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="only Linux tells so")
def test_the_process_ends_with_the_one_that_started_it(tmp_path: Path) -> None:
    file = tmp_path / "a.parquet"
    file.write_bytes(long_file())
    asker = subprocess.Popen([sys.executable, "-c", ASKER, file], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert asker.stdout is not None
    process = Path(f"/proc/{int(asker.stdout.readline())}/stat")
    assert process.exists()
    asker.kill()
    asker.communicate()
    while process.exists() and process.read_text().rpartition(")")[2].split()[0] != "Z":
        time.sleep(0.05)


@given(st.binary(max_size=60), st.lists(st.tuples(st.integers(0, 70), st.integers(0, 30)), max_size=20))
def test_blocks_give_what_stands_there(data: bytes, asked: list[tuple[int, int]]) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("ingest.readers.blocks.BLOCK", 16)
        blocks = Blocks(io.BytesIO(data))
        for offset, size in asked:
            found = blocks.read(offset, size)
            assert found == data[offset : offset + len(found)]
            assert found or not data[offset : offset + size]


def test_columns_side_by_side_are_fetched_once() -> None:
    class Counting(io.BytesIO):
        reads = 0

        def read(self, size: int | None = -1, /) -> bytes:
            self.reads += 1
            return super().read(size)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("ingest.readers.blocks.BLOCK", 16)
        stream = Counting(bytes(16 * KEPT))
        blocks = Blocks(stream)
        for offset in range(16):
            for number in range(KEPT):
                blocks.read(number * 16 + offset, 1)
        assert stream.reads == KEPT
