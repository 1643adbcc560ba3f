"""One bad item of a message costs only itself."""

import gzip
import json
import zlib
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.json.faults import DuplicateKey
from ingest.json.items import MOST, Salvaged, decode, items
from omnicapi.errors import Refused

GOOD = [{"n": 0}, {"n": 1, "a": {"b": [1, {"c": "},{"}]}}, {"n": 2, "s": 'a"b\\'}]
BAD = {
    "cut surrogate": (rb'{"planted": "Sofa \ud83d"}', "half of a character"),
    "second half alone": (rb'{"planted": "\ude00 Sofa"}', "half of a character"),
    "NaN": (b'{"planted": NaN}', "NaN"),
    "Infinity": (b'{"planted": -Infinity}', "NaN"),
    "undefined": (b'{"planted": undefined}', "NaN"),
    "duplicate key": (b'{"planted": 1, "planted": 1}', "the key planted twice"),
    "duplicate key deep inside": (b'{"a": [{"b" : {"c": 1, "c": 2}}]}', "the key c twice"),
    "bytes that are no UTF-8": (b'{"planted": "caf\xe9"}', "not text in UTF-8"),
    "tab in a text": (b'{"planted": "a\tb"}', "send an object"),
    "trailing comma": (b'{"planted": 1,}', "send an object"),
    "one bracket too many": (b'{"planted": 1}}', "send an object"),
    "no quotation marks": (b"{planted: 1}", "send an object"),
}
LAYOUTS: dict[str, Callable[[list[bytes]], bytes]] = {
    "list": lambda texts: b"[" + b",".join(texts) + b"]",
    "list with spaces": lambda texts: b" [ " + b" , ".join(texts) + b" ]\n",
    "list an item a line": lambda texts: b"[\n" + b",\n".join(texts) + b"\n]\n",
    "list with a comma at its end": lambda texts: b"[" + b",".join(texts) + b",]",
    "list after a byte order mark": lambda texts: b"\xef\xbb\xbf[" + b",".join(texts) + b"]",
    "lines": b"\n".join,
    "lines of Windows": b"\r\n".join,
    "lines with empty ones between": lambda texts: b"\n" + b"\n\n".join(texts) + b"\n\0\0",
    "lines each with a byte order mark": lambda texts: b"\n".join(b"\xef\xbb\xbf" + text for text in texts),
}


@pytest.mark.parametrize("place", range(4))
@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("kind", BAD)
def test_a_bad_item_costs_itself_wherever_it_stands(kind: str, layout: str, place: int) -> None:
    bad, why = BAD[kind]
    texts = [json.dumps(item).encode() for item in GOOD]
    texts.insert(place, bad)
    found = items(LAYOUTS[layout](texts))
    refused = found.pop(place)
    assert found == GOOD
    assert isinstance(refused, Refused)
    assert refused.reason == ("duplicate_key" if kind.startswith("duplicate") else "not_json")
    assert why in str(refused)
    assert ("planted" in str(refused)) == (kind == "duplicate key")


values = st.recursive(
    st.none() | st.booleans() | st.integers(-99, 99) | st.text(max_size=6),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=8,
)
objects = st.dictionaries(st.text(max_size=3), values, min_size=1, max_size=3)


@given(st.lists(objects, min_size=1, max_size=5), st.booleans(), st.sampled_from([None, 1]))
def test_whatever_json_can_say_is_read_as_it_is(said: list[Any], ascii_only: bool, indent: int | None) -> None:
    text = json.dumps(said, ensure_ascii=ascii_only, indent=indent).encode("utf-8", "surrogatepass")
    lines = "\n".join(json.dumps(one, ensure_ascii=ascii_only) for one in said).encode("utf-8", "surrogatepass")
    assert items(text) == said
    assert items(lines) == said


@given(st.lists(objects, min_size=1, max_size=4), st.data())
def test_a_cut_list_keeps_what_is_whole(said: list[Any], data: st.DataObject) -> None:
    text = json.dumps([*said, {"last": "x" * 20}]).encode()
    cut = data.draw(st.integers(text.rindex(b"{"), len(text) - 1))
    found = items(text[:cut])
    assert found[: len(said)] == said
    assert isinstance(found[-1], Refused)


def test_a_line_that_is_cut_in_a_list_costs_itself() -> None:
    found = items(b'[\n{"n": 0},\n{"n": {"m": 1,\n{"n": 2},\n{"n": "3\n]')
    assert len(found) == 4
    assert [found[0], found[2]] == [{"n": 0}, {"n": 2}]
    assert isinstance(found[1], Refused)
    assert isinstance(found[3], Refused)


def test_a_cut_line_does_not_make_a_closed_list_a_cut_one() -> None:
    closed = items(b'[\n{"n": 0},\n{"n": {"m": 1,\n{"n": 2}\n]')
    assert [isinstance(one, Refused) for one in closed] == [False, True, False]
    cut = items(b'[\n{"n": 0},\n{"n": {"m": 1,\n{"n": 2}\n')
    assert [isinstance(one, Refused) for one in cut] == [False, True, False, True]


def test_what_stands_behind_a_list_is_named() -> None:
    found = items(b'[{"n": 0}] planted')
    assert found[0] == {"n": 0}
    assert "planted" not in str(found[1])
    assert isinstance(found[1], Refused)


@pytest.mark.parametrize("empty", [b"[,]", b'[{"n": 0},,{"n": 1}]'])
def test_nothing_between_two_commas_is_an_item_that_is_missing(empty: bytes) -> None:
    if empty == b"[,]":
        with pytest.raises(Refused, match="cannot be read"):
            items(empty)
    else:
        assert [isinstance(one, Refused) for one in items(empty)] == [False, True, False]


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (gzip.compress(b'[{"n": 0}]'), "compressed with gzip"),
        (zlib.compress(b'[{"n": 0}]'), "it is compressed"),
        *(('{"n": 0}'.encode(name), "write it in UTF-8") for name in ("utf-16", "utf-16-le", "utf-16-be", "utf-32")),
        (b"\xef\xbb\xbf ", "it is empty"),
        (b"access_token=planted&data=%5B%5D", "it is a form"),
        (b'{"n": NaN}', "NaN"),
        (b'{\n "n": 1,\n "m": NaN,\n "o": {"p": 1}\n}', "NaN"),
        (b'{"n": 1, "n": 2}', "the key n twice"),
        (b'{"ana@mail.example": 1, "ana@mail.example": 2}', "a key twice"),
        (b"planted text", "send an object, a list"),
        (b"[" * 100_000, "nested too deeply"),
    ],
)
def test_a_message_of_which_nothing_can_be_read_is_refused_once_and_told_why(data: bytes, why: str) -> None:
    with pytest.raises(Refused, match=why) as caught:
        items(data)
    assert "planted" not in str(caught.value)
    assert "ana" not in str(caught.value)


def test_each_of_several_items_that_are_all_bad_is_refused() -> None:
    assert [isinstance(one, Refused) for one in items(b'[{"n": NaN},{"n": NaN}]')] == [True, True]
    assert [isinstance(one, Refused) for one in items(b'{"n": NaN}\n{"n": NaN}')] == [True, True]


@pytest.mark.parametrize("key", ["data", "events"])
def test_a_bad_event_of_a_requests_body_costs_itself(key: str) -> None:
    [body] = items(b'{"access_token": "t", "%s": [{"n": 0}, {"n": NaN}, {"n": 2}]}' % key.encode())
    assert isinstance(body, Salvaged)
    assert [body[key][0], body[key][2]] == [{"n": 0}, {"n": 2}]
    assert "Item 1 of" in str(body[key][1])


@pytest.mark.parametrize(
    "body",
    [
        b'{"data": [{"n": 0}], "m": NaN}',
        b'{"data": [{"n": 0}, {"n": NaN}]',
        b'{"data": [{"n": 0}, {"n": NaN}], "data": []}',
        b'{"contents": [{"n": 0}, {"n": NaN}]}',
        b'{"data": [{"n": 0}, {"n": NaN}]} planted',
    ],
)
def test_a_body_that_is_bad_elsewhere_is_refused_whole(body: bytes) -> None:
    with pytest.raises(Refused):
        items(body)


@given(st.lists(st.tuples(st.sampled_from(["a", "b", 'c"', 'd":']), values), max_size=4), st.sampled_from(["", " "]))
def test_a_key_that_stands_twice_is_found_and_no_other(pairs: list[tuple[str, Any]], space: str) -> None:
    text = "{" + ", ".join(f"{json.dumps(key)}{space}: {json.dumps(value)}" for key, value in pairs) + "}"
    keys = [key for key, _ in pairs]
    if len(set(keys)) == len(keys):
        assert decode(text) == dict(pairs)
    else:
        with pytest.raises(DuplicateKey):
            decode(text)


def test_a_message_holds_so_many_items() -> None:
    assert MOST == 100_000
    for text in (b"[" + b'{"n":NaN},' * 4 + b"]", b'{"n":NaN}\n' * 4):
        assert len(items(text, 4)) == 4
        with pytest.raises(Refused) as caught:
            items(text, 3)
        assert caught.value.reason == "too_many_items"


@pytest.mark.parametrize("place", range(3))
@pytest.mark.parametrize("between", [b",", b",\n"])
def test_a_line_break_in_a_text_of_a_list_costs_its_item(place: int, between: bytes) -> None:
    said = [b'{"n": 0, "t": "a"}', b'{"n": 1, "t": "b"}', b'{"n": 2, "t": "c"}']
    said[place] = b'{"n": 9, "t": "Street 1\n2nd, [floor", "u": "x\\"y"}'
    found = items(b"[" + between.join(said) + b"]")

    assert [type(one) for one in found].count(dict) == 2
    assert isinstance(found[place], Refused)
    assert (found[place].reason, "control character" in str(found[place])) == ("not_json", True)
    [body] = items(b'{"data": [' + b", ".join(said) + b"]}")
    assert [type(one) for one in body["data"]].count(dict) == 2


@pytest.mark.parametrize("space", ["", " ", "\t", "\n", "\r", " \t\r\n "])
def test_a_repeated_key_is_refused_whatever_white_space_stands_before_its_colon(space: str) -> None:
    with pytest.raises(DuplicateKey, match="a"):
        decode(f'{{"b": {{"a"{space}: 1, "a": 2}}}}')
    assert decode(f'{{"b": {{"a"{space}: 1, "c" : "d :"}}}}') == {"b": {"a": 1, "c": "d :"}}
