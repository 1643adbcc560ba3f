import gzip
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from google.api_core.exceptions import Forbidden, ServiceUnavailable

from ingest.maps.folder import Folder, Maps, OneFile
from omnicapi.errors import BadDocument, BadMap, ConfigurationError, TransientError, UnknownChannel
from omnicapi.storage.documents import Documents
from omnicapi.storage.found import MOST_BYTES
from tests.ingest.fakes import failure, make_fail
from tests.strict_bucket import StrictBucket, StrictStorage

MAP = {"EVENT_NAME": 0, "EVENT_TIME": 1, "ACTION_SOURCE": 2}


class Clock:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def write(file: Path, entries: Mapping[str, object]) -> None:
    file.write_text(json.dumps(entries), encoding="utf-8")


def test_each_file_but_the_schema_is_a_channel(tmp_path: Path) -> None:
    for name in ("Store.json", "web.json", "schema.json"):
        write(tmp_path / name, MAP)
    maps = Maps(Folder(tmp_path))
    assert maps.channels() == {"store", "web"}
    assert maps.get("store").channel == "store"


def test_an_unknown_channel_is_told_the_known_ones(tmp_path: Path) -> None:
    write(tmp_path / "web.json", MAP)
    with pytest.raises(UnknownChannel, match=r"the known channels are: web\. .* needs a map"):
        Maps(Folder(tmp_path)).get("store")
    with pytest.raises(UnknownChannel, match="are: none"):
        Maps(Folder(tmp_path / "absent")).get("store")


def test_a_changed_map_is_noticed_after_a_while_and_read_once(tmp_path: Path) -> None:
    write(tmp_path / "store.json", MAP)
    clock = Clock()
    maps = Maps(Folder(tmp_path), refresh=60, clock=clock)
    first = maps.get("store")
    assert maps.get("store") is first
    write(tmp_path / "store.json", {**MAP, "EMAIL": 3})
    assert maps.get("store") is first
    clock.now = 61
    assert len(maps.get("store").columns) == 4


def test_a_bad_map_hurts_its_own_channel_only(tmp_path: Path) -> None:
    write(tmp_path / "store.json", {"EMIAL": 0})
    write(tmp_path / "web.json", MAP)
    maps = Maps(Folder(tmp_path))
    assert maps.get("web")
    with pytest.raises(BadMap):
        maps.get("store")


def test_maps_may_be_objects_of_the_bucket(bucket: Any, storage_client: Any) -> None:
    clock = Clock()
    bucket.blob("maps/store.json").upload_from_string(json.dumps(MAP))
    bucket.blob("maps/old/web.json").upload_from_string(json.dumps(MAP))
    bucket.blob("maps/README.md").upload_from_string("maps")
    maps = Maps(Folder(f"gs://{bucket.name}/maps", Documents(lambda: storage_client)), refresh=60, clock=clock)
    assert maps.channels() == {"store"}
    assert len(maps.get("store").columns) == 3
    bucket.blob("maps/store.json").upload_from_string(json.dumps({**MAP, "EMAIL": 3}))
    clock.now = 61
    assert len(maps.get("store").columns) == 4


def test_while_the_bucket_is_away_known_maps_go_on(
    bucket: Any, storage_client: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = Clock()
    bucket.blob("store.json").upload_from_string(json.dumps(MAP))
    maps = Maps(Folder(f"gs://{bucket.name}", Documents(lambda: storage_client)), refresh=60, clock=clock)
    known = maps.get("store")
    clock.now = 61
    make_fail(monkeypatch, "Client.list_blobs", failure(ServiceUnavailable))
    assert maps.get("store") is known


def test_a_bucket_that_never_answered_is_tried_again(
    bucket: Any, storage_client: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_fail(monkeypatch, "Client.list_blobs", failure(ServiceUnavailable))
    maps = Maps(Folder(f"gs://{bucket.name}", Documents(lambda: storage_client)))
    with pytest.raises(TransientError):
        maps.channels()
    assert maps.channels() == set()


def test_a_bucket_that_is_closed_to_us_is_a_matter_of_configuration(
    bucket: Any, storage_client: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_fail(monkeypatch, "Client.list_blobs", failure(Forbidden))
    with pytest.raises(ConfigurationError, match=r"roles/storage\.objectViewer"):
        Maps(Folder(f"gs://{bucket.name}", Documents(lambda: storage_client))).channels()


def test_one_file_is_a_folder_of_one_map(tmp_path: Path) -> None:
    write(tmp_path / "mine.json", MAP)
    assert Maps(OneFile(tmp_path / "mine.json")).channels() == {"mine"}
    assert Maps(OneFile(tmp_path / "mine.json", "store")).get("store").channel == "store"


@pytest.mark.parametrize("encoding", ["gzip", None])
def test_a_map_that_is_stored_packed_is_read_whole(encoding: str | None) -> None:
    storage = StrictStorage()
    storage.bucket("b").put("store.json", gzip.compress(json.dumps(MAP).encode()), encoding)
    assert len(Maps(Folder("gs://b", Documents(lambda: storage))).get("store").columns) == 3


@pytest.mark.parametrize(
    ("content", "encoding", "says"),
    [
        (gzip.compress(json.dumps(MAP).encode())[:-4], "gzip", r"store\.json is packed with gzip, and damaged or cut"),
        (json.dumps(MAP).encode(), "br", r"store\.json cannot be used.*Content-Encoding: br"),
        (b" \n" * (MOST_BYTES // 2 + 1), None, r"store\.json cannot be used: it is larger than 16,777,216 bytes"),
        (
            gzip.compress(b" " * (MOST_BYTES + 1)),
            "gzip",
            r"store\.json cannot be used: it has a line of more than 16,777",
        ),
    ],
)
def test_a_map_that_cannot_be_read_whole_is_refused_by_name(content: bytes, encoding: str | None, says: str) -> None:
    storage = StrictStorage()
    storage.bucket("b").put("store.json", content, encoding)
    with pytest.raises(BadDocument, match=says):
        Maps(Folder("gs://b", Documents(lambda: storage))).get("store")


def test_a_map_that_vanishes_after_the_folder_was_looked_at_is_looked_for_again() -> None:
    storage = StrictStorage()
    storage.bucket("b").put("store.json", b"{}")
    maps = Maps(Folder("gs://b", Documents(lambda: storage)))
    maps.channels()
    del storage.bucket("b").objects["store.json"]
    with pytest.raises(TransientError, match=r"gs://b/store\.json was replaced or deleted"):
        maps.get("store")


def test_a_map_that_was_replaced_after_the_folder_was_looked_at_is_read_as_it_is_now(tmp_path: Path) -> None:
    storage = StrictStorage()
    storage.bucket("b").put("store.json", b"{}")
    write(tmp_path / "store.json", {})
    for place in ("gs://b", str(tmp_path)):
        maps = Maps(Folder(place, Documents(lambda: storage)))
        maps.channels()
        storage.bucket("b").put("store.json", json.dumps(MAP).encode())
        write(tmp_path / "store.json", MAP)
        assert len(maps.get("store").columns) == 3
        storage.bucket("b").put("store.json", b"{}")
        write(tmp_path / "store.json", {})
        assert len(maps.get("store").columns) == 3  # until the folder is looked at again


def test_while_the_bucket_refuses_us_known_maps_go_on_and_the_log_says_so(caplog: pytest.LogCaptureFixture) -> None:
    class Refusing(StrictStorage):
        refuses = False

        def bucket(self, bucket_name: str) -> StrictBucket:
            if self.refuses:
                raise failure(Forbidden)
            return super().bucket(bucket_name)

    storage, clock = Refusing(), Clock()
    storage.bucket("b").put("store.json", json.dumps(MAP).encode())
    maps = Maps(Folder("gs://b", Documents(lambda: storage)), refresh=60, clock=clock)
    known = maps.get("store")
    storage.refuses, clock.now = True, 61
    assert maps.get("store") is known
    [record] = caplog.records
    assert "roles/storage.objectViewer" in record.json_fields["error_text"]  # type: ignore[attr-defined]


def test_a_map_on_disk_has_the_bound_and_the_words_of_one_in_a_bucket(tmp_path: Path) -> None:
    (tmp_path / "store.json").write_bytes(b" \n" * (MOST_BYTES // 2 + 1))
    (tmp_path / "web.json").mkdir()
    maps = Maps(Folder(tmp_path))
    with pytest.raises(BadDocument, match=r"store\.json cannot be used: it is larger than 16,777,216 bytes"):
        maps.get("store")
    with pytest.raises(BadDocument, match=r"web\.json cannot be read: Is a directory"):
        maps.get("web")
