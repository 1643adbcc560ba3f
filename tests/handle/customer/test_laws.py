"""What holds for every field and every text."""

import hashlib
import re
import string
import time
import unicodedata
from typing import Literal

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from handle.customer.fields import FIELDS
from handle.customer.normaliser import LONGEST, explain, normalise, normalise_all
from handle.customer.options import CustomerOptions
from handle.customer.places.country_codes import COUNTRIES
from handle.customer.reasons import Reason
from omnicapi.values.person_names import has_affix
from tests.examples import examples

HASHED = sorted(field for field, rule in FIELDS.items() if rule.hashed)
EMPTY_SHA256 = hashlib.sha256(b"").hexdigest()

any_text = st.text(st.characters(exclude_categories=())) | st.text(string.printable) | st.text("0123456789+-.()/Ee, ")
near_values = st.sampled_from(
    ["a@b.co", "+5511987654321", "1990-12-31", "fb.1.1795000000001.1098115397", "203.0.113.7", "US-CA", "94035.0"]
).flatmap(
    lambda value: st.text("\x00\ud800é\u0301́ .-(0%{", max_size=3).map(lambda noise: noise.join(value.partition("1")))
)
cells = st.from_regex(r"[:z]?[A-Za-z]{0,3}[ .:-]?[0-9]{1,6}[ -]?[A-Z0-9]{0,4}", fullmatch=True) | st.text(
    "İIıi̇ß'.- ", max_size=8
)
texts = any_text | near_values | cells
settings_of_clients = st.builds(
    CustomerOptions,
    country=st.sampled_from([None, "US", "BR", "GB", "CA", "IT", "AQ"]) | st.sampled_from(sorted(COUNTRIES)),
    date_format=st.sampled_from([None, "%d/%m/%Y", "%m/%d/%Y", "%Y%m%d", "nonsense"]),
    phone_form=st.sampled_from(["any", "international"]),
    city_form=st.sampled_from(["letters", "ascii", "both"]),
    zip_form=st.sampled_from(["whole", "before_dash", "both"]),
    external_id_form=st.sampled_from(["lower", "as_is"]),
    default_birthdays=st.booleans(),
    google_hashed=st.booleans(),
)


@examples(400)
@given(st.sampled_from(sorted(FIELDS)), texts, settings_of_clients, st.none() | st.floats(0, 4e9))
def test_no_text_raises_and_every_refusal_has_its_reason(
    field: str, value: str, options: CustomerOptions, now: float | None
) -> None:
    result = normalise(field, value, options, now)

    assert (result.value is None) == (result.reason is not None and not result.reason.mended)
    if result.value is not None:
        result.value.encode()
    steps = explain(field, value, options, now)
    assert steps[-1] == (("refused", result.reason) if result.value is None else ("sent", result.value))


@examples(300)
@given(st.sampled_from(HASHED), texts, settings_of_clients)
def test_what_is_hashed_is_the_hash_of_the_plain_text_and_never_of_nothing(
    field: str, value: str, options: CustomerOptions
) -> None:
    result = normalise(field, value, options)
    if result.value is None or (field == "external_id" and options.external_id_form == "as_is"):
        return

    assert re.fullmatch(r"[0-9a-f]{64}(\.\S{2,8})?", result.value)
    assert result.value != EMPTY_SHA256
    if result.plain is not None:
        assert result.plain
        assert result.value == hashlib.sha256(result.plain.encode()).hexdigest()


@examples(1000)
@example("zp", ":A0", CustomerOptions(country="FR"))
@given(st.sampled_from(sorted(FIELDS)), texts, settings_of_clients)
def test_normalising_what_is_normalised_changes_nothing(field: str, value: str, options: CustomerOptions) -> None:
    result = normalise(field, value, options)
    again = CustomerOptions(country=options.country, phone_form="international") if field == "ph" else options

    if result.plain is not None:
        assert normalise(field, result.plain, again).value == result.value


@examples(200)
@given(st.sampled_from(HASHED), texts, settings_of_clients)
def test_a_hash_made_here_passes_when_it_comes_back(field: str, value: str, options: CustomerOptions) -> None:
    sent = normalise(field, value, options).value

    if sent is not None and not (field == "external_id" and options.external_id_form == "as_is"):
        back = CustomerOptions(country=options.country)
        assert normalise(field, sent, back).value == sent
        assert normalise(field, sent.upper(), back).value == sent or "." in sent


letters = st.text(st.characters(categories=["Lu", "Ll", "Lo", "Nd", "Pd", "Zs"]), min_size=1, max_size=20)
UNICODE_FORMS: list[Literal["NFC", "NFD"]] = ["NFC", "NFD"]
CASELESS = ["em", "fn", "ln", "ge", "ct", "st", "zp", "country", "external_id"]


@examples(300)
@given(st.sampled_from(CASELESS), letters, st.sampled_from(UNICODE_FORMS), st.text(" \t\n\xa0\u2003", max_size=3))
def test_case_outer_space_and_unicode_form_make_no_difference(
    field: str, value: str, form: Literal["NFC", "NFD"], space: str
) -> None:
    assume(value.lower() == value.upper().lower())  # not so for ß, ς and a few more
    written = space + unicodedata.normalize(form, value.upper()) + space

    assert normalise(field, written).value == normalise(field, value.lower()).value


@examples(200)
@given(st.sampled_from(["fn", "ln", "ct", "st"]), st.text(string.ascii_letters, min_size=2, max_size=30), st.data())
def test_spaces_and_punctuation_inside_names_and_places_make_no_difference(
    field: str, value: str, data: st.DataObject
) -> None:
    at = data.draw(st.integers(1, len(value) - 1))
    mark = data.draw(st.sampled_from([" ", "-", "'", "’", "–", ".", "\xa0", "´"]))
    written = value[:at] + mark + value[at:]
    assume(not (field == "st" and at == 2))  # two letters and a dash may be a country's prefix
    assume(not (field in ("fn", "ln") and has_affix(written)))  # ``dr.x`` is x

    assert normalise(field, written).value == normalise(field, value).value


@pytest.mark.parametrize("value", ["NA", "n a", "N.A", "N-A"])
def test_na_is_no_city_no_postal_code_and_no_id_but_a_name_a_state_and_a_country(value: str) -> None:
    assert [normalise(field, value).reason for field in ("ct", "zp")] == [Reason.PLACEHOLDER] * 2
    assert normalise("external_id", "n a").reason is normalise("external_id", "NA").reason is Reason.PLACEHOLDER
    assert [normalise(field, "NA").plain for field in ("fn", "st", "country")] == ["na"] * 3


@pytest.mark.parametrize("field", sorted(FIELDS))
def test_a_megabyte_is_refused_at_once(field: str) -> None:
    for value in ("a" * 1_000_000, "1" * 1_000_000, " " * 1_000_000, "(" * (LONGEST + 1)):
        assert normalise(field, value).reason is Reason.TOO_LONG


@pytest.mark.parametrize("field", sorted(FIELDS))
@pytest.mark.parametrize("value", ["", " ", "\t\n", "\u200b", "\ufeff "])
def test_a_blank_is_refused_as_empty(field: str, value: str) -> None:
    assert normalise(field, value).value is None
    if value.strip().isascii():
        assert normalise(field, value).reason is Reason.EMPTY


@pytest.mark.parametrize("field", sorted(FIELDS))
@pytest.mark.parametrize(
    "value",
    ["null", "NULL", "None", "nan", "N/A", "#N/A", "undefined", "-", "--", "unknown", "(not set)", '"null"', "?"],
)
def test_a_placeholder_is_sent_by_no_field(field: str, value: str) -> None:
    assert normalise(field, value).value is None


@pytest.mark.parametrize("field", sorted(FIELDS))
@pytest.mark.parametrize("value", ["{{email}}", "%%email%%", "${user.em}", "sha256hex(lowercase())", "<EMAIL>", "{id}"])
def test_template_text_is_sent_by_no_field(field: str, value: str) -> None:
    assert normalise(field, value).reason in {Reason.TEMPLATE, Reason.NOT_AN_IP}


@examples(200)
@given(st.sampled_from(HASHED), st.lists(texts, max_size=5), settings_of_clients)
def test_no_value_is_sent_twice(field: str, values: list[str], options: CustomerOptions) -> None:
    sent = [result.value for result in normalise_all(field, values, options) if result.value is not None]

    assert len(sent) == len(set(sent))


@pytest.mark.parametrize("field", sorted(FIELDS))
def test_no_field_is_slow_on_text_made_to_be_slow(field: str) -> None:
    for piece in ("(", "1 ", "a@", "-", "1-", "a.", "%", "{{", ",", " x", "1e", ":", "fb.1.", "0"):
        start = time.process_time()
        normalise(field, (piece * LONGEST)[: LONGEST - 1] + "!")
        assert time.process_time() - start < 0.5, piece
