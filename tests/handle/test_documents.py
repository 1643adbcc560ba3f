from __future__ import annotations

import gzip
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from google.api_core.exceptions import GoogleAPIError

from handle.documents import MOST_BYTES, Document, Files, storage_client, whole
from omnicapi.errors import BadSettings
from tests.strict_bucket import StrictBucket, StrictStorage


def no_storage() -> StrictStorage:
    raise AssertionError("a file on disk needs no bucket")


def joined(lines: Iterator[bytes], place: str) -> bytes:
    return place.encode() + b":" + b"|".join(lines)


def lines(place: str, storage: StrictStorage | None = None) -> list[bytes]:
    return list(Files(no_storage if storage is None else lambda: storage).find(place).lines())


def config(name: str = "list.txt", data: bytes = b"", content_encoding: str | None = None) -> StrictStorage:
    storage = StrictStorage()
    storage.bucket("config").put(name, data, content_encoding)
    return storage


def test_a_file_on_disk_is_read_line_by_line(tmp_path: Path) -> None:
    path = tmp_path / "list.txt"
    path.write_bytes(b"a\nb\n\nc")
    assert lines(str(path)) == [b"a", b"b", b"", b"c"]


def test_lines_are_whole_where_pieces_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("handle.documents._CHUNK", 3)
    path = tmp_path / "list.txt"
    path.write_bytes(b"abcdefg\nhi\n\njklmno\n")
    assert lines(str(path)) == [b"abcdefg", b"hi", b"", b"jklmno"]


def test_an_object_is_read_from_its_bucket() -> None:
    storage = config("a/list.txt", b"x\ny")
    assert lines("gs://config/a/list.txt", storage) == [b"x", b"y"]
    generation = storage.bucket("config").objects["a/list.txt"].generation
    assert Files(lambda: storage).find("gs://config/a/list.txt").version == f"generation {generation}"


MANY = b"".join(b"%064d\n" % number for number in range(2000))


@pytest.mark.parametrize("encoding", ["gzip", None])
@pytest.mark.parametrize("layers", [0, 1, 2])
def test_a_packed_object_is_read_whole_however_it_is_fetched(
    layers: int, encoding: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("handle.documents._CHUNK", 1000)
    data = MANY
    for _ in range(layers):
        data = gzip.compress(data)
    assert lines("gs://config/list.txt", config(data=data, content_encoding=encoding)) == MANY.splitlines()


def test_a_packed_file_on_disk_is_read_too(tmp_path: Path) -> None:
    (tmp_path / "list.txt.gz").write_bytes(gzip.compress(MANY))
    assert lines(str(tmp_path / "list.txt.gz")) == MANY.splitlines()


def test_a_packed_file_that_is_cut_off_gives_no_list_however_many_lines_came(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("handle.documents._CHUNK", 1000)
    packed = gzip.compress(MANY)
    for cut in (1, 8, 9, len(packed) // 2, len(packed) - 3):
        with pytest.raises(BadSettings, match=r"gs://config/list\.txt is packed with gzip, and damaged or cut off"):
            lines("gs://config/list.txt", config(data=packed[:-cut], content_encoding="gzip"))


def test_an_encoding_that_nobody_unpacks_is_named() -> None:
    with pytest.raises(BadSettings, match=r"gs://config/list\.txt cannot be used.*Content-Encoding: br"):
        lines("gs://config/list.txt", config(data=b"\x0b\x02", content_encoding="br"))


def test_a_transfer_that_breaks_off_is_no_end() -> None:
    storage = config(data=MANY)
    storage.bucket("config").arriving = lambda piece: piece[:65]
    with pytest.raises(BadSettings, match="BrokenTransfer"):
        lines("gs://config/list.txt", storage)


def test_a_line_without_an_end_is_no_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("handle.documents.MOST_LINE", 100)
    monkeypatch.setattr("handle.documents._CHUNK", 50)
    assert lines("gs://config/list.txt", config(data=b"x" * 100)) == [b"x" * 100]
    with pytest.raises(BadSettings, match="a line of more than 100 bytes"):
        lines("gs://config/list.txt", config(data=b"x" * 101))


def test_a_small_file_has_a_bound() -> None:
    assert MOST_BYTES == 16 * 1024 * 1024
    assert whole(iter([b"a", b"b"]), "policy.json") == b"a\nb\n"
    with pytest.raises(BadSettings, match=r"policy\.json.*larger than 16,777,216 bytes"):
        whole(iter([b"x" * MOST_BYTES]), "policy.json")


def test_one_client_serves_every_address() -> None:
    made: list[StrictStorage] = []

    def storage() -> StrictStorage:
        made.append(config("a"))
        made[-1].bucket("config").put("b", b"")
        return made[-1]

    files = Files(storage)
    assert files.find("gs://config/a").version != files.find("gs://config/b").version
    assert len(made) == 1


def test_googles_client_is_made_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STORAGE_EMULATOR_HOST", "http://localhost:9")
    monkeypatch.setenv("GOOGLE_CLOUD_PROJECT", "p")
    assert storage_client().bucket("config") is not None


@pytest.mark.parametrize("place", ["gs://config/gone.json", "/no/such/file.json"])
def test_a_missing_file_is_named(place: str) -> None:
    with pytest.raises(BadSettings, match=place):
        Files(config).find(place)


def test_a_bucket_that_may_not_be_read_is_named_with_its_remedy() -> None:
    class Closed(StrictStorage):
        def bucket(self, bucket_name: str) -> StrictBucket:
            raise GoogleAPIError("403 secret-project does not have storage.objects.get")

    with pytest.raises(BadSettings, match=r"gs://config/a.*GoogleAPIError.*account"):
        Files(Closed).find("gs://config/a")


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


def replacing(path: Path, times: int) -> Callable[[Iterator[bytes], str], bytes]:
    """Read a file that somebody writes at the same moment, so many times."""
    left = [b"newer"] * times

    def read(lines: Iterator[bytes], place: str) -> bytes:
        if left:
            path.write_bytes(left.pop() * (len(left) + 2))
        return b"".join(lines)

    return read


def test_a_file_that_is_written_while_it_is_read_is_read_anew(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes(b"old")
    document = Document(Files(no_storage), str(path), replacing(path, 2), b"")
    assert document.refresh()
    assert document.value == b"newer" * 2


def test_a_file_that_is_written_all_the_time_is_not_used(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes(b"old")
    document = Document(Files(no_storage), str(path), replacing(path, 3), b"before")
    with pytest.raises(BadSettings, match=r"a\.txt was replaced or deleted while it was read"):
        document.refresh()
    assert document.value == b"before"


def test_an_object_that_is_replaced_while_it_is_read_is_read_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("handle.documents._CHUNK", 10)
    storage = config(data=b"old line\n" * 10)
    left = [b"new line\n" * 10]

    def read(lines: Iterator[bytes], place: str) -> bytes:
        first = next(lines)
        if left:
            storage.bucket("config").put("list.txt", left.pop())
        return b"\n".join([first, *lines])

    document = Document(Files(lambda: storage), "gs://config/list.txt", read, b"")
    assert document.refresh()
    assert document.value == b"\n".join([b"new line"] * 10)
