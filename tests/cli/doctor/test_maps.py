from __future__ import annotations

from pathlib import Path

from cli.doctor.maps import usable_maps
from ingest.maps.folder import Folder, Maps


def test_each_map_is_read_and_a_bad_one_named(tmp_path: Path) -> None:
    (tmp_path / "good.json").write_text('{"EVENT_NAME": 0, "EVENT_TIME": 1, "ACTION_SOURCE": 2, "EMAIL": 3}')
    (tmp_path / "bad.json").write_text('{"EVENT_NAME": 0, "COLOUR": 1}')
    found = {finding.check: finding for finding in usable_maps(Maps(Folder(tmp_path)), "here")}
    assert found["map good"].status == "pass"
    assert found["map bad"].status == "fail"
    assert "COLOUR" in found["map bad"].text


def test_a_folder_without_maps_is_a_warning(tmp_path: Path) -> None:
    (finding,) = usable_maps(Maps(Folder(tmp_path)), "gs://b/maps")
    assert (finding.status, finding.text) == ("warn", "there is none in gs://b/maps")
