"""What an event is refused with says what was given in vain."""

from __future__ import annotations

from decimal import Decimal
from string import ascii_letters

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from handle.refusals import UNKNOWN_CURRENCIES
from handle.rules.currencies_not_taken import NOT_TAKEN, why_not_taken
from handle.step import Setup
from omnicapi.messages import Content, CustomData, Outcome
from omnicapi.values.currencies import DIGITS
from omnicapi.values.currency_signs import written
from tests.cases.server_events import NOW
from tests.handle.test_step import SETUP, datasets, handle_one, purchase


def refused(currency: str | None, setup: Setup = SETUP, warnings: list[str] | None = None) -> Outcome:
    event = purchase(custom_data=CustomData(value=Decimal(10), currency=currency), warnings=warnings or [])
    (outcome,) = handle_one(event, setup, NOW).outcomes
    return outcome


@pytest.mark.parametrize(
    ("currency", "told"),
    [
        ("BGN", "BGN is no longer in use; its successor is EUR."),
        (" hrk ", "HRK is no longer in use; its successor is EUR."),
        ("USDT", "USDT is a crypto-asset, and Meta takes the currencies of ISO 4217."),
        ("STG", "STG is no code of ISO 4217; GBP is."),
        ("kr", "The sign given stands for DKK, ISK, NOK, SEK."),
        ("£", "The sign given stands for EGP, FKP, GBP, GIP, LBP and others."),
        ("QQQ", "What was given as currency (3 letters) is no code of ISO 4217 that is in use."),
        (
            "978",
            "What was given as currency (3 characters, not all of them letters) is no code of ISO 4217 that is in use.",
        ),
    ],
)
def test_a_currency_that_is_not_taken_is_named_with_the_reason(currency: str, told: str) -> None:
    outcome = refused(currency)
    assert (outcome.reason, outcome.field) == ("currency_unknown", "custom_data.currency")
    assert outcome.message is not None
    assert outcome.message.startswith(told)
    assert "map a column" in outcome.message


def test_a_purchase_without_any_currency_still_misses_it() -> None:
    outcome = refused(None, Setup(datasets({"datasets": {"1": {}}, "routes": [{"to": ["1"]}]})))
    assert outcome.reason == "currency_missing"
    assert outcome.message is not None
    assert outcome.message.startswith("A purchase needs its currency")


def test_what_ingest_left_out_is_told_where_it_is_missing() -> None:
    setup = Setup(datasets({"datasets": {"1": {}}, "routes": [{"to": ["1"]}]}))
    outcome = refused(None, setup, ["custom_data.currency:formula_error"])
    assert outcome.reason == "currency_missing"
    assert outcome.message is not None
    assert outcome.message.startswith("What was given was left out (formula_error). A purchase needs")


@pytest.mark.parametrize("currency", ["null", "N/A", "(not set)"])
def test_a_word_for_nothing_is_no_currency_that_was_given(currency: str) -> None:
    assert refused(currency).reason == "currency_missing"


@pytest.mark.parametrize("currency", ["anna", "jane@example.com", "11987654321"])
def test_what_is_no_code_of_the_tables_is_never_repeated(currency: str) -> None:
    assert currency not in (refused(currency).message or "").casefold()


@given(st.text(alphabet=ascii_letters, min_size=3, max_size=40))
def test_of_a_word_that_is_no_code_and_no_sign_only_the_length_is_told(text: str) -> None:
    assume(not written(text) and text.upper() not in NOT_TAKEN)
    assert why_not_taken(text) == why_not_taken("Q" * len(text))


def test_no_code_of_the_table_is_taken() -> None:
    assert NOT_TAKEN.keys().isdisjoint(DIGITS)
    assert not [code for code in NOT_TAKEN if written(code)]


def test_every_successor_is_taken() -> None:
    named = [word.strip(".") for why in NOT_TAKEN.values() for word in why.replace(";", "").split() if word.isupper()]
    assert {word for word in named if len(word) == 3} <= DIGITS.keys() | {"ISO"}


def test_the_warnings_are_those_of_the_format() -> None:
    assert refused("QQQ").warnings[0] == UNKNOWN_CURRENCIES[0]
    assert refused("kr").warnings[0] == UNKNOWN_CURRENCIES[1]


@pytest.mark.parametrize("name", ["currencyCode", "currency_code", "order_currency"])
def test_a_currency_under_another_key_is_named(name: str) -> None:
    setup = Setup(datasets({"datasets": {"1": {}}, "routes": [{"to": ["1"]}]}))
    in_data = CustomData(value=Decimal(10), properties={"colour": "red", name: "EUR"})
    in_product = CustomData(
        value=Decimal(10), contents=[Content(id="a", quantity=Decimal(1), properties={name: "EUR"})]
    )
    for data, key in ((in_data, f"custom_data.{name}"), (in_product, f"custom_data.contents[0].{name}")):
        (outcome,) = handle_one(purchase(custom_data=data), setup, NOW).outcomes
        assert outcome.reason == "currency_missing"
        assert (outcome.message or "").startswith(
            f"{key} says one where none is read: it belongs in custom_data.currency"
        )
    told = refused(None, setup, ["user_data.currency:unknown_field"]).message or ""
    assert told.startswith("user_data.currency says one")


def test_a_key_that_may_hold_more_than_its_name_is_not_repeated() -> None:
    setup = Setup(datasets({"datasets": {"1": {}}, "routes": [{"to": ["1"]}]}))
    data = CustomData(
        value=Decimal(10), properties={"jane@example.com currency": "EUR", "currency of 11987654321": "EUR"}
    )
    (outcome,) = handle_one(purchase(custom_data=data), setup, NOW).outcomes
    assert (outcome.message or "").startswith("A purchase needs its currency")
