"""Data processing options in every form in which cells and messages write them."""

from typing import Any

import pytest

from ingest.values.convert import BadValue, Numeral
from ingest.values.limited_data_use import country, options, state


@pytest.mark.parametrize(
    "cell",
    [
        "LDU",
        "ldu",
        '["LDU"]',
        "[LDU]",
        "['LDU']",
        "{LDU}",
        "LDU|LDU",
        '["LDU", ""]',
        ["LDU"],
        ["ldu", ""],
        "Limited Data Use",
        "true",
        "yes",
        Numeral("1"),
        [["LDU"]],
    ],
)
def test_the_option_is_on(cell: Any) -> None:
    assert options(cell) == ["LDU"]


@pytest.mark.parametrize(
    "cell", ["[]", '[""]', "{}", "null", "none", "false", "0", [""], [None], "''", "[ ]", "[null]"]
)
def test_the_option_is_off(cell: Any) -> None:
    assert options(cell) == []


@pytest.mark.parametrize("cell", ["CCPA", ["LDU", "CCPA"], {"LDU": True}, "LDU|no", "x", "[LDU, off]"])
def test_what_is_neither_is_not_guessed(cell: Any) -> None:
    with pytest.raises(BadValue):
        options(cell)


@pytest.mark.parametrize(("cell", "code"), [("US", 1), ("us", 1), ("1", 1), (Numeral("1"), 1), ("0", 0), ('"US"', 1)])
def test_a_country_is_said_by_code_or_name(cell: Any, code: int) -> None:
    assert country(cell) == code


@pytest.mark.parametrize(("cell", "code"), [("CA", 1000), ("tx", 1005), ("1000", 1000), (Numeral("0"), 0)])
def test_a_state_is_said_by_code_or_abbreviation(cell: Any, code: int) -> None:
    assert state(cell) == code


@pytest.mark.parametrize("read", [country, state])
@pytest.mark.parametrize("cell", ["7", "BR", "x", ["1", "2"], {"a": 1}, "1.5", "-1"])
def test_a_place_that_meta_has_no_code_for_is_none(read: Any, cell: Any) -> None:
    with pytest.raises(BadValue):
        read(cell)
