from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

from google.api_core.exceptions import Forbidden, NotFound

from cli.doctor.sources import maps, notification
from ingest.map_folder import Directory, Maps
from local.topology import PIPELINE


def test_each_map_is_read_and_a_bad_one_named(tmp_path: Path) -> None:
    (tmp_path / "good.json").write_text('{"EVENT_NAME": 0, "EVENT_TIME": 1, "ACTION_SOURCE": 2, "EMAIL": 3}')
    (tmp_path / "bad.json").write_text('{"EVENT_NAME": 0, "COLOUR": 1}')
    found = {finding.check: finding for finding in maps(Maps(Directory(tmp_path)), "here")}
    assert found["map good"].status == "pass"
    assert found["map bad"].status == "fail"
    assert "COLOUR" in found["map bad"].text


def test_a_folder_without_maps_is_a_warning(tmp_path: Path) -> None:
    (finding,) = maps(Maps(Directory(tmp_path)), "gs://b/maps")
    assert (finding.status, finding.text) == ("warn", "there is none in gs://b/maps")


class Bucket:
    """A bucket of Google's client, as far as its notifications go."""

    name = "drop"

    def __init__(self, *found: tuple[str, str], error: Exception | None = None) -> None:
        self._found = found
        self._error = error

    def list_notifications(self) -> Iterator[SimpleNamespace]:
        if self._error:
            raise self._error
        for topic, prefix in self._found:
            yield SimpleNamespace(topic_name=topic, blob_name_prefix=prefix)


def status(bucket: Bucket) -> str:
    finding, *_ = notification(bucket, PIPELINE.notification)
    return f"{finding.status}: {finding.text}"


def test_a_bucket_must_announce_its_new_files() -> None:
    wanted = PIPELINE.notification
    assert status(Bucket(("other", ""), *((wanted.topic, prefix) for prefix in wanted.prefixes))).startswith("pass")
    assert "stay unread" in status(Bucket((wanted.topic, "elsewhere/")))
    assert status(Bucket(error=NotFound("no"))) == "fail: there is no such bucket"
    assert status(Bucket(error=Forbidden("no"))) == "warn: could not be looked at (Forbidden)"
