from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from omnicapi.json_document import DEEPEST, read_document, read_object

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=20,
)


class Table(msgspec.Struct, forbid_unknown_fields=True):
    names: list[str] = []


@given(st.dictionaries(st.text(), VALUES))
def test_a_document_says_what_was_written(entries: dict[str, Any]) -> None:
    assert read_object(msgspec.json.encode(entries)) == entries


def test_a_byte_order_mark_is_passed_over() -> None:
    assert read_document(b'\xef\xbb\xbf{"names": ["a"]}', Table) == Table(["a"])


def test_a_document_may_be_nested_64_levels_deep() -> None:
    assert DEEPEST == 64
    assert read_document(b"[" * DEEPEST + b"]" * DEEPEST, list) != []


@pytest.mark.parametrize("bracket", [b"[", b'{"a":', b'{"any":[', b'{\n"not":'])
@pytest.mark.parametrize("times", [DEEPEST + 1, 900, 100_000])
def test_what_is_nested_deeper_is_refused_with_its_place(bracket: bytes, times: int) -> None:
    with pytest.raises(msgspec.DecodeError, match=r"nested more than 64 levels deep \(line \d+, column \d+\)"):
        read_object(bracket * times)


def test_the_place_is_where_the_first_bracket_too_many_stands() -> None:
    text = b'{"a": "' + b"[" * 100 + b'",\n "b": ' + b"[" * 64 + b"]" * 64 + b"}"
    with pytest.raises(msgspec.DecodeError, match=r"\(line 2, column 70\)"):
        read_object(text)


def test_brackets_in_texts_are_none() -> None:
    text = '[\\"[' * 100
    assert read_object(b'{"a": "' + text.encode() + b'"}') == {"a": '["[' * 100}


@pytest.mark.parametrize(
    ("text", "place"),
    [(b"{", None), (b'{"a": 1,\n "b": x}', "line 2, column 7"), (b"", None), (b'{"a": 1}}', "near line 1")],
)
def test_what_is_no_json_is_refused_with_its_place(text: bytes, place: str | None) -> None:
    with pytest.raises(msgspec.DecodeError) as told:
        read_object(text)
    assert "byte" not in str(told.value)
    assert place is None or place in str(told.value)


def test_what_does_not_fit_is_refused_with_its_entry() -> None:
    with pytest.raises(msgspec.ValidationError, match=r"\$\.names\[1\]"):
        read_document(b'{"names": ["a", 1]}', Table)
