"""The short cuts for ordinary values give what all the steps give, so that speed never changes a hash."""

import re
import string
import unicodedata

import phonenumbers
import pytest
from hypothesis import given
from hypothesis import strategies as st
from phonenumbers import PhoneNumberFormat, PhoneNumberType

from handle.customer.fields import FIELDS
from handle.customer.normaliser import LONGEST
from handle.customer.options import CustomerOptions
from handle.customer.places.country_codes import COUNTRIES
from handle.customer.steps import Normalised, walk
from handle.customer.text import LATIN
from omnicapi.values.placeholders import PLACEHOLDERS
from tests.cases.server_events import AGENT
from tests.examples import examples

REGIONS = sorted(phonenumbers.SUPPORTED_REGIONS & COUNTRIES)
BIG = ["US", "BR", "GB", "DE", "IT", "MX", "AR", "RU", "IN", "SG", "AU", "JP", "FR", "ES", "CA", "KZ", "FI", "HU"]


def at_once_and_step_by_step(field: str, value: str, options: CustomerOptions) -> tuple[str | None, Normalised]:
    rule = FIELDS[field]
    return rule.ordinary(value, options), walk(rule.steps(options), value, hashed=rule.hashed)


def check(field: str, value: str, options: CustomerOptions) -> None:
    """Assert that the short cut leaves the value to the steps, or says of it what they say."""
    at_once, careful = at_once_and_step_by_step(field, value, options)
    if at_once is not None:
        assert (careful.plain, careful.reason) == (at_once, None)
        assert len(value) <= LONGEST


@st.composite
def phones(draw: st.DrawFn) -> str:
    """A number near a real one of some country, written in some way."""
    region = draw(st.sampled_from(BIG) | st.sampled_from(REGIONS))
    kind = draw(st.sampled_from([PhoneNumberType.MOBILE, PhoneNumberType.FIXED_LINE]))
    example = phonenumbers.example_number_for_type(region, kind) or phonenumbers.PhoneNumber(1, 6502530000)
    digits = list(phonenumbers.national_significant_number(example))
    for _ in range(draw(st.integers(0, 4))):
        digits[draw(st.integers(0, len(digits) - 1))] = draw(st.sampled_from("0123456789"))
    digits = digits[: draw(st.integers(max(len(digits) - 2, 1), len(digits)))] + draw(
        st.lists(st.sampled_from("0123456789"), max_size=2)
    )
    national = "".join(digits)
    code = str(example.country_code)
    written = draw(
        st.sampled_from(["+" + code + national, code + national, national, "0" + national, "00" + code + national])
        | st.just("8" + national)
        | st.just("1" + national)
        | st.just(phonenumbers.format_number(example, PhoneNumberFormat.NATIONAL))
        | st.just(phonenumbers.format_number(example, PhoneNumberFormat.INTERNATIONAL))
    )
    gaps = draw(st.lists(st.sampled_from(["", "", "", " ", "-", ".", " (", ") "]), min_size=len(written)))
    return "".join(gap + character for gap, character in zip(gaps, written, strict=False))


countries = st.none() | st.sampled_from(BIG) | st.sampled_from(REGIONS)


options = st.builds(
    CustomerOptions,
    country=countries,
    date_format=st.sampled_from([None, "%d/%m/%Y", "%Y-%m-%d"]),
    phone_form=st.sampled_from(["any", "international"]),
    city_form=st.sampled_from(["letters", "ascii"]),
    zip_form=st.sampled_from(["whole", "before_dash"]),
    external_id_form=st.sampled_from(["lower", "as_is"]),
    default_birthdays=st.booleans(),
    google_hashed=st.booleans(),
)


@examples(500)
@given(phones(), options)
def test_the_short_cut_for_phones_says_what_the_library_says(value: str, chosen: CustomerOptions) -> None:
    check("ph", value, chosen)


@pytest.mark.parametrize("region", REGIONS)
def test_the_short_cut_takes_every_countrys_example_numbers(region: str) -> None:
    kinds = (PhoneNumberType.MOBILE, PhoneNumberType.FIXED_LINE)
    for number in filter(None, (phonenumbers.example_number_for_type(region, kind) for kind in kinds)):
        expected = phonenumbers.format_number(number, PhoneNumberFormat.E164).removeprefix("+")
        for style in (PhoneNumberFormat.E164, PhoneNumberFormat.INTERNATIONAL, PhoneNumberFormat.NATIONAL):
            written = phonenumbers.format_number(number, style)
            at_once, careful = at_once_and_step_by_step("ph", written, CustomerOptions(country=region))
            assert careful.plain == expected, written
            assert at_once in (None, expected), written


words = st.from_regex(r"[A-Za-zÀ-žʹʻ'. -]{1,20}", fullmatch=True) | st.text(max_size=10)
missing = st.sampled_from([*PLACEHOLDERS, *map(str.upper, PLACEHOLDERS), "NA", "n-a", "n-one", "N one", "0", "00-0"])
hex_digits = st.text("0123456789abcdefABCDEF", min_size=30, max_size=66)
VALUES: dict[str, st.SearchStrategy[str]] = {
    "em": st.emails()
    | st.from_regex(r"[A-Za-zÀ-ž0-9_.+@-]{1,30}@[A-Za-z0-9.-]{1,40}\.[A-Za-z]{1,4}", fullmatch=True)
    | st.text(string.ascii_letters + "@.-{}* ", max_size=80),
    "fn": words,
    "ln": words,
    "ge": st.sampled_from(["f", "M", "Mrs", "Señora", "SEN\u0303ORA", "m.", " f", "x"]) | words,
    "db": st.dates().map(str) | st.from_regex(r"[0-9]{4}-[0-9W]{2}-[0-9 ]{2}", fullmatch=True),
    "ct": words,
    "st": st.sampled_from(["CA", "us-ca", "new york", "Québec", "Qué.", "SP", "BR-SP", "de-be"]) | words,
    "zp": st.from_regex(r"[0-9]{1,9}|[A-Za-z0-9]{1,7}[ .-]?[A-Za-z0-9]{0,7}", fullmatch=True),
    "country": st.text(string.ascii_letters, min_size=2, max_size=3) | words | st.sampled_from(["ß", "ﬁ"]),
    "external_id": st.from_regex(r"[A-Za-z0-9_.@ -]{1,40}", fullmatch=True)
    | st.sampled_from(["1E+12", "12.0", "e" * 31, "e" * 32]),
    "client_ip_address": st.ip_addresses().map(str)
    | st.ip_addresses().map(lambda address: address.exploded)
    | st.from_regex(r"[0-9]{1,3}(\.[0-9]{1,3}){3}|[0-9a-fA-F:.]{2,20}", fullmatch=True)
    | st.sampled_from(["::ffff:8.8.8.8", "::8.8.8.8", "1.2.3.04", "1.2.3", "0x7f.1", "fe80::1%eth0", "8.8.8.8\0"]),
    "client_user_agent": st.from_regex(r"Mozilla/5\.0 \([ -~]{1,60}", fullmatch=True)
    | st.sampled_from(["Mozilla/5.0 (" + "x" * 3000, "Mozilla/5.0 (X11) f() {{x}}", "Mozilla/5.0 (X11) "]),
    "fbc": st.from_regex(r" ?fb\.[0-9]\.[0-9]{12,14}\.[A-Za-z0-9_.-]{1,60}", fullmatch=True)
    | st.just("fb.1.1554763741205." + "Ab" * 1100),
    "fbp": st.from_regex(r"fb\.[0-9]\.[0-9]{12,14}\.[0-9]{1,21}(\.[A-Za-z0-9_-]{2,8})? ?", fullmatch=True),
}


@pytest.mark.parametrize("field", VALUES)
@examples(300)
@given(data=st.data(), chosen=options)
def test_a_short_cut_says_what_the_steps_say(field: str, data: st.DataObject, chosen: CustomerOptions) -> None:
    check(field, data.draw(VALUES[field] | missing | hex_digits), chosen)


def test_every_field_with_a_short_cut_is_looked_at_here() -> None:
    assert {"ph", *VALUES} == {name for name, rule in FIELDS.items() if rule.ordinary.__name__ != "_never"}


def test_every_latin_letter_is_in_its_final_form() -> None:
    for letter in filter(re.compile(f"[{LATIN}]").match, map(chr, range(0x250))):
        lower = letter.lower()
        assert lower.isalpha()
        assert (unicodedata.normalize("NFC", letter), unicodedata.normalize("NFC", lower)) == (letter, lower)


ORDINARY = {
    "em": "Jane.Doe+shop@mail.example.com",
    "ph": "(11) 98765-4321",
    "fn": "José María",
    "ln": "O'Connor-Dias",
    "ge": "Female",
    "db": "1990-05-03",
    "ct": "St. Louis",
    "st": "SP",
    "zp": "01310-100",
    "country": "br",
    "external_id": "M-0042",
    "client_ip_address": "2001:db8::1",
    "client_user_agent": AGENT,
    "fbc": "fb.1.1554763741205.AbC_d-1",
    "fbp": "fb.1.1596403881668.1116446470",
}


@pytest.mark.parametrize("field", ORDINARY)
def test_the_form_in_which_most_values_come_takes_the_short_cut(field: str) -> None:
    at_once, careful = at_once_and_step_by_step(field, ORDINARY[field], CustomerOptions(country="BR"))
    assert at_once == careful.plain is not None
