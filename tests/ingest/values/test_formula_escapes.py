import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.values.formula_escapes import DANGEROUS, escaped, unescaped, without_formula, without_mark


@given(st.text())
def test_nothing_that_is_escaped_runs_as_a_formula(cell: str) -> None:
    assert escaped(cell)[:1] not in DANGEROUS


@given(st.text().filter(lambda cell: unescaped(cell) == cell))
def test_what_is_meant_survives(cell: str) -> None:
    assert unescaped(escaped(cell)) == cell


@given(st.text())
def test_a_cell_says_the_same_when_it_is_written_and_read_again(cell: str) -> None:
    assert unescaped(escaped(cell)) == unescaped(cell)


@pytest.mark.parametrize("cell", ["+5511999887766", "=1+1", "-5.00", "@home", "\tx"])
def test_phones_and_amounts_come_back_through_a_file(cell: str) -> None:
    text = io.StringIO()
    csv.writer(text).writerow([escaped(cell)])
    [[read]] = csv.reader(io.StringIO(text.getvalue()))
    assert (read, unescaped(read)) == ("'" + cell, cell)


def test_an_apostrophe_that_is_no_mark_stays() -> None:
    assert unescaped("'s-Hertogenbosch") == "'s-Hertogenbosch"


@given(st.text())
def test_a_text_written_as_a_formula_is_that_text(text: str) -> None:
    assert without_formula('="' + text.replace('"', '""') + '"') == text


@pytest.mark.parametrize("cell", ["=A1", '="a"&"b"', '="a', "a", "", '= "a"', "='a'"])
def test_any_other_cell_stays_as_it_is(cell: str) -> None:
    assert without_formula(cell) == cell


@pytest.mark.parametrize(
    ("id_", "meant"),
    [
        *[("'00124", "00124"), ("'A-1", "'A-1"), ("'12'", "'12'"), ("12'", "12'"), ("'", "'"), ("", "")],
        *[("’00124", "00124"), ("`00124", "00124"), ("‘00124’", "00124"), ("“00124”", "00124"), ("’A-1", "’A-1")],
    ],
)
def test_only_an_apostrophe_before_digits_is_a_mark(id_: str, meant: str) -> None:
    assert without_mark(id_) == meant
