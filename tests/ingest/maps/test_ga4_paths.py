from typing import Any

import pytest

from ingest.maps.ga4_paths import Path


@pytest.mark.parametrize(
    ("data", "path", "value"),
    [
        ({"a": 1}, "a", 1),
        ({"a": {"b": {"c": "x"}}}, "a.b.c", "x"),
        ({"a": [{"b": 1}, {"b": 2}, {}, "text", {"b": None}]}, "a.b", [1, 2]),
        ({"a": {"0": {"b": 1}, "1": {"b": 2}}}, "a.b", [1, 2]),
        ({"a": [{"b": [1, 2]}, {"b": 3}]}, "a.b", [1, 2, 3]),
        ({"a": {"0": "x", "1": "y"}}, "a", ["x", "y"]),
        ({"a": {"b": {}}}, "a.b.c", None),
        ({"a": "text"}, "a.b", None),
        ({}, "a.b", None),
    ],
)
def test_a_path_reaches_through_objects_lists_and_indexed_objects(data: dict[str, Any], path: str, value: Any) -> None:
    assert Path(path).value(data) == value


def test_a_path_knows_its_unit_and_who_hashed() -> None:
    units = {text: Path(text).unit for text in ("event_time", "x.request_start_time_ms", "timestamp_micros")}
    assert units == {"event_time": 1, "x.request_start_time_ms": 1000, "timestamp_micros": 1_000_000}
    by_google = {
        text: Path(text).by_google for text in ("user_data.sha256_email_address", "x-ga-em.em", "user_data.em")
    }
    assert by_google == {"user_data.sha256_email_address": True, "x-ga-em.em": True, "user_data.em": False}
