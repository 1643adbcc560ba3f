from __future__ import annotations

import pytest

from handle.customer.options import CustomerOptions
from handle.enrich import Enrichment
from handle.settings import HandleSettings
from omnicapi.errors import BadSettings
from omnicapi.settings import load


def settings(**environ: str) -> HandleSettings:
    return load(HandleSettings, {"GOOGLE_CLOUD_PROJECT": "p", "META_DATASET_ID": "42", **environ})


def test_the_defaults_are_those_of_the_parts() -> None:
    reading = settings().reading()
    assert reading.options == CustomerOptions()
    assert reading.enrichment == Enrichment()


def test_every_choice_can_be_made_in_the_environment() -> None:
    reading = settings(
        DEFAULT_COUNTRY="BR",
        PHONE_FORM="international",
        CITY_FORM="both",
        ZIP_FORM="before_dash",
        EXTERNAL_ID_FORM="as_is",
        DEFAULT_BIRTHDAYS="false",
        EXTERNAL_ID_FROM_FBP="false",
        EXTERNAL_ID_FROM_GA_CLIENT_ID="0",
        FBC_FROM_FBCLID="false",
        COUNTRY_FROM_PHONE="true",
        COUNTRY_FROM_CURRENCY='["BRL", "GBP"]',
    ).reading()
    assert reading.options == CustomerOptions(
        country="BR",
        phone_form="international",
        city_form="both",
        zip_form="before_dash",
        external_id_form="as_is",
        default_birthdays=False,
    )
    assert reading.enrichment == Enrichment(
        external_id_from_fbp=False,
        external_id_from_ga_client_id=False,
        fbc_from_fbclid=False,
        country_from_phone=True,
        country_from_currency=frozenset({"BRL", "GBP"}),
    )


def test_every_option_of_customer_information_is_a_setting() -> None:
    # The date format is the source's, and who hashed a value is the event's.
    theirs = set(CustomerOptions.__struct_fields__) - {"country", "date_format", "google_hashed"}
    assert theirs <= set(HandleSettings.__struct_fields__)
    assert set(Enrichment.__struct_fields__) <= set(HandleSettings.__struct_fields__)


@pytest.mark.parametrize("country", ["Brazil", "br", "XX"])
def test_a_country_that_is_none_is_refused(country: str) -> None:
    with pytest.raises(BadSettings, match="DEFAULT_COUNTRY"):
        settings(DEFAULT_COUNTRY=country).reading()


@pytest.mark.parametrize("currency", ["EUR", "XOF", "REAIS"])
def test_a_currency_of_no_single_country_cannot_tell_it(currency: str) -> None:
    with pytest.raises(BadSettings, match=currency):
        settings(COUNTRY_FROM_CURRENCY=f'["BRL", "{currency}"]').reading()


def test_the_only_dataset_takes_everything() -> None:
    (destination,) = settings().only_dataset().destinations("web", "Purchase", None, None)
    assert destination.ids == ("42",)


def test_a_choice_that_does_not_exist_is_named() -> None:
    with pytest.raises(BadSettings, match="CITY_FORM"):
        settings(CITY_FORM="upper")
