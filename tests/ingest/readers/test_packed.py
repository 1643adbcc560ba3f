import gzip
import io
import zipfile
from pathlib import Path
from typing import Any

import pytest

from ingest.readers.file_types import read
from ingest.readers.packed import FLOOR
from ingest.readers.table import USUAL, ReadOptions
from omnicapi.errors import UnreadableFile

TEXT = "a;b\nJoão;São Paulo\n"
ROWS = [["a", "b"], ["João", "São Paulo"]]


def cells(name: str, data: bytes, options: ReadOptions = USUAL) -> list[list[str]]:
    return [row.cells for row in read(name, io.BytesIO(data), options).rows]


def complaint(name: str, data: bytes, options: ReadOptions = USUAL) -> str:
    with pytest.raises(UnreadableFile) as caught:
        cells(name, data, options)
    return str(caught.value)


def zipped(**files: str | bytes) -> bytes:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name.replace("__dot__", "."), content)
    return data.getvalue()


def test_a_packed_file_is_read_by_the_name_within() -> None:
    assert cells("a.csv.gz", gzip.compress(TEXT.encode())) == ROWS
    assert cells("a.zip", zipped(b__dot__csv=TEXT)) == ROWS
    assert cells("a.NDJSON.GZ", gzip.compress(b'{"a": 1}')) == [["a"], ["1"]]


def test_gzip_files_one_behind_the_other_are_one() -> None:
    assert cells("a.csv.gz", gzip.compress(b"a;b\n") + gzip.compress(b"c;d\n")) == [["a", "b"], ["c", "d"]]


def test_what_a_mac_puts_beside_a_file_does_not_count() -> None:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as archive:
        archive.mkdir("folder")
        archive.writestr("folder/b.csv", TEXT)
        archive.writestr("__MACOSX/folder/._b.csv", b"\0")
        archive.writestr("folder/.DS_Store", b"\0")
    assert cells("a.zip", data.getvalue()) == ROWS


@pytest.mark.parametrize(("files", "count"), [({}, 0), ({"a__dot__csv": TEXT, "b__dot__csv": TEXT}, 2)])
def test_an_archive_holds_one_file(files: dict[str, Any], count: int) -> None:
    assert f"holds {count} files; it must hold one" in complaint("a.zip", zipped(**files))


def test_an_archive_in_an_archive_is_refused() -> None:
    assert "ends in .zip" in complaint("a.zip", zipped(b__dot__zip=zipped(c__dot__csv=TEXT)))
    assert "ends in .gz" in complaint("a.csv.gz.gz", gzip.compress(gzip.compress(TEXT.encode())))


def test_a_bomb_is_refused_while_it_unpacks() -> None:
    line = b"Purchase;1719852447;physical_store\n"
    bomb = line * (FLOOR // len(line) * 3)
    for name, data in (("a.csv.gz", gzip.compress(bomb)), ("a.zip", zipped(b__dot__csv=bomb))):
        assert f"unpacks to more than {FLOOR:,} bytes" in complaint(name, data, ReadOptions(max_packing=10))
        assert len(cells(name, data, ReadOptions(max_packing=10_000))) == FLOOR // len(line) * 3


@pytest.mark.parametrize("cut", [5, 20, -6])
def test_damage_is_told(cut: int) -> None:
    assert "damaged" in complaint("a.csv.gz", gzip.compress(TEXT.encode())[:cut])
    assert "damaged" in complaint("a.zip", zipped(b__dot__csv=TEXT)[:cut])


@pytest.mark.parametrize("name", ["a.zip", "a.xlsx"])
def test_a_directory_that_points_before_the_files_beginning_is_damage(name: str, tmp_path: Path) -> None:
    data = bytearray(zipped(**{"xl/workbook.xml": "<workbook/>"}))
    data[data.find(b"PK\5\6") + 19] = 1  # the directory's offset, of which those of its files are reckoned
    assert "damaged" in complaint(name, bytes(data))
    path = tmp_path / name
    path.write_bytes(data)
    with path.open("rb") as stream, pytest.raises(UnreadableFile, match="damaged"):
        read(name, stream, USUAL)


@pytest.mark.parametrize("content", [b"PK\3\4xx", b"PK\5\6" + b"\0" * 18, b""])
@pytest.mark.parametrize("name", ["a.zip", "a.xlsx", "a.ods"])
def test_an_archive_shorter_than_its_own_end_is_told(name: str, content: bytes, tmp_path: Path) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    with path.open("rb") as stream, pytest.raises(UnreadableFile):
        read(name, stream, USUAL)


def test_a_file_that_is_not_packed_under_such_a_name_is_told() -> None:
    assert "damaged" in complaint("a.csv.gz", TEXT.encode())


def test_a_packed_file_under_a_text_files_name_is_told() -> None:
    assert "name it .gz" in complaint("a.csv", gzip.compress(TEXT.encode()))


def test_an_archive_with_a_password_is_refused() -> None:
    data = bytearray(zipped(b__dot__csv=TEXT))
    for at in (data.find(b"PK\3\4") + 6, data.find(b"PK\1\2") + 8):
        data[at] |= 1
    assert "password" in complaint("a.zip", bytes(data))


def test_a_failing_bucket_is_no_damaged_file() -> None:
    class Failing(io.BytesIO):
        def read(self, size: int | None = -1, /) -> bytes:
            raise ConnectionError

    with pytest.raises(ConnectionError):
        list(read("a.csv.gz", Failing(gzip.compress(TEXT.encode())), USUAL).rows)
