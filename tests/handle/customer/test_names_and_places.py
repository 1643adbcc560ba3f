"""Names, city, state and country: what stays, what goes, what is refused."""

import pytest

from handle.customer.fields import FIELDS
from handle.customer.places.state_codes import STATES
from tests.handle.customer.reading import plain, reason


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("O’Connor", "oconnor"),
        ("D´Avila", "davila"),
        ("Kaʻahumanu", "kaahumanu"),
        ("Anne–Marie", "annemarie"),
        ("Smith, Jr.", "smith"),
        ("Smith III", "smith"),
        ("Lopez, Ph.D.", "lopez"),
        ("Mr. John", "john"),
        ("Dr. Maria", "maria"),
        ("Prof. Dr. Hans", "hans"),
        ("Dr. h.c. Hans", "hans"),
        ("Frau Anna", "anna"),
        ("Sig.ra Anna", "anna"),
        ("Dott.ssa Anna", "anna"),
        ("Mme Marie", "marie"),
        ("Sra. Ana", "ana"),
        ("Profª Ana", "ana"),
        ("Drew", "drew"),
        ("Herr", "herr"),
        ("Ing", "ing"),
        ("van der Berg", "vanderberg"),
        ("MÜLLER-LÜDENSCHEIDT", "müllerlüdenscheidt"),
        ("de la Cruz", "delacruz"),
        ("Jean\xa0Luc", "jeanluc"),
        ("Ca\u00adro\u200bline", "caroline"),
        ("İpek", "ipek"),
        ("YİĞİT", "yiğit"),
        ("i̇pek", "ipek"),  # lower-cased elsewhere
        ("I\u0307pek", "ipek"),
        ("IŞIK", "işik"),  # nothing says that it is Turkish
        ("Işık", "işık"),
        ("Straße", "straße"),
        ("山田", "山田"),
        ("علی\u200cرضا", "علی\u200cرضا"),  # the joiner is spelling
        ("अर्जुन", "अर्जुन"),
        ("Na", "na"),
        ("John2", "john2"),
    ],
)
def test_names_keep_letters_of_every_script_and_lose_punctuation(value: str, expected: str) -> None:
    assert plain("fn", value) == plain("ln", value) == expected


@pytest.mark.parametrize("field", ["fn", "ln", "ct", "st", "zp"])
def test_an_email_in_a_name_or_place_shows_shifted_columns(field: str) -> None:
    assert reason(field, "john@example.com") == "wrong_field"


@pytest.mark.parametrize(("field", "value"), [("fn", "12345"), ("ct", "75018"), ("st", "75"), ("fn", "1º")])
def test_what_has_no_letters_is_no_name_and_no_place(field: str, value: str) -> None:
    assert reason(field, value) == "no_letters" or value == "1º"


@pytest.mark.parametrize("value", ["S\ufffdo Paulo", "a\x00b", "a\ud800b", "a\x07b"])
def test_letters_lost_in_a_wrong_encoding_are_refused(value: str) -> None:
    assert reason("ct", value) == reason("fn", value) == "unreadable"


@pytest.mark.parametrize("value", ["Okafor, Chidi", "Smith Jr., John", "Lopez，Maria", "M. Jean"])
def test_a_whole_name_is_neither_a_first_nor_a_last_one(value: str) -> None:
    assert reason("fn", value) == reason("ln", value) == "whole_name"


@pytest.mark.parametrize("value", ["Dr.", "Mr", "MRS.", "Sra", "Mme", "Prof.", "jr."])
def test_a_title_alone_is_no_name(value: str) -> None:
    assert reason("fn", value) == reason("ln", value) == "placeholder"


def test_a_name_in_quotation_marks_that_says_null_is_no_name() -> None:
    assert reason("fn", "n.u.l.l") == "placeholder"


@pytest.mark.parametrize(
    ("value", "letters", "ascii_form"),
    [
        ("São Paulo", "sãopaulo", "saopaulo"),
        ("Łódź", "łódź", "lodz"),
        ("Malmø", "malmø", "malmo"),
        ("Gießen", "gießen", "giessen"),
        ("İstanbul", "istanbul", "istanbul"),
        ("İZMİR", "izmir", "izmir"),
        ("Paris 18e", "parise", "parise"),
        ("東京", "東京", "東京"),
        ("Москва", "москва", "москва"),
        ("Đà Nẵng", "đànẵng", "danang"),
    ],
)
def test_a_city_has_two_forms(value: str, letters: str, ascii_form: str) -> None:
    assert plain("ct", value) == letters
    assert plain("ct", value, city_form="ascii") == ascii_form


@pytest.mark.parametrize("country", ["US", "CA"])
def test_every_state_code_and_name_of_north_america_gives_its_code(country: str) -> None:
    for name, code in STATES[country].items():
        assert plain("st", name.upper(), country) == code
        assert plain("st", f"{country}-{code}", country) == code
        assert len(code) == 2


def test_states_and_provinces_are_all_there() -> None:
    assert len(set(STATES["US"].values())) == 50 + len(["dc"]) + len(["as", "gu", "mp", "pr", "vi"]) + len(
        ["aa", "ae", "ap"]
    )
    assert len(set(STATES["CA"].values())) == 13


@pytest.mark.parametrize(
    ("value", "country", "expected"),
    [
        ("District of Columbia", "US", "dc"),
        ("Washington, D.C.", "US", "dc"),
        ("Puerto Rico", "US", "pr"),
        ("N. Y.", "US", "ny"),
        ("ontario", None, "on"),
        ("Québec", "CA", "qc"),
        ("Nouvelle-Écosse", "CA", "ns"),
        ("BR-SP", "BR", "sp"),
        ("br-sp", None, "sp"),
        ("São Paulo", "BR", "sãopaulo"),
        ("Île-de-France", "FR", "îledefrance"),
        ("GB-ENG", None, "eng"),
        ("Pará", "BR", "pará"),
        ("New-South", None, "newsouth"),
    ],
)
def test_states_follow_their_country(value: str, country: str | None, expected: str) -> None:
    assert plain("st", value, country) == expected


@pytest.mark.parametrize("value", ["Califor", "Massachus", "New Y", "Ontar", "Québe", "New Hampsh", "North Dak"])
def test_a_state_whose_name_was_cut_is_refused_and_never_shortened(value: str) -> None:
    assert {reason("st", value, country) for country in (None, "US", "CA")} == {"not_a_state"}


@pytest.mark.parametrize("value", ["Deutschl", "United Sta", "Brasi", "Fran", "De", "Ital", "Vereinigte Staat"])
def test_a_country_whose_name_was_cut_is_refused_and_never_shortened(value: str) -> None:
    assert reason("country", value) in ("not_a_country", None if value == "De" else "not_a_country")


@pytest.mark.parametrize("value", ["Kent", "North", "South", "West", "NSW", "Bayern"])
def test_a_state_of_another_country_is_no_cut_name(value: str) -> None:
    assert plain("st", value) == value.lower()


def test_a_state_that_the_country_does_not_have_is_refused() -> None:
    assert reason("st", "Ontario", "US") == reason("st", "XX", "US") == reason("st", "Texas", "CA") == "not_a_state"


def test_every_hashed_field_may_have_many_values_and_no_other() -> None:
    assert {field for field, rule in FIELDS.items() if rule.hashed} == {
        field for field, rule in FIELDS.items() if rule.many
    }
