"""Strict workbooks hold dates in ISO 8601 (``t="d"``, ECMA-376 part 1, §18.18.11); they say what numbers would."""

import io
import re
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.readers.file_types import read
from ingest.readers.table import USUAL
from tests.ingest.readers.written import DAY, MAIN, STRICT, cell, packed, parts

_STRICT = {
    "http://schemas.openxmlformats.org/officeDocument/2006/relationships": (
        "http://purl.oclc.org/ooxml/officeDocument/relationships"
    ),
    MAIN: STRICT,
}
FIRST = {False: datetime(1899, 12, 30), True: datetime(1904, 1, 1)}  # noqa: DTZ001 - a spreadsheet knows no zone


def strict(row: str, *, from_1904: bool = False) -> list[str]:
    made = parts(f'<row r="1">{row}</row>', "<si><t>Purchase</t></si>", from_1904=from_1904)
    for usual, other in _STRICT.items():
        made = {name: str(content).replace(usual, other) for name, content in made.items()}
    [found] = read("a.xlsx", io.BytesIO(packed(made)), USUAL).rows
    return found.cells


@given(st.integers(61, 60_000), st.integers(0, 86_399), st.booleans())
def test_a_date_is_what_the_number_of_it_would_be(day: int, second: int, from_1904: bool) -> None:
    moment = FIRST[from_1904] + timedelta(day, second)
    number = repr(day + second / 86_400)
    found = strict(cell("A1", "d", moment.isoformat()) + cell("B1", "n", number, DAY), from_1904=from_1904)
    assert found[0] == re.sub(r"\.\d+$", "", found[1])


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("2026-11-28T14:30:00.000", "2026-11-28T14:30:00"),
        ("2026-11-28T14:30", "2026-11-28T14:30:00"),
        ("2026-11-28T00:00:00", "2026-11-28"),
        ("2026-11-28", "2026-11-28"),
        ("1899-12-30T14:30:00", "14:30:00"),
        ("1899-12-31T14:30:00.000", "14:30:00"),
        ("14:30:00", "14:30:00"),
        ("T14:30:00", "14:30:00"),
        ("2026-11-28T14:30:00Z", "2026-11-28T14:30:00Z"),
        ("soon", "soon"),
    ],
)
def test_dates_and_times_of_day_are_told_apart(written: str, said: str) -> None:
    assert strict(cell("A1", "d", written) + cell("B1", "s", "0") + cell("C1", "inlineStr", "x")) == [
        said,
        "Purchase",
        "x",
    ]


def test_a_workbook_of_old_macs_has_another_first_day() -> None:
    assert strict(cell("A1", "d", "1904-01-01T14:30:00"), from_1904=True) == ["14:30:00"]
