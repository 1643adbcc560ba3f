"""A JSON list is cut into its items whatever they hold."""

from __future__ import annotations

import json

from hypothesis import given
from hypothesis import strategies as st

from omnicapi.json_list import has_more, split_list
from tests.examples import examples

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
)


@given(st.lists(JSON, min_size=1), st.sampled_from([None, 2]), st.booleans())
def test_the_items_are_those_that_a_reader_finds(values: list[object], indent: int | None, ascii_only: bool) -> None:
    data = json.dumps(values, indent=indent, ensure_ascii=ascii_only).encode("utf-8", "replace")
    assert [json.loads(item) for item in split_list(data)] == json.loads(data)


def test_depth_does_not_matter() -> None:
    deep = b"[" * 100_000 + b"]" * 100_000
    assert split_list(b"[1," + deep + b',"]"]') == [b"1", deep, b'"]"']


def test_of_a_list_that_breaks_off_there_is_what_came() -> None:
    assert split_list(b'[1,{"a":[2') == [b"1", b'{"a":[2']


@given(st.lists(st.one_of(st.integers(), st.lists(st.text(max_size=3), max_size=3)), min_size=1, max_size=9))
@examples(50)
def test_a_list_has_more_than_so_many_items_exactly_where_its_length_says_so(values: list[object]) -> None:
    data = json.dumps(values).encode()
    assert [has_more(data, most) for most in range(11)] == [len(values) > most for most in range(11)]
