from typing import Any

import pytest

from ingest.values.lists import DEEPEST, flattened, listed


def test_an_object_is_a_list_only_where_every_key_counts() -> None:
    assert listed({"0": 1, "1": 2}) == [1, 2]
    assert listed({"1": 1, "3": 2}) == [1, 2]
    assert listed({"0": 1, "b": 2}) is listed({}) is listed("text") is None


@pytest.mark.parametrize(
    ("value", "elements"),
    [([1, [2, [3]]], [1, 2, 3]), ({"0": [1], "2": {"0": 2}}, [1, 2]), ("a", ["a"]), ({"a": 1}, [{"a": 1}]), ([], [])],
)
def test_lists_within_lists_are_one(value: Any, elements: list[Any]) -> None:
    assert flattened(value) == elements


def test_what_is_nested_deeper_than_lists_are_stays_as_it_is() -> None:
    assert DEEPEST == 4
    assert flattened([[[[[1]]]]]) == [[1]]
