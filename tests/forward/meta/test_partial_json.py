"""Of an object that cannot be read whole, what stands in it is found, in time that grows with its size alone."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forward.meta.partial_json import UNREADABLE, read_object

DEEP = b"[" * 20_000 + b"]" * 20_000
SCALARS = st.none() | st.booleans() | st.integers(-(2**60), 2**60) | st.text()
OBJECTS = st.dictionaries(st.text(), SCALARS | st.lists(SCALARS, max_size=3) | st.dictionaries(st.text(), SCALARS))


@given(OBJECTS)
def test_an_object_is_read_as_any_reader_does(value: dict[str, Any]) -> None:
    assert read_object(json.dumps(value).encode()) == value


@pytest.mark.parametrize(
    "value", [{"a": 1}, {"a": "}],{", "b": [1, {"c": None}], "d": {"e": [{}]}}, {"": -0.5, 'é"': "\\"}]
)
def test_beside_what_is_nested_too_deep_everything_is_found(value: dict[str, Any]) -> None:
    rest = json.dumps(value).encode()[1:-1]
    for data in (b'{"deep":' + DEEP + b"," + rest + b"}", b"{" + rest + b',"deep":' + DEEP):
        assert read_object(data) == {**value, "deep": UNREADABLE}


@pytest.mark.parametrize(
    ("data", "found"),
    [
        (b'{"events_received":12', {"events_received": 12}),
        (b'{"a":1,"b":"never en', {"a": 1, "b": UNREADABLE}),
        (b'{"a":1,"b', {"a": 1}),
        (b'{"a":"\xff","b":2}', {"a": UNREADABLE, "b": 2}),
        (b'{"x":"\\"b\\":1","deep":' + DEEP + b"}", {"x": '"b":1', "deep": UNREADABLE}),
        (b'{"error":{"code":190,"deep":' + DEEP + b"}}", {"error": {"code": 190, "deep": UNREADABLE}}),
        (b'\xef\xbb\xbf{"a":1}', {"a": 1}),
        (b'{"a":1,"b":NaN}', {"a": 1, "b": UNREADABLE}),
        (b"[1]", {}),
        (b"<html>", {}),
        (b"", {}),
    ],
)
def test_what_is_broken_or_cut_says_what_it_says(data: bytes, found: dict[str, Any]) -> None:
    assert read_object(data) == found


@given(st.binary(max_size=60), st.text(alphabet='{}[]",:\\a1', max_size=40))
def test_nothing_breaks_the_reader(data: bytes, text: str) -> None:
    for one in (data, b"{" + data, text.encode(), b"{" + text.encode()):
        assert isinstance(read_object(one), dict)
