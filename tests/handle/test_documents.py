from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path
from typing import IO

import pytest
from google.api_core.exceptions import GoogleAPIError

from handle.documents import Document, Files, storage_client
from omnicapi.errors import BadSettings


class FakeBlob:
    def __init__(self, data: bytes, generation: int) -> None:
        self.data = data
        self.generation: int | None = generation

    def open(self, mode: str, chunk_size: int) -> IO[bytes]:
        assert mode == "rb"
        assert chunk_size % (256 * 1024) == 0
        return io.BytesIO(self.data)


class FakeBucket:
    def __init__(self, blobs: dict[str, FakeBlob]) -> None:
        self.blobs = blobs

    def get_blob(self, blob_name: str) -> FakeBlob | None:
        return self.blobs.get(blob_name)


class FakeStorage:
    def __init__(self, **buckets: dict[str, FakeBlob]) -> None:
        self.buckets = buckets

    def bucket(self, bucket_name: str) -> FakeBucket:
        return FakeBucket(self.buckets[bucket_name])


def no_storage() -> FakeStorage:
    raise AssertionError("a file on disk needs no bucket")


def joined(lines: Iterator[bytes], place: str) -> bytes:
    return place.encode() + b":" + b"|".join(lines)


def test_a_file_on_disk_is_read_line_by_line(tmp_path: Path) -> None:
    path = tmp_path / "list.txt"
    path.write_bytes(b"a\nb\n\nc")
    assert list(Files(no_storage).lines(str(path))) == [b"a", b"b", b"", b"c"]


def test_lines_are_whole_where_pieces_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("handle.documents._CHUNK", 3)
    path = tmp_path / "list.txt"
    path.write_bytes(b"abcdefg\nhi\n\njklmno\n")
    assert list(Files(no_storage).lines(str(path))) == [b"abcdefg", b"hi", b"", b"jklmno"]


def test_an_object_is_read_from_its_bucket() -> None:
    files = Files(lambda: FakeStorage(config={"a/list.txt": FakeBlob(b"x\ny", 7)}))
    assert list(files.lines("gs://config/a/list.txt")) == [b"x", b"y"]
    assert files.version("gs://config/a/list.txt") == "generation 7"


def test_one_client_serves_every_address() -> None:
    made: list[FakeStorage] = []

    def storage() -> FakeStorage:
        made.append(FakeStorage(config={"a": FakeBlob(b"", 1), "b": FakeBlob(b"", 2)}))
        return made[-1]

    files = Files(storage)
    assert (files.version("gs://config/a"), files.version("gs://config/b")) == ("generation 1", "generation 2")
    assert len(made) == 1


def test_googles_client_is_made_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STORAGE_EMULATOR_HOST", "http://localhost:9")
    monkeypatch.setenv("GOOGLE_CLOUD_PROJECT", "p")
    assert storage_client().bucket("config") is not None


@pytest.mark.parametrize("place", ["gs://config/gone.json", "/no/such/file.json"])
def test_a_missing_file_is_named(place: str) -> None:
    files = Files(lambda: FakeStorage(config={}))
    for look in (files.version, lambda missing: list(files.lines(missing))):
        with pytest.raises(BadSettings, match=place):
            look(place)


def test_a_bucket_that_may_not_be_read_is_named_with_its_remedy() -> None:
    class Closed(FakeBucket):
        def get_blob(self, blob_name: str) -> FakeBlob | None:
            raise GoogleAPIError("403 secret-project does not have storage.objects.get")

    class ClosedStorage(FakeStorage):
        def bucket(self, bucket_name: str) -> FakeBucket:
            return Closed({})

    with pytest.raises(BadSettings, match=r"gs://config/a.*GoogleAPIError.*account"):
        Files(ClosedStorage).version("gs://config/a")


def test_a_document_is_read_again_only_when_it_changed(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes(b"one")
    document = Document(Files(no_storage), str(path), joined, b"")
    assert document.refresh()
    assert not document.refresh()
    path.write_bytes(b"two!")
    assert document.refresh()
    assert document.value == f"{path}:two!".encode()


def test_a_document_without_a_place_says_what_absence_means() -> None:
    document = Document(Files(no_storage), None, joined, b"absent")
    assert not document.refresh()
    assert document.value == b"absent"


def test_a_document_that_becomes_unusable_keeps_its_value_and_is_tried_again(tmp_path: Path) -> None:
    def strict(lines: Iterator[bytes], place: str) -> bytes:
        text = b"".join(lines)
        if text.startswith(b"bad"):
            raise BadSettings(f"{place} is bad")
        return text

    path = tmp_path / "a.txt"
    path.write_bytes(b"good")
    document = Document(Files(no_storage), str(path), strict, b"")
    document.refresh()
    path.write_bytes(b"bad....")
    for _ in range(2):
        with pytest.raises(BadSettings):
            document.refresh()
    assert document.value == b"good"
