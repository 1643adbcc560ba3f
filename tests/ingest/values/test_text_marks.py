import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.values.text_marks import without_formula, without_mark


@given(st.text())
def test_a_text_written_as_a_formula_is_that_text(text: str) -> None:
    assert without_formula('="' + text.replace('"', '""') + '"') == text


@pytest.mark.parametrize("cell", ["=A1", '="a"&"b"', '="a', "a", "", '= "a"', "='a'"])
def test_any_other_cell_stays_as_it_is(cell: str) -> None:
    assert without_formula(cell) == cell


@pytest.mark.parametrize(
    ("id_", "meant"), [("'00124", "00124"), ("'A-1", "'A-1"), ("'12'", "'12'"), ("12'", "12'"), ("'", "'"), ("", "")]
)
def test_only_an_apostrophe_before_digits_is_a_mark(id_: str, meant: str) -> None:
    assert without_mark(id_) == meant
