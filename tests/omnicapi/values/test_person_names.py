"""Names as one cell holds them are read as people mean them, or not at all."""

import string

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from omnicapi.values.person_names import (
    ALONE,
    BEHIND_COMMA,
    COMPANIES,
    TITLES,
    WITH_POINT,
    has_affix,
    split,
    without_affixes,
)


@pytest.mark.parametrize(
    ("name", "first", "last"),
    [
        ("Chidi Okafor", "Chidi", "Okafor"),
        ("Okafor, Chidi", "Chidi", "Okafor"),
        ("Smith,John", "John", "Smith"),
        ("Okafor，Chidi", "Chidi", "Okafor"),
        ("Garcia Lopez, Maria José", "Maria", "Garcia Lopez"),
        ("O'Connor, Pat", "Pat", "O'Connor"),
        ("van der Berg, Ludwig", "Ludwig", "van der Berg"),
        ("Ludwig van der Berg", "Ludwig", "van der Berg"),
        ("Juan de la Cruz", "Juan", "de la Cruz"),
        ("Dr. Maria Lopez", "Maria", "Lopez"),
        ("Dr.Maria Lopez", "Maria", "Lopez"),
        ("Lopez, Dr. Maria", "Maria", "Lopez"),
        ("Drew Lopez", "Drew", "Lopez"),
        ("Prof. Dr. med. Hans Müller-Lüdenscheidt", "Hans", "Müller-Lüdenscheidt"),
        ("Dipl.-Ing. Max Maier", "Max", "Maier"),
        ("Mr John Smith", "John", "Smith"),
        ("Mrs. Jane Smith", "Jane", "Smith"),
        ("Herr Thomas Mann", "Thomas", "Mann"),
        ("Frau Anna Schmidt", "Anna", "Schmidt"),
        ("Sr. Juan Pérez", "Juan", "Pérez"),
        ("Sra. Maria Lopez", "Maria", "Lopez"),
        ("Mme Marie Curie", "Marie", "Curie"),
        ("Dott. Mario Rossi", "Mario", "Rossi"),
        ("Dott.ssa Anna Rossi", "Anna", "Rossi"),
        ("Profª Ana Lima", "Ana", "Lima"),
        ("John Smith, Jr.", "John", "Smith"),
        ("John Smith Sr.", "John", "Smith"),
        ("Smith, John, Jr.", "John", "Smith"),
        ("Smith Jr., John", "John", "Smith"),
        ("John Smith III", "John", "Smith"),
        ("Maria Lopez, Ph.D.", "Maria", "Lopez"),
        ("Lopez, Maria, MBA", "Maria", "Lopez"),
        ("José da Silva Filho", "José", "da Silva Filho"),
        ("Robert (Bob) Smith", "Robert", "Smith"),
        ("Jean DUPONT", "Jean", "DUPONT"),
        ("MARIA LOPEZ", "MARIA", "LOPEZ"),
        ("J. Smith", "J.", "Smith"),
        ("Ing Chan", "Ing", "Chan"),
        ("Madonna", "Madonna", ""),
        ("山田 太郎", "太郎", "山田"),
        ("김 철수", "철수", "김"),
    ],
)
def test_a_whole_name_gives_its_first_and_its_last(name: str, first: str, last: str) -> None:
    assert split(name) == (first, last)


@pytest.mark.parametrize(
    "name",
    [
        "M. Jean Dupont",  # Monsieur, or an initial
        "Mr Smith",  # but Dona Maria
        "DUPONT Jean",
        "Acme, Inc.",
        "Acme GmbH",
        "John & Mary Smith",
        "John and Mary Smith",
        "Müller/Schmidt",
        "Smith, J., Jones, K.",
        "Lopez,",
        "王小明",
        " , ",
        "Lopez, " * 100,
    ],
)
def test_what_can_be_read_in_two_ways_is_not_read(name: str) -> None:
    assert split(name) is None


words = st.text(string.ascii_letters, min_size=2, max_size=12).map(str.title)
affixes = st.sampled_from(sorted(TITLES))


@given(words, words, affixes, st.booleans(), st.sampled_from(["", ", Jr.", " III", ", PhD"]), st.booleans())
def test_titles_suffixes_and_a_comma_never_change_who_it_is(
    first: str, last: str, title: str, pointed: bool, suffix: str, reversed_: bool
) -> None:
    known = BEHIND_COMMA | WITH_POINT | COMPANIES | ALONE | {"and", "und"}
    assume(known.isdisjoint({first.lower(), last.lower()}))
    titled = f"{title.title()}{'.' if pointed else ''} {first}"
    written = f"{last}, {titled}{', Jr.' if suffix else ''}" if reversed_ else f"{titled} {last}{suffix}"

    assert split(written) == split(f"{first} {last}") == (first, last)
    assert without_affixes(f"{last}{suffix}") == last
    assert without_affixes(titled) == first


@given(st.text(max_size=300))
def test_no_text_raises_and_no_word_is_made_up(name: str) -> None:
    found = split(name)
    for part in (*(found or ()), without_affixes(name) or ""):
        assert set(part) <= {*name, " "}
    assert has_affix(name) in (True, False)
