from typing import Any, Literal

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from omnicapi.validation import without_value


class Cat(msgspec.Struct, tag=True):
    name: int = 0


class Dog(msgspec.Struct, tag=True):
    size: Literal["small", "large"] = "small"


TYPES: list[Any] = [
    Literal["a", "b"],
    int,
    float,
    list[int],
    dict[str, int],
    dict[int, str],
    dict[str, Dog],
    list[Dog],
    Cat | Dog,
    msgspec.Raw,
]
PLANTED = "planted-Ω@example.com"


@pytest.mark.parametrize("type_", TYPES, ids=str)
@given(
    shape=st.sampled_from(
        [
            '"{}"',
            '["{}"]',
            '{{"{}":"{}"}}',
            '{{"k":{{"size":"{}"}}}}',
            '[{{"size":"{}"}}]',
            '{{"type":"{}"}}',
            "[{}",
            "{}",
        ]
    ),
    around=st.text(alphabet="'`$. -at[]"),
)
def test_no_text_quotes_the_value(type_: Any, shape: str, around: str) -> None:
    data = shape.replace("{}", PLANTED + around).replace("{{", "{").replace("}}", "}").encode()
    texts: list[str] = []
    try:
        msgspec.json.decode(data, type=type_)
    except ValueError as error:
        texts.append(without_value(error))
    assert "planted" not in "".join(texts)


@pytest.mark.parametrize(
    ("type_", "data", "text"),
    [
        (list[Dog], b'[{"type":"Dog","size":"x"}]', "Not one of the accepted values - at `$[0].size`"),
        (dict[str, Literal["a"]], b'{"x":"y"}', "Not one of the accepted values - at `$[...]`"),
        (Literal[1], b"2", "Not one of the accepted values"),
        (list[int], b'["x"]', "Expected `int`, got `str` - at `$[0]`"),
        (dict, b"{", "Input data was truncated"),
        (list, b"[" * 100_000, "Nested too deeply"),
        (str, b'"\xff"', "Not text in UTF-8"),
    ],
)
def test_the_place_and_what_was_expected_stay(type_: Any, data: bytes, text: str) -> None:
    with pytest.raises((ValueError, RecursionError)) as caught:
        msgspec.json.decode(data, type=type_)
    assert without_value(caught.value) == text
