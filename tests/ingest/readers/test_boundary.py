"""Whatever a file holds, reading it ends in rows or in one refusal; what fails around it is never taken for damage."""

import gzip
import io
import random
import zipfile
from pathlib import Path
from typing import BinaryIO

import pytest
from requests.exceptions import ConnectionError as NetworkError

from ingest.readers.file_types import read
from ingest.readers.packed import gunzipped
from ingest.readers.table import USUAL
from omnicapi.errors import UnreadableFile

CORPUS = Path(__file__).parents[1] / "corpus"
KINDS = (
    *("old-excel.xls", "dates.xlsx", "merged-title.xlsx", "libreoffice.ods", "packed-on-a-mac.zip", "packed.csv.gz"),
    *("orders-nested.json", "orders.ndjson", "utf16-tabs-sap.txt", "tabs-named-xls.xls"),
)
IN_ANOTHER_PROCESS = ("pandas.parquet",)


def damaged(data: bytes, other: bytes, chance: random.Random) -> bytes:
    """Return a file cut off, with bytes of it changed, or with a piece of another one in it."""
    at, spoilt = chance.randrange(len(data)), bytearray(data)
    match chance.randrange(4):
        case 0:
            return data[:at]
        case 1:
            for _ in range(chance.choice((1, 2, 20))):
                spoilt[chance.randrange(len(data))] = chance.randrange(256)
        case 2:
            piece = chance.choice((b"\0", b"\xff")) * chance.choice((1, 2, 4, 8, 64))
            spoilt[at : at + len(piece)] = piece
        case _:
            begin = chance.randrange(len(other))
            piece = other[begin : begin + chance.randrange(1, 2000)]
            spoilt[at : at + len(piece)] = piece
    return bytes(spoilt)


def taken(name: str, data: bytes) -> str | None:
    """Return the refusal of a file, ``None`` where it is read; anything else that is raised fails the test."""
    try:
        for _ in read(name, io.BytesIO(data), USUAL).rows:
            pass
    except UnreadableFile as error:
        return str(error)
    return None


@pytest.mark.parametrize(
    ("name", "times"), [*((kind, 120) for kind in KINDS), *((kind, 6) for kind in IN_ANOTHER_PROCESS)]
)
def test_damage_of_any_kind_is_refused_or_read(name: str, times: int) -> None:
    chance, data = random.Random(name), (CORPUS / name).read_bytes()
    other = (CORPUS / chance.choice(KINDS)).read_bytes()
    refusals = [taken(name, damaged(data, other, chance)) for _ in range(times)]
    assert any(refusals)


def test_an_xls_whose_sectors_have_no_size_is_refused() -> None:
    data = bytearray((CORPUS / "old-excel.xls").read_bytes())
    data[0x1E:0x20] = b"\0\0"
    data[0x2C:0x30] = b"\xff\xff\xff\x7f"
    assert "damaged" in str(taken("a.xls", bytes(data)))


class Failing(io.BytesIO):
    """A file whose bucket fails at one of the calls."""

    def __init__(self, data: bytes, after: int) -> None:
        super().__init__(data)
        self.left = after
        self.has_failed = False
        self.error: Exception = NetworkError("no route")

    def read(self, size: int | None = -1, /) -> bytes:
        if not self.left:
            self.has_failed = True
            raise self.error
        self.left -= 1
        return super().read(size)


def raised_by(name: str, stream: BinaryIO) -> Exception | None:
    try:
        for _ in read(name, stream, USUAL).rows:
            pass
    except Exception as error:  # noqa: BLE001 - which one it is, is the question
        return error
    return None


@pytest.mark.parametrize("name", [*KINDS, *IN_ANOTHER_PROCESS])
def test_a_bucket_that_fails_at_any_call_is_no_damaged_file(name: str) -> None:
    data = (CORPUS / name).read_bytes()
    streams = [Failing(data, after) for after in range(12)]
    found = [raised_by(name, stream) for stream in streams]
    assert found[0] is streams[0].error
    assert all(
        error is (stream.error if stream.has_failed else None) for stream, error in zip(streams, found, strict=True)
    )


def test_what_a_library_made_of_a_failing_bucket_is_not_what_is_raised() -> None:
    """zipfile takes an OSError at the archive's end for an archive that has none."""
    data = (CORPUS / "dates.xlsx").read_bytes()
    with pytest.raises(NetworkError):
        read("a.xlsx", Failing(data, 1), USUAL)


def test_a_name_in_an_archive_is_quoted_no_longer_than_a_persons_would_be() -> None:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as archive:
        archive.writestr("a." + "x" * 60_000, "")
    assert len(str(taken("a.zip", data.getvalue()))) < 300


@pytest.mark.parametrize("after", range(1, 6))
def test_a_bucket_that_fails_under_an_object_that_is_stored_packed_is_no_damaged_object(after: int) -> None:
    stream = Failing(gzip.compress((CORPUS / "utf16-tabs-sap.txt").read_bytes()), after)
    inner = gunzipped(stream, 10**6)
    error = raised_by("a.txt", inner)
    assert error is (stream.error if stream.has_failed else None)
