"""The short cuts for ordinary values give what all the steps give, so that speed never changes a hash."""

import string
from collections.abc import Callable

import phonenumbers
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from phonenumbers import PhoneNumberFormat, PhoneNumberType

from handle.customer import birth_date, email_address, external_id, phone
from handle.customer.country_codes import COUNTRIES
from handle.customer.options import Options
from handle.customer.steps import Normalised, Step, walk

REGIONS = sorted(phonenumbers.SUPPORTED_REGIONS & COUNTRIES)
BIG = ["US", "BR", "GB", "DE", "IT", "MX", "AR", "RU", "IN", "SG", "AU", "JP", "FR", "ES", "CA", "KZ", "FI", "HU"]

Steps = Callable[[Options], tuple[Step, ...]]


def quick_and_careful(steps: Steps, value: str, options: Options) -> tuple[Normalised, Normalised]:
    every = steps(options)
    careful = tuple(step for step in every if getattr(step.run, "func", step.run).__name__ != "_short_cut")
    assert len(careful) == len(every) - 1
    return walk(every, value, hashed=True), walk(careful, value, hashed=True)


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


@settings(max_examples=500, deadline=None)
@given(phones(), countries, st.sampled_from(["any", "international"]))
def test_the_short_cut_for_phones_says_what_the_library_says(value: str, country: str | None, form: str) -> None:
    options = Options(country=country, phone_form="international" if form == "international" else "any")
    quick, careful = quick_and_careful(phone.steps, value, options)

    assert (quick.plain, quick.reason) == (careful.plain, careful.reason)


@pytest.mark.parametrize("region", REGIONS)
def test_the_short_cut_takes_every_countrys_example_numbers(region: str) -> None:
    kinds = (PhoneNumberType.MOBILE, PhoneNumberType.FIXED_LINE)
    for number in filter(None, (phonenumbers.example_number_for_type(region, kind) for kind in kinds)):
        expected = phonenumbers.format_number(number, PhoneNumberFormat.E164).removeprefix("+")
        for style in (PhoneNumberFormat.E164, PhoneNumberFormat.INTERNATIONAL, PhoneNumberFormat.NATIONAL):
            written = phonenumbers.format_number(number, style)
            quick, careful = quick_and_careful(phone.steps, written, Options(country=region))
            assert (quick.plain, careful.plain) == (expected, expected), written


@settings(max_examples=300, deadline=None)
@given(
    st.emails()
    | st.from_regex(r"[A-Za-z0-9_.+@-]{1,30}@[A-Za-z0-9.-]{1,40}\.[A-Za-z]{1,4}", fullmatch=True)
    | st.text(string.ascii_letters + "@.-{}* ", max_size=80)
)
def test_the_short_cut_for_emails_says_what_the_other_steps_say(value: str) -> None:
    quick, careful = quick_and_careful(email_address.steps, value, Options())

    assert quick == careful


@settings(max_examples=300, deadline=None)
@given(
    st.from_regex(r"[A-Za-z0-9_.@ -]{1,40}", fullmatch=True)
    | st.sampled_from(["0", "00-0", "NA", "null", "N-A", "1E+12", "12.0", "e" * 31, "e" * 32])
)
def test_the_short_cut_for_ids_says_what_the_other_steps_say(value: str) -> None:
    quick, careful = quick_and_careful(external_id.steps, value, Options())

    assert quick == careful


@settings(max_examples=300, deadline=None)
@given(
    st.dates().map(str) | st.from_regex(r"[0-9]{4}-[0-9W]{2}-[0-9 ]{2}", fullmatch=True),
    st.sampled_from([None, "%d/%m/%Y", "%Y-%m-%d"]),
)
def test_the_short_cut_for_birth_dates_says_what_the_other_steps_say(value: str, date_format: str | None) -> None:
    quick, careful = quick_and_careful(birth_date.steps, value, Options(date_format=date_format))

    assert quick == careful
