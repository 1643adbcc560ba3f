from __future__ import annotations

import gzip
import http.client
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import requests
import urllib3
from google.api_core.exceptions import Forbidden, GoogleAPIError, ServiceUnavailable, Unauthorized
from google.auth.exceptions import DefaultCredentialsError, RefreshError, TransportError

from omnicapi.errors import BadDocument, BadSettings, ConfigurationError, TransientError
from omnicapi.storage import bucket_documents, disk_documents, found
from omnicapi.storage.documents import Document, Documents, storage_client
from omnicapi.storage.found import MOST_BYTES, MOST_SECRET_BYTES, NoDocument, whole
from tests.strict_bucket import StrictBucket, StrictStorage


def no_storage() -> StrictStorage:
    raise AssertionError("a file on disk needs no bucket")


def joined(lines: Iterator[bytes], place: str) -> bytes:
    return place.encode() + b":" + b"|".join(lines)


def lines(place: str, storage: StrictStorage | None = None) -> list[bytes]:
    return list(Documents(no_storage if storage is None else lambda: storage).find(place).lines())


def config(name: str = "list.txt", data: bytes = b"", content_encoding: str | None = None) -> StrictStorage:
    storage = StrictStorage()
    storage.bucket("config").put(name, data, content_encoding)
    return storage


def read_in_pieces_of(count: int, monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (found, disk_documents, bucket_documents):
        monkeypatch.setattr(module, "CHUNK", count)


def test_a_file_on_disk_is_read_line_by_line(tmp_path: Path) -> None:
    path = tmp_path / "list.txt"
    path.write_bytes(b"a\nb\n\nc")
    assert lines(str(path)) == [b"a", b"b", b"", b"c"]


def test_lines_are_whole_where_pieces_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    read_in_pieces_of(3, monkeypatch)
    path = tmp_path / "list.txt"
    path.write_bytes(b"abcdefg\nhi\n\njklmno\n")
    assert lines(str(path)) == [b"abcdefg", b"hi", b"", b"jklmno"]


def test_an_object_is_read_from_its_bucket() -> None:
    storage = config("a/list.txt", b"x\ny")
    assert lines("gs://config/a/list.txt", storage) == [b"x", b"y"]
    generation = storage.bucket("config").objects["a/list.txt"].generation
    assert Documents(lambda: storage).find("gs://config/a/list.txt").version == f"generation {generation}"


MANY = b"".join(b"%064d\n" % number for number in range(2000))


@pytest.mark.parametrize("encoding", ["gzip", None])
@pytest.mark.parametrize("layers", [0, 1, 2])
def test_a_packed_object_is_read_whole_however_it_is_fetched(
    layers: int, encoding: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    read_in_pieces_of(1000, monkeypatch)
    data = MANY
    for _ in range(layers):
        data = gzip.compress(data)
    assert lines("gs://config/list.txt", config(data=data, content_encoding=encoding)) == MANY.splitlines()


def test_a_packed_file_on_disk_is_read_too(tmp_path: Path) -> None:
    (tmp_path / "list.txt.gz").write_bytes(gzip.compress(MANY))
    assert lines(str(tmp_path / "list.txt.gz")) == MANY.splitlines()


def test_a_packed_file_that_is_cut_off_gives_no_list_however_many_lines_came(monkeypatch: pytest.MonkeyPatch) -> None:
    read_in_pieces_of(1000, monkeypatch)
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
    with pytest.raises(TransientError, match=r"Bucket config did not answer \(BrokenTransfer\)"):
        lines("gs://config/list.txt", storage)


def test_a_line_without_an_end_is_no_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("omnicapi.storage.found.MOST_LINE", 100)
    read_in_pieces_of(50, monkeypatch)
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

    files = Documents(storage)
    assert files.find("gs://config/a").version != files.find("gs://config/b").version
    assert len(made) == 1


def test_googles_client_is_made_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STORAGE_EMULATOR_HOST", "http://localhost:9")
    monkeypatch.setenv("GOOGLE_CLOUD_PROJECT", "p")
    assert storage_client().bucket("config") is not None


@pytest.mark.parametrize("place", ["gs://config/gone.json", "/no/such/file.json"])
def test_a_missing_file_is_named(place: str) -> None:
    with pytest.raises(BadSettings, match=place):
        Documents(config).find(place)


def failure(kind: Any) -> Exception:
    error: Exception = kind("secret-project")
    return error


CONFIGURATION = [
    (Forbidden("secret-project has no access"), r"Bucket config refuses this service.* roles/storage\.objectViewer"),
    (Unauthorized("secret-project has no access"), r"Bucket config refuses this service.* roles/storage\.objectViewer"),
    (failure(DefaultCredentialsError), r"There are no credentials for Cloud Storage"),
]
TRANSIENT = [
    ServiceUnavailable("secret-project"),
    GoogleAPIError("secret-project"),
    failure(TransportError),
    failure(RefreshError),
    requests.exceptions.ConnectionError("secret-project"),
    requests.exceptions.ReadTimeout("secret-project"),
    urllib3.exceptions.ProtocolError("secret-project"),
    http.client.IncompleteRead(b"secret-project"),
    ConnectionResetError("secret-project"),
]
QUESTIONS: list[Callable[[Documents], object]] = [
    lambda asked: asked.find("gs://config/a.json"),
    lambda asked: asked.content("gs://config/a.json"),
    lambda asked: asked.folder("gs://config", ".json"),
    lambda asked: asked.folder("gs://config", ".json")["a.json"].content(),
]


class Failing(StrictStorage):
    """A bucket of which every call fails, or only the transfer of what it holds."""

    def __init__(self, error: Exception, *, late: bool) -> None:
        super().__init__()
        self.error, self.fails = error, False
        self.bucket("config").put("a.json", b"{}")
        self.bucket("config").arriving = self._fail
        self.fails = not late

    def _fail(self, piece: bytes) -> bytes:
        raise self.error

    def bucket(self, bucket_name: str) -> StrictBucket:
        if self.fails:
            raise self.error
        return super().bucket(bucket_name)


@pytest.mark.parametrize("ask", QUESTIONS[:3])
@pytest.mark.parametrize(("error", "says"), CONFIGURATION, ids=lambda value: type(value).__name__)
def test_a_refusal_names_the_bucket_and_the_remedy(
    error: Exception, says: str, ask: Callable[[Documents], object]
) -> None:
    with pytest.raises(ConfigurationError, match=says) as told:
        ask(Documents(lambda: Failing(error, late=False)))
    assert "secret" not in str(told.value)


@pytest.mark.parametrize("late", [True, False])
@pytest.mark.parametrize("ask", QUESTIONS)
@pytest.mark.parametrize("error", TRANSIENT, ids=lambda value: type(value).__name__)
def test_a_bucket_that_does_not_answer_is_tried_again(
    error: Exception, ask: Callable[[Documents], object], late: bool
) -> None:
    if late and ask in (QUESTIONS[0], QUESTIONS[2]):
        ask(Documents(lambda: Failing(error, late=True)))  # looks, and fetches nothing
        return
    with pytest.raises(TransientError, match=rf"Bucket config did not answer \({type(error).__name__}\)") as told:
        ask(Documents(lambda: Failing(error, late=late)))
    assert "secret" not in str(told.value)


def test_what_cannot_be_read_on_disk_is_named(tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    with pytest.raises(NoDocument, match=r"a\.json does not exist; create it, or correct the setting"):
        Documents(no_storage).content(str(tmp_path / "a.json"))
    with pytest.raises(NoDocument, match="does not exist"):
        Documents(no_storage).content(str(tmp_path / "folder" / "a.json" / "b.json"))
    with pytest.raises(BadDocument, match=r"folder cannot be read: Is a directory\."):
        Documents(no_storage).content(str(tmp_path / "folder"))


def test_a_machine_without_an_account_is_told(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("STORAGE_EMULATOR_HOST", raising=False)
    monkeypatch.setenv("GOOGLE_APPLICATION_CREDENTIALS", str(tmp_path / "gone.json"))
    with pytest.raises(ConfigurationError, match="no credentials for Cloud Storage") as told:
        storage_client("p")
    assert "gone.json" not in str(told.value)


def test_a_machine_without_a_project_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    def nameless(project: str | None = None) -> None:
        raise OSError("Project was not passed and could not be determined from the environment.")

    monkeypatch.setattr("google.cloud.storage.Client", nameless)
    with pytest.raises(ConfigurationError, match="set GOOGLE_CLOUD_PROJECT"):
        storage_client()


def test_a_folder_has_the_files_right_in_it(tmp_path: Path) -> None:
    storage = StrictStorage()
    for name in ("a.json", "b.txt", "deeper/c.json"):
        storage.bucket("config").put(f"maps/{name}", name.encode())
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(name.encode())
    (tmp_path / "gone.json").symlink_to(tmp_path / "nowhere")
    storage.bucket("config").put("a.json", b"beside the folder")
    for place in (str(tmp_path), "gs://config/maps", "gs://config/maps/"):
        found = Documents(lambda: storage).folder(place, ".json")
        assert {name: each.content() for name, each in found.items()} == {"a.json": b"a.json\n"}
    assert Documents(no_storage).folder(str(tmp_path / "absent"), ".json") == {}


def test_a_secret_has_the_size_that_secret_manager_gives_it(tmp_path: Path) -> None:
    assert MOST_SECRET_BYTES == 65_536
    (tmp_path / "key").write_bytes(b"x" * MOST_SECRET_BYTES)
    with pytest.raises(BadDocument, match="larger than 65,536 bytes"):
        Documents(no_storage).content(str(tmp_path / "key"), MOST_SECRET_BYTES)


def test_a_document_is_read_again_only_when_it_changed(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes(b"one")
    document = Document(Documents(no_storage), str(path), joined, b"")
    assert document.refresh()
    assert not document.refresh()
    path.write_bytes(b"two!")
    assert document.refresh()
    assert document.value == f"{path}:two!".encode()


def test_a_document_without_a_place_says_what_absence_means() -> None:
    document = Document(Documents(no_storage), None, joined, b"absent")
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
    document = Document(Documents(no_storage), str(path), strict, b"")
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
    document = Document(Documents(no_storage), str(path), replacing(path, 2), b"")
    assert document.refresh()
    assert document.value == b"newer" * 2


def test_a_file_that_is_written_all_the_time_is_not_used(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes(b"old")
    document = Document(Documents(no_storage), str(path), replacing(path, 3), b"before")
    with pytest.raises(TransientError, match=r"a\.txt was replaced or deleted while it was read"):
        document.refresh()
    assert document.value == b"before"


def test_an_object_that_is_replaced_while_it_is_read_is_read_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    read_in_pieces_of(10, monkeypatch)
    storage = config(data=b"old line\n" * 10)
    left = [b"new line\n" * 10]

    def read(lines: Iterator[bytes], place: str) -> bytes:
        first = next(lines)
        if left:
            storage.bucket("config").put("list.txt", left.pop())
        return b"\n".join([first, *lines])

    document = Document(Documents(lambda: storage), "gs://config/list.txt", read, b"")
    assert document.refresh()
    assert document.value == b"\n".join([b"new line"] * 10)
