from __future__ import annotations

import gzip
import hashlib
import json
import logging
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from handle.configuration import Configuration, in_background
from handle.settings import HandleSettings
from omnicapi.errors import BadSettings
from omnicapi.storage.documents import Documents

JANE = hashlib.sha256(b"jane@example.com").hexdigest()
JOHN = hashlib.sha256(b"john@example.com").hexdigest()


class Clock:
    def __init__(self) -> None:
        self.seconds = 1000.0

    def __call__(self) -> float:
        return self.seconds


def no_storage() -> Any:
    raise AssertionError("these files lie on disk")


def at_once(task: Callable[[], None]) -> None:
    task()


class Place:
    """A directory with the three files, and the configuration made of them."""

    def __init__(self, directory: Path) -> None:
        self.consent = directory / "consent.json"
        self.people = directory / "people.txt"
        self.datasets = directory / "datasets.json"
        self.clock = Clock()

    def configuration(self, run: Callable[[Callable[[], None]], None] = at_once, **settings: Any) -> Configuration:
        chosen: dict[str, Any] = {"consent_file": str(self.consent), "datasets_file": str(self.datasets), **settings}
        return Configuration(HandleSettings(google_cloud_project="p", **chosen), Documents(no_storage), self.clock, run)

    def write(self, unknown: str = "allow", people: tuple[str, ...] = (), dataset: str = "1") -> None:
        self.people.write_text("\n".join(people or ("# nobody",)))
        policy = {"default": {"unknown": unknown}, "opt_out_list": {"list": str(self.people)}}
        self.consent.write_text(json.dumps(policy))
        self.datasets.write_text(json.dumps({"datasets": {dataset: {}}}))

    def later(self) -> None:
        self.clock.seconds += 61


@pytest.fixture
def place(tmp_path: Path) -> Place:
    made = Place(tmp_path)
    made.write()
    return made


def goes_to(configuration: Configuration) -> tuple[str, ...]:
    destinations = configuration.setup().datasets.destinations("web", "Purchase", None, None)
    return destinations[0].ids


def test_without_files_everything_goes_to_one_dataset_and_denials_block() -> None:
    settings = HandleSettings(google_cloud_project="p", meta_dataset_id="42")
    configuration = Configuration(settings, Documents(no_storage))
    assert goes_to(configuration) == ("42",)
    assert configuration.setup().consent.of("web").required == ("ad_storage", "ad_user_data")
    assert len(configuration.setup().opt_out_list) == 0


def test_files_count_from_the_start(place: Place) -> None:
    place.write("deny", (JANE,), "7")
    configuration = place.configuration()
    assert configuration.setup().consent.of("web").unknown == "deny"
    assert configuration.setup().opt_out_list.holds(JANE)
    assert goes_to(configuration) == ("7",)


def test_a_changed_file_counts_after_the_reload_time(place: Place) -> None:
    configuration = place.configuration()
    place.write("deny", (JANE, JOHN), "1234")
    assert configuration.setup().consent.of("web").unknown == "allow"
    place.later()
    configuration.setup()
    assert configuration.setup().consent.of("web").unknown == "deny"
    assert configuration.setup().opt_out_list.holds(JOHN)
    assert goes_to(configuration) == ("1234",)


def test_nothing_is_made_anew_where_nothing_changed(place: Place) -> None:
    configuration = place.configuration()
    before = configuration.setup()
    place.later()
    assert configuration.setup() is before


def test_a_new_policy_never_applies_without_its_list(place: Place, caplog: pytest.LogCaptureFixture) -> None:
    place.write("allow", (JANE,))
    configuration = place.configuration()
    policy = {"default": {"unknown": "deny"}, "opt_out_list": {"list": str(place.people) + ".missing"}}
    place.consent.write_text(json.dumps(policy))
    place.later()
    configuration.setup()
    assert configuration.setup().opt_out_list.holds(JANE)
    assert configuration.setup().consent.of("web").unknown == "allow"
    assert "goes on to apply" in caplog.text
    (place.people.parent / f"{place.people.name}.missing").write_text(JOHN)
    place.later()
    configuration.setup()
    assert configuration.setup().opt_out_list.holds(JOHN)
    assert configuration.setup().consent.of("web").unknown == "deny"


def test_a_broken_datasets_file_does_not_hold_up_an_opt_out(place: Place) -> None:
    configuration = place.configuration()
    place.datasets.write_text("{ not json")
    place.people.write_text(JANE)
    place.later()
    configuration.setup()
    assert configuration.setup().opt_out_list.holds(JANE)
    assert goes_to(configuration) == ("1",)


def test_a_policy_that_drops_its_list_drops_it(place: Place) -> None:
    place.write("allow", (JANE,))
    configuration = place.configuration()
    place.consent.write_text("{}")
    place.later()
    configuration.setup()
    assert not configuration.setup().opt_out_list.holds(JANE)


CUT = f"{JANE}\n{JOHN[:40]}"
PACKED = gzip.compress(f"{JANE}\n{JOHN}\n".encode(), mtime=0)


@pytest.mark.parametrize("written", [b"", b"\n# exported on Monday\n", CUT.encode(), PACKED[:-1], PACKED[:20]])
def test_a_list_that_is_empty_or_cut_off_never_takes_the_place_of_a_whole_one(
    place: Place, written: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    place.write(people=(JANE, JOHN))
    configuration = place.configuration()
    place.people.write_bytes(written)
    place.later()
    configuration.setup()
    assert configuration.setup().opt_out_list.holds(JOHN)
    assert str(place.people) in caplog.text
    assert [record.levelname for record in caplog.records if record.levelno > logging.INFO] == ["ERROR"]
    with pytest.raises(BadSettings, match=str(place.people)):
        place.configuration()


def test_a_list_that_is_packed_holds_everybody(place: Place) -> None:
    place.people.write_bytes(PACKED)
    people = place.configuration().setup().opt_out_list
    assert (people.holds(JANE), people.holds(JOHN), len(people)) == (True, True, 2)


def test_a_list_that_says_nobody_takes_the_place_of_another(place: Place) -> None:
    place.write(people=(JANE,))
    configuration = place.configuration()
    place.write()
    place.later()
    configuration.setup()
    assert len(configuration.setup().opt_out_list) == 0


@pytest.mark.parametrize("file", ["consent", "datasets", "people"])
def test_the_service_does_not_start_on_a_file_it_cannot_use(place: Place, file: str) -> None:
    getattr(place, file).write_text("{ not json, nor a hash")
    with pytest.raises(BadSettings, match=str(getattr(place, file))):
        place.configuration()


def test_what_applies_is_said_at_the_start(place: Place, caplog: pytest.LogCaptureFixture) -> None:
    place.write("deny", (JANE,))
    with caplog.at_level(logging.INFO, "handle"):
        place.configuration()
    said = {record.message: record.__dict__["json_fields"] for record in caplog.records}
    assert said["consent policy"]["policy"] == {
        "default": "requires ad_storage + ad_user_data (unknown: deny), "
        "Limited Data Use geolocate/geolocate on do_not_sell"
    }
    assert said["opt-out list"]["identifiers"] == "1"


def test_pushes_do_not_wait_for_a_reload(place: Place) -> None:
    waiting: list[Callable[[], None]] = []
    configuration = place.configuration(run=waiting.append)
    place.write("deny")
    place.later()
    for _ in range(3):
        assert configuration.setup().consent.of("web").unknown == "allow"
    assert len(waiting) == 1
    waiting[0]()
    assert configuration.setup().consent.of("web").unknown == "deny"


def test_a_reload_runs_in_a_thread_of_its_own() -> None:
    done = threading.Event()
    names: list[str] = []

    def task() -> None:
        names.append(threading.current_thread().name)
        done.set()

    in_background(task)
    assert done.wait(5)
    assert names == ["configuration"]
