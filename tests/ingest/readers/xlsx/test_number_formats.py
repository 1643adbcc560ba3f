import io
from datetime import date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.readers.file_types import read
from ingest.readers.table import USUAL
from ingest.readers.xlsx.number_formats import Padded, Shown, shown_as, value_of
from tests.ingest.readers.oracle import by_calamine
from tests.ingest.readers.written import cell, packed, parts, xlsx

PIECES = [
    "yyyy",
    "-",
    "mm",
    "d",
    "h",
    ":",
    "ss",
    ".00",
    "AM/PM",
    "0",
    "#,##0",
    "%",
    '"days"',
    "\\d",
    "_d",
    "*d",
    "[Red]",
]
PIECES += ["[$-409]", "[$R$-416]", "[h]", "[mm]", "[ss]", "E+00", "@", " ", ";", "[<1]", "A/P"]

CODES = st.lists(st.sampled_from(PIECES), min_size=1, max_size=6).map("".join) | st.sampled_from(
    ["General", 'General "h"', "GENERAL", "General;d"]
)


def texts(data: bytes) -> dict[int, list[str]]:
    return {row.number: row.cells for row in read("a.xlsx", io.BytesIO(data), USUAL).rows}


@given(st.lists(CODES, min_size=1, max_size=20))
def test_formats_are_told_apart_as_calamine_does(codes: list[str]) -> None:
    rows = "".join(
        f'<row r="{row}">{cell(f"A{row}", "n", "45474.5", str(row))}</row>' for row in range(1, len(codes) + 1)
    )
    data = xlsx(rows, formats=tuple(codes))
    assert texts(data) == by_calamine(data)


def test_formats_that_no_workbook_declares_are_told_apart_as_calamine_does() -> None:
    made = parts("".join(f'<row r="{row}">{cell(f"A{row}", "n", "45474.5", str(row))}</row>' for row in range(1, 60)))
    used = "".join(f'<xf numFmtId="{number}"/>' for number in range(60))
    made["xl/styles.xml"] = f"<styleSheet><cellXfs>{used}</cellXfs></styleSheet>"
    assert texts(packed(made)) == by_calamine(packed(made))


@pytest.mark.parametrize(
    ("code", "shown"),
    [
        ("dd/mm/yyyy hh:mm", Shown.MOMENT),
        ("[$-F800]dddd, mmmm dd", Shown.MOMENT),
        ("[hh]:mm:ss", Shown.DURATION),
        ('"R$" #,##0.00', None),
        ('0" dias"', None),
        ('"not closed d', None),
        ("0;d", None),
        ("", None),
    ],
)
def test_a_format_says_as_what_it_shows(code: str, shown: Shown | None) -> None:
    assert shown_as(code) is shown


@pytest.mark.parametrize(
    ("days", "from_1904", "moment"),
    [
        (0.5, False, time(12)),
        (1.0, False, date(1900, 1, 1)),
        (59.0, False, date(1900, 2, 28)),
        (61.0, False, date(1900, 3, 1)),
        (45474.5, False, datetime(2024, 7, 1, 12)),  # noqa: DTZ001
        (44012.5, True, datetime(2024, 7, 1, 12)),  # noqa: DTZ001
        (0.0, True, time(0)),
        (2_958_465.0, False, date(9999, 12, 31)),
        (2_958_466.0, False, 2_958_466.0),
        (-1.0, False, -1.0),
    ],
)
def test_days_are_a_moment(days: float, from_1904: bool, moment: object) -> None:
    assert value_of(days, Shown.MOMENT, from_1904=from_1904) == moment


def test_days_are_a_duration() -> None:
    assert value_of(1.5, Shown.DURATION, from_1904=False) == timedelta(hours=36)
    assert value_of(-0.25, Shown.DURATION, from_1904=False) == -timedelta(hours=6)
    assert value_of(1e300, Shown.DURATION, from_1904=False) == 1e300


@pytest.mark.parametrize(
    ("code", "value", "text"),
    [
        ("00000", "1067", "01067"),
        ('"ORD-"0000', "12", "ORD-0012"),
        ('000"/26"', "7", "007/26"),
        ("0000;(0000)", "12", "0012"),
        ("0000", "123456", "123456"),
        ("0000", "12.5", "12.5"),
        ("0000", "-12", "-12"),
        ("0", "12", "12"),
        ("0.00", "12", "12"),
        ("00.00", "12", "12"),
    ],
)
def test_zeros_and_texts_that_a_format_shows_around_a_whole_number_are_of_the_code(
    code: str, value: str, text: str
) -> None:
    assert texts(xlsx(f'<row r="1">{cell("A1", "n", value, "1")}</row>', formats=(code,))) == {1: [text]}


def test_a_format_of_zeros_is_no_moment() -> None:
    assert shown_as('"A"000') == Padded("A", 3, "")
    assert shown_as("0") is None
