"""Names, gender, city, state and postal code: what stays, what goes, what is refused."""

import msgspec
import pytest

from handle.customer.fields import FIELDS
from handle.customer.normaliser import normalise
from handle.customer.options import Options
from handle.customer.state_codes import STATES


def plain(field: str, value: str, country: str | None = None, **options: str) -> str | None:
    return normalise(field, value, msgspec.convert({"country": country, **options}, Options)).plain


def reason(field: str, value: str, country: str | None = None) -> str | None:
    return normalise(field, value, Options(country=country)).reason


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("O’Connor", "oconnor"),
        ("D´Avila", "davila"),
        ("Kaʻahumanu", "kaahumanu"),
        ("Anne–Marie", "annemarie"),
        ("Smith, Jr.", "smithjr"),
        ("Jean\xa0Luc", "jeanluc"),
        ("Ca\u00adro\u200bline", "caroline"),
        ("İpek", "i̇pek"),
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


def test_a_name_in_quotation_marks_that_says_null_is_no_name() -> None:
    assert reason("fn", "n.u.l.l") == "placeholder"


WORDS = {
    "f": "f Female woman mrs ms she Feminino mulher Sra. Srta. femenino mujer señora femme Féminin Mme Frau weiblich w "
    "donna femmina Signora",
    "m": "m male man mr he Masculino homem Sr. hombre varón señor homme Masculin M. Monsieur Mann männlich Herr uomo "
    "maschio Signore",
}


@pytest.mark.parametrize(
    ("letter", "word"), [(letter, word) for letter, words in WORDS.items() for word in words.split()]
)
def test_gender_is_known_in_six_languages(letter: str, word: str) -> None:
    assert plain("ge", word) == plain("ge", word.upper()) == letter


@pytest.mark.parametrize("word", ["divers", "non-binary", "x", "mx", "1", "2", "mf", "their"])
def test_any_other_gender_is_not_sent(word: str) -> None:
    assert reason("ge", word) == "not_f_or_m"


@pytest.mark.parametrize(
    ("value", "letters", "ascii_form"),
    [
        ("São Paulo", "sãopaulo", "saopaulo"),
        ("Łódź", "łódź", "lodz"),
        ("Malmø", "malmø", "malmo"),
        ("Gießen", "gießen", "giessen"),
        ("İstanbul", "i̇stanbul", "istanbul"),
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


def test_a_state_that_the_country_does_not_have_is_refused() -> None:
    assert reason("st", "Ontario", "US") == reason("st", "XX", "US") == reason("st", "Texas", "CA") == "not_a_state"


@pytest.mark.parametrize(
    ("value", "country", "expected"),
    [
        ("94035", "US", "94035"),
        ("37221–3312", "US", "37221"),
        ("372213312", "US", "37221"),
        ("37221 3312", "US", "37221"),
        ("z:94035", "US", "94035"),
        ("EC1A 1BB", "GB", "ec1a1bb"),
        ("K1A 0B1", "CA", "k1a0b1"),
        ("01.310-100", "BR", "01310100"),
        ("1000-205", "PT", "1000205"),
        ("150-0001", "JP", "1500001"),
        ("１５０－０００１", "JP", "1500001"),
        ("00926", "PR", "00926"),
    ],
)
def test_postal_codes_follow_their_country(value: str, country: str, expected: str) -> None:
    assert plain("zp", value, country) == expected


@pytest.mark.parametrize(
    ("value", "country", "expected"),
    [
        ("2138", "US", "02138"),
        ("501", "US", "00501"),
        ("2138-1234", "US", "02138"),
        ("926", "PR", "00926"),
        ("1310100", "BR", "01310100"),
        ("1067", "DE", "01067"),
        ("184", "IT", "00184"),
        ("8001", "ES", "08001"),
        ("600000", "JP", "0600000"),
    ],
)
def test_zeros_that_a_spreadsheet_dropped_are_restored_by_country(value: str, country: str, expected: str) -> None:
    result = normalise("zp", value, Options(country=country))

    assert (result.plain, result.reason) == (expected, "zeros_restored")
    assert normalise("zp", value).plain in (value, value.replace("-", ""))  # no country: nothing is certain


def test_a_number_of_a_spreadsheet_is_mended_or_refused() -> None:
    assert plain("zp", "94035.0", "US") == "94035"
    assert reason("zp", "94035.0", "US") == "repaired_number"
    assert reason("zp", "1.31E+06", "BR") == "digits_lost"


@pytest.mark.parametrize("value", ["12", "123456", "ABCDE", "12345678", "-12345"])
def test_what_is_no_us_zip_is_refused(value: str) -> None:
    assert reason("zp", value, "US") == "not_a_zip"


def test_zeros_only_and_overlong_codes_are_refused() -> None:
    assert reason("zp", "00000", "US") == reason("zp", "000-000") == "placeholder"
    assert reason("zp", "1234567890123") == reason("zp", "7") == "not_a_zip"


@pytest.mark.parametrize(("form", "expected"), [("whole", "01310100"), ("before_dash", "01310")])
def test_a_zip_has_two_forms(form: str, expected: str) -> None:
    assert plain("zp", "01310-100", "BR", zip_form=form) == expected


def test_every_hashed_field_may_have_many_values_and_no_other() -> None:
    assert {field for field, rule in FIELDS.items() if rule.hashed} == {
        field for field, rule in FIELDS.items() if rule.many
    }


@pytest.mark.parametrize(
    ("value", "country", "expected"),
    [
        ("D-10115", "DE", "10115"),
        ("D 10115", "DE", "10115"),
        ("F-75018", "FR", "75018"),
        ("CH-8001", "CH", "8001"),
        ("SE-111 22", "SE", "11122"),
        ("NY 10001-1234", "US", "10001"),
        ("D-1067", "DE", "01067"),
        ("SW1A 1AA", "GB", "sw1a1aa"),
        ("D02 AF30", "IE", "d02af30"),
        ("LV-1010", "LV", "lv1010"),
    ],
)
def test_letters_before_a_code_of_digits_go_where_codes_have_no_letters(
    value: str, country: str, expected: str
) -> None:
    assert plain("zp", value, country) == expected
