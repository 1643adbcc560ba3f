"""What the reader of the export remembers, over a bucket that answers as Cloud Storage does."""

import gzip

import pytest

from ingest.bigquery.export_state import AnotherRun, ExportState
from omnicapi.errors import ConfigurationError
from tests.strict_bucket import StrictStorage

URL = "gs://state/ga4"


def test_a_write_whose_answer_was_lost_is_not_another_run() -> None:
    storage = StrictStorage()
    storage.bucket("state").loses = lambda name: True
    state = ExportState(storage, URL)
    state.day("20261123").add([b"a" * 16])
    state.finished("events_20261123", "1")
    state.finished("events_20261124", "1")
    again = ExportState(storage, URL)
    assert (again.version("events_20261123"), again.version("events_20261124")) == ("1", "1")
    assert b"a" * 16 in again.day("20261123")


def test_of_two_runs_at_once_one_stops() -> None:
    storage = StrictStorage()
    one, other = ExportState(storage, URL).day("20261123"), ExportState(storage, URL).day("20261123")
    one.add([b"a" * 16])
    with pytest.raises(AnotherRun):
        other.add([b"b" * 16])


def test_what_somebody_stored_anew_and_packed_is_remembered() -> None:
    storage = StrictStorage()
    ExportState(storage, URL).day("20261123").add([b"a" * 16, b"b" * 16])
    state = storage.bucket("state")
    [name] = state.objects
    whole = state.objects[name].data
    state.put(name, gzip.compress(whole), "gzip")
    assert len(ExportState(storage, URL).day("20261123")) == 2
    state.put(name, gzip.compress(whole)[:-1], "gzip")
    with pytest.raises(ConfigurationError, match="damaged or cut off"):
        ExportState(storage, URL).day("20261123")
