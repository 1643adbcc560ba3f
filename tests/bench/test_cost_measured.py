"""Measuring what events cost works, on a few of them; the figures themselves are nobody's promise."""

import pytest

from bench.cost import measure

pytestmark = pytest.mark.stack


def test_single_events_and_rows_of_a_file_are_measured_from_end_to_end() -> None:
    with measure.metered() as meter:
        single = meter.measured("one by one", 1, measure.one_by_one(5, 20))
        rows = meter.measured("in files", 1, measure.in_files(600))
    assert single.services["ingest-store"].requests == 1
    assert single.topics["event-of-interest"].messages == 1
    assert not single.files
    assert single.meta_bytes > 500
    assert single.services["forward"].entry_bytes > 0
    assert rows.files
    assert 50 < rows.file_bytes < 500
    assert rows.services["handle"].requests < 0.1
    assert rows.services["ingest-files"].cpu_seconds > 0
    assert rows.topics["signals"].message_bytes > 100_000
