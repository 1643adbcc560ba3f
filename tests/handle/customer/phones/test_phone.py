"""The choices that the rule for phones makes; published values and the comparison with the library are elsewhere."""

import msgspec
import phonenumbers
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from handle.customer.normaliser import normalise
from handle.customer.options import CustomerOptions
from handle.customer.places.country_codes import COUNTRIES


def digits(value: str, country: str | None = None, **options: str) -> str | None:
    return normalise("ph", value, msgspec.convert({"country": country, **options}, CustomerOptions)).plain


def reason(value: str, country: str | None = None) -> str | None:
    return normalise("ph", value, CustomerOptions(country=country)).reason


@pytest.mark.parametrize(
    "value", ["6505551212", "(555) 123-4567", "11 98765-4321", "51987654321", "07911 123456", "33142868326"]
)
def test_a_phone_without_a_country_is_refused(value: str) -> None:
    assert reason(value) == "no_country_code"


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("551187654321", "5511987654321"),  # as WhatsApp writes Brazilian mobiles
        ("5511987654321", "5511987654321"),  # 12 digits and more can only begin with a country code
        ("447911123456", "447911123456"),
        ("1 650 555 1212", "16505551212"),  # grouped as only North America groups
        ("p:+16505551212", "16505551212"),  # as exports of Meta's lead forms write phones
        ("Tel. +44 20 7946 0958", "442079460958"),
        ("(+44) 20 7946 0958", "442079460958"),
        ("0055 11 98765-4321", "5511987654321"),
        ("＋５５ １１ ９８７６５ ４３２１", "5511987654321"),
        ("+١ ٦٥٠ ٥٥٥ ١٢١٢", "16505551212"),
    ],
)
def test_a_phone_in_international_form_needs_no_country(value: str, expected: str) -> None:
    assert digits(value) == expected


def test_a_source_may_say_that_its_digits_begin_with_the_country_code() -> None:
    assert digits("33142868326", phone_form="international") == "33142868326"
    assert digits("33142868326", "BR", phone_form="international") == "33142868326"
    assert digits("+33142868326", phone_form="international") == "33142868326"


@pytest.mark.parametrize(
    ("value", "country", "expected"),
    [
        ("020 7946 0958", "GB", "442079460958"),
        ("(0)20 7946 0958", "GB", "442079460958"),
        ("06 1234 5678", "IT", "390612345678"),  # Italy keeps the zero
        ("+39 (0)6 1234 5678", None, "390612345678"),
        ("+39 (0)347 123 4567", None, "393471234567"),  # but not before mobile numbers
        ("+49 (0) 30 123456", None, "4930123456"),
        ("0 21 11 98765-4321", "BR", "5511987654321"),  # Brazilian carrier code
        ("(011) 98765-4321", "BR", "5511987654321"),
        ("0021 1 650 555 1212", "BR", "16505551212"),  # the same, dialling abroad
        ("0055 11 98765-4321", "BR", "5511987654321"),  # 55 is the country here, not a carrier
        ("0011 44 20 7946 0958", "AU", "442079460958"),
        ("8 (916) 123-45-67", "RU", "79161234567"),
        ("011 15-2345-6789", "AR", "5491123456789"),
        ("5511987654321", "BR", "5511987654321"),
        ("55987654321", "BR", "5555987654321"),  # area 55 of Brazil, not its country code
        ("442079460958", "US", "442079460958"),  # too long for the country, in use abroad
        ("5215512345678", "US", "525512345678"),
        ("442079460958", "AQ", "442079460958"),  # no country has numbers of its own there
        ("01 42 86 83 26", "FR", "33142868326"),
    ],
)
def test_national_forms_follow_the_countrys_plan(value: str, country: str | None, expected: str) -> None:
    assert digits(value, country) == expected


@pytest.mark.parametrize("value", ["98765-4321", "16", "abc", "1-800-FLOWERS", "+1 650 555", "123456789012345678"])
def test_what_has_not_the_length_of_a_subscribers_number_is_refused(value: str) -> None:
    assert reason(value, "US") == "not_a_phone"
    assert digits(value, "BR") is None


def test_us_digits_are_not_taken_for_singapores_country_code() -> None:
    assert digits("6505551212", "SG") is None


@pytest.mark.parametrize(
    "mark", [" ext. 12", " x12", "x12", " ramal 12", ";ext=12", " #12", " poste 12", ", Extension: 12"]
)
def test_an_extension_is_cut_off(mark: str) -> None:
    assert digits(f"+55 11 98765-4321{mark}") == "5511987654321"
    assert digits(f"(11) 98765-4321{mark}", "BR") == "5511987654321"


@pytest.mark.parametrize("value", ["11 98765-4321 / 11 3456-7890", "+16505551212; +16505551213"])
def test_two_phones_in_one_cell_are_refused(value: str) -> None:
    assert reason(value, "BR") == "several_values"


@pytest.mark.parametrize(
    ("value", "expected", "why"),
    [
        ("5511987654321.0", "5511987654321", "repaired_number"),
        ("5511987654321,00", "5511987654321", "repaired_number"),
        ("5.511987654321E+12", "5511987654321", "repaired_number"),
        ("5,511987654321e+12", "5511987654321", "repaired_number"),
        ("5.51E+12", None, "digits_lost"),
        ("5.5119876543E+12", None, "digits_lost"),
    ],
)
def test_a_spreadsheets_damage_is_undone_only_where_no_digit_is_lost(
    value: str, expected: str | None, why: str
) -> None:
    result = normalise("ph", value)

    assert (result.plain, result.reason) == (expected, why)


@pytest.mark.parametrize(
    "value", ["99999999999", "+55 99 99999-9999", "0000000000", "0", "+1 111 111 1111", "11111111"]
)
def test_one_digit_repeated_is_a_placeholder(value: str) -> None:
    assert reason(value, "BR") == "placeholder"


@pytest.mark.parametrize("value", ["+55 (19) 99999-9999", "+55 11 99999-9999", "19 99999-9999"])
def test_a_number_whose_area_code_differs_may_be_somebodys(value: str) -> None:
    assert reason(value, "BR") is None


def test_hidden_digits_are_refused() -> None:
    assert reason("+55 11 9****-4321") == "masked"


@given(st.sampled_from(["11", "21", "51", "85"]), st.sampled_from("689"), st.integers(0, 9_999_999))
def test_a_brazilian_mobile_number_has_one_hash_with_and_without_its_ninth_digit(
    area: str, first: str, rest: int
) -> None:
    eight = f"{first}{rest:07}"
    old = normalise("ph", f"+55{area}{eight}")
    new = normalise("ph", f"+55 {area} 9{eight}")

    assert old.value == new.value
    assert old.reason in ("old_numbering", "placeholder")


@pytest.mark.parametrize(
    ("value", "country", "expected"),
    [
        ("044 55 1234 5678", "MX", "525512345678"),
        ("0458112345678", "MX", "528112345678"),
        ("01 (55) 1234-5678", "MX", "525512345678"),
        ("+52 044 55 1234 5678", None, "525512345678"),
        ("52 01 55 1234 5678", "MX", "525512345678"),
        ("+54 9 351 15 123 4567", None, "5493511234567"),
        ("9 11 15 1234-5678", "AR", "5491112345678"),
        ("+56 09 1234 5678", "CL", "56912345678"),
        ("0 601 123 456", "PL", "48601123456"),
        ("8 067 123 45 67", "UA", "380671234567"),
        ("8 90 123 45 67", "UZ", "998901234567"),
        ("06-30-123-4567", "HU", "36301234567"),
        ("+36 (06) 30 123 4567", None, "36301234567"),
        ("8 612 34567", "LT", "37061234567"),
        ("0 3 310 555 1234", "CO", "573105551234"),
        ("(0xx11) 98765-4321", "BR", "5511987654321"),
    ],
)
def test_prefixes_of_a_country_are_no_country_codes_not_even_those_it_has_given_up(
    value: str, country: str | None, expected: str
) -> None:
    assert digits(value, country) == expected


@given(
    st.sampled_from(sorted(phonenumbers.SUPPORTED_REGIONS & COUNTRIES)),
    st.sampled_from([phonenumbers.PhoneNumberType.MOBILE, phonenumbers.PhoneNumberType.FIXED_LINE]),
    st.sampled_from(["0", "01", "02", "03", "04", "05", "06", "07", "08", "09", "044", "045", "0351", "049"]),
    st.booleans(),
)
def test_no_value_that_begins_with_one_zero_becomes_a_number_of_another_country(
    region: str, kind: int, prefix: str, known: bool
) -> None:
    number = phonenumbers.example_number_for_type(region, kind)
    if number is None:
        return
    value = prefix + phonenumbers.national_significant_number(number)
    assume(not value.startswith("00"))

    found = digits(value, region if known else None)

    assert found is None or (known and found.startswith(str(number.country_code)))


@pytest.mark.parametrize(
    ("value", "country"),
    [
        ("1 55 1234 5678", "MX"),  # a mobile number of Mexico City, or one in New Jersey
        ("15 1234-5678", "AR"),  # a mobile number without its area
        ("0 49 1511 2345678", "MX"),
    ],
)
def test_a_number_that_may_be_of_another_country_is_refused(value: str, country: str) -> None:
    assert reason(value, country) == "not_a_phone"


def test_digits_as_long_as_a_countrys_own_are_not_taken_for_a_number_of_another() -> None:
    assert digits("34 61234-5678", "BR") == "5534612345678"  # mistyped in Uberlândia, or mobile in Spain


def test_a_mexican_mobile_number_has_one_hash_with_and_without_the_1_that_whatsapp_writes() -> None:
    assert digits("5215512345678") == digits("+52 1 55 1234 5678") == digits("+52 55 1234 5678") == "525512345678"


@given(st.sampled_from(sorted(phonenumbers.SUPPORTED_REGIONS)), st.data())
def test_every_form_of_a_real_number_has_one_hash(region: str, data: st.DataObject) -> None:
    number = phonenumbers.example_number_for_type(region, phonenumbers.PhoneNumberType.MOBILE)
    if number is None or region in {"AC", "TA", "XK"}:  # no ISO 3166-1 codes
        return
    forms = phonenumbers.PhoneNumberFormat
    style = data.draw(st.sampled_from([forms.E164, forms.INTERNATIONAL, forms.NATIONAL, forms.RFC3966]))
    written = phonenumbers.format_number(number, style)
    e164 = phonenumbers.format_number(number, forms.E164)

    assert digits(written, region) == e164.removeprefix("+")
    assert digits(e164) == digits(e164.removeprefix("+"), region) == e164.removeprefix("+")
    assert digits(e164.replace("+", "00")) == e164.removeprefix("+")


@given(st.sampled_from(["DE", "ID", "SE", "AT", "PL", "BR"]), st.from_regex(r"[1-9][0-9]{7,10}", fullmatch=True))
def test_a_number_in_use_behind_its_countrys_code_is_complete(region: str, national: str) -> None:
    code = phonenumbers.country_code_for_region(region)
    number = phonenumbers.PhoneNumber(country_code=code, national_number=int(national))
    kinds = phonenumbers.PhoneNumberType
    assume(phonenumbers.number_type(number) in {kinds.MOBILE, kinds.FIXED_LINE, kinds.FIXED_LINE_OR_MOBILE})

    complete = digits(f"+{code}{national}")
    assert complete is not None
    assert digits(complete, region) == digits(f"{complete} ", region) == complete


@pytest.mark.parametrize(
    ("value", "country"),
    [("4915112345678", "DE"), ("49 30 1234567", "DE"), ("6281234567890", "ID"), ("468123456", "SE")],
)
def test_a_countrys_code_is_not_taken_for_an_area_code_of_it(value: str, country: str) -> None:
    assert digits(value, country) == value.replace(" ", "")
