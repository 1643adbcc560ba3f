import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.values.formula_escapes import DANGEROUS, defused, restored


@given(st.text())
def test_nothing_that_is_defused_runs_as_a_formula(cell: str) -> None:
    assert defused(cell)[:1] not in DANGEROUS


@given(st.text().filter(lambda cell: restored(cell) == cell))
def test_what_is_meant_survives(cell: str) -> None:
    assert restored(defused(cell)) == cell


@given(st.text())
def test_a_cell_says_the_same_when_it_is_written_and_read_again(cell: str) -> None:
    assert restored(defused(cell)) == restored(cell)


@pytest.mark.parametrize("cell", ["+5511999887766", "=1+1", "-5.00", "@home", "\tx"])
def test_phones_and_amounts_come_back_through_a_file(cell: str) -> None:
    text = io.StringIO()
    csv.writer(text).writerow([defused(cell)])
    [[read]] = csv.reader(io.StringIO(text.getvalue()))
    assert (read, restored(read)) == ("'" + cell, cell)


def test_an_apostrophe_that_is_no_mark_stays() -> None:
    assert restored("'s-Hertogenbosch") == "'s-Hertogenbosch"
