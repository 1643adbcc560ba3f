import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.values.header_names import HeaderRow, forgiving
from omnicapi.errors import UnreadableFile

NAMES = st.text(st.characters(codec="utf-8", exclude_categories=["C"]), min_size=1, max_size=12).filter(str.strip)


@given(NAMES)
def test_case_accents_and_blanks_do_not_count(name: str) -> None:
    assert forgiving(forgiving(name)) == forgiving(name)
    assert forgiving(f"  {name} ") == forgiving(name)
    assert forgiving(unicodedata.normalize("NFD", name)) == forgiving(name)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Nº do Pedido", "no. do pedido"),
        ("E-mail", "email"),
        ("Data da Venda", "DATA_DA_VENDA"),
        ("Código Postal (ZIP)", "codigo postal zip"),
        ("Straße", "STRASSE"),
        ("%", " % "),
    ],
)
def test_what_a_person_takes_for_the_same_is_the_same(one: str, other: str) -> None:
    assert forgiving(one) == forgiving(other)
    assert HeaderRow(["x", one]).find(other) == 1


@given(st.lists(NAMES, min_size=1, max_size=6, unique_by=forgiving), st.data())
def test_a_cell_is_found_by_its_own_name_wherever_it_stands(names: list[str], data: st.DataObject) -> None:
    index = data.draw(st.integers(0, len(names) - 1))
    assert HeaderRow(names).find(names[index]) == index


def test_the_nearest_wins_and_of_equal_ones_the_first() -> None:
    row = HeaderRow(["e mail", "E-mail", "Email", "", "Email"])
    assert (row.find("Email"), row.find("E-mail"), row.find("e_mail"), row.find("Phone")) == (2, 1, 0, None)


def test_two_cells_that_may_both_be_meant_are_not_guessed() -> None:
    with pytest.raises(UnreadableFile, match="'e mail', 'Email'"):
        HeaderRow(["e mail", "Email"]).find("E.mail")


def test_numbered_cells_are_found_by_their_numbers() -> None:
    row = HeaderRow(["Item 2 SKU", "item_1_sku", "item_1_qty", "item_10_sku", "item_x_sku", "Item 1 SKU"])
    assert row.numbered("item_{n}_sku") == {1: 1, 2: 0, 10: 3}
    assert list(row.numbered("item_{n}_sku")) == [1, 2, 10]
    assert HeaderRow(["1", "2", "x"]).numbered("{n}") == {1: 0, 2: 1}
