"""The way in: one value, many values, explanations, options and reasons."""

import msgspec
import pytest
from rich.pretty import pretty_repr

from handle.customer.fields import FIELDS
from handle.customer.normaliser import explain, normalise, normalise_all
from handle.customer.options import CustomerOptions
from handle.customer.reasons import Reason
from handle.customer.steps import Normalised, Passed
from omnicapi.messages import CustomerInformation


def test_the_fields_are_those_of_an_event() -> None:
    not_metas = {"ga_client_id", "google_hashed"}
    fields = {field.name: field for field in msgspec.structs.fields(CustomerInformation) if field.name not in not_metas}

    assert set(FIELDS) == set(fields)
    assert {name for name, field in fields.items() if field.type == list[str]} == {
        name for name, rule in FIELDS.items() if rule.many
    }


@pytest.mark.parametrize("ask", [normalise, explain])
def test_an_unknown_field_is_the_callers_mistake(ask: object) -> None:
    assert callable(ask)
    with pytest.raises(ValueError, match="'zip' is not a field of customer information; the fields are em, ph"):
        ask("zip", "94035")


def test_values_are_sent_once_each_in_order_and_refusals_follow() -> None:
    results = normalise_all("em", ["A@b.co", "nope", "c@d.co", " a@B.co"])

    assert [result.plain for result in results] == ["a@b.co", "c@d.co", None]
    assert results[-1].reason == "not_an_email"
    assert normalise_all("em", []) == []


def test_of_a_single_field_the_first_good_value_is_sent() -> None:
    values = ["nope", "fb.1.1795000000001.1", "fb.1.1795000000001.2"]

    assert [result.value for result in normalise_all("fbp", values)] == ["fb.1.1795000000001.1"]
    assert [result.reason for result in normalise_all("fbp", values[:1] * 2)] == ["not_a_click_id"]


def test_both_forms_of_a_city_and_of_a_zip_are_sent_where_asked() -> None:
    both = CustomerOptions(country="BR", city_form="both", zip_form="both")

    assert [result.plain for result in normalise_all("ct", ["São Paulo"], both)] == ["sãopaulo", "saopaulo"]
    assert [result.plain for result in normalise_all("ct", ["Recife"], both)] == ["recife"]
    assert [result.plain for result in normalise_all("zp", ["01310-100"], both)] == ["01310100", "01310"]
    assert [result.plain for result in normalise_all("fn", ["José"], both)] == ["josé"]
    assert normalise("ct", "São Paulo", both).plain == "sãopaulo"


def test_an_explanation_shows_every_step_and_ends_with_the_outcome() -> None:
    steps = explain("ph", "+44 (0)20 7946 0958")

    assert ("digits with country code", "442079460958") in steps
    assert steps[-1] == ("sent", "35e206e5dec4c89b9e8b71b8c32724a5bb518483ac5a20c6617d738375b3b823")
    assert explain("em", "x" * 3000) == [("refused", "too_long")]
    assert explain("fbc", "fb.1.1554763741205.AbC", now=1_795_435_200.0)[-1] == ("refused", "stale")


def test_personal_data_is_in_no_repr() -> None:
    result = normalise("em", "John_Smith@gmail.com")

    for text in (repr(result), str(result), pretty_repr(result), repr(Passed("john_smith"))):
        assert "john" not in text.lower()
        assert "62a14e44" not in text
    assert repr(normalise("em", "nope")) == "Normalised(refused, reason=not_an_email)"


def test_a_result_is_written_as_json_with_its_reason_as_a_code() -> None:
    assert msgspec.json.encode(normalise("em", "nope")) == b'{"value":null,"plain":null,"reason":"not_an_email"}'
    assert msgspec.json.decode(b'{"value":"a","plain":"a","reason":"zeros_restored"}', type=Normalised) == Normalised(
        "a", "a", Reason.ZEROS_RESTORED
    )


def test_options_refuse_a_country_that_is_no_code_and_a_setting_that_does_not_exist() -> None:
    for country in ("br", "Brazil", "XX", ""):
        with pytest.raises(ValueError, match="alpha-2"):
            CustomerOptions(country=country)
    with pytest.raises(msgspec.ValidationError):
        msgspec.json.decode(b'{"contry":"BR"}', type=CustomerOptions)


@pytest.mark.parametrize(
    ("country", "expected"), [("br", "BR"), ("Brasil", "BR"), ("USA", "US"), ("", "GB"), ("XX", "GB")]
)
def test_a_row_may_name_its_country(country: str, expected: str) -> None:
    default = CustomerOptions(country="GB", zip_form="before_dash")
    options = default.in_country(country)

    assert (options.country, options.zip_form) == (expected, "before_dash")
    assert default.in_country(None) is default.in_country("UK") is default


@pytest.mark.parametrize("reason", list(Reason))
def test_every_reason_says_what_it_means_and_what_to_do(reason: Reason) -> None:
    assert reason.value == reason.value.lower()
    assert reason.name.lower() == reason.value
    assert reason.meaning.endswith(".")
    assert reason.remedy.endswith(".")
    assert str(reason) == f"{reason}" == reason.value
