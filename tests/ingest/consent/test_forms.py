import base64
from collections.abc import Set as AbstractSet
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.consent.forms import FORM_OF
from ingest.consent.signals import ConsentSignals
from ingest.consent.tcf import LONGEST, purposes
from omnicapi.consent.names import DO_NOT_SELL

SALE = {DO_NOT_SELL: True}


def told(form: str, value: Any) -> tuple[dict[str, bool], list[str]]:
    found = ConsentSignals()
    FORM_OF[form](value, found)
    return found.signals, found.unreadable


def tc(consented: AbstractSet[int], version: int = 2, *, more: str = "") -> str:
    """Write a TC string whose purposes are these; all else of its core is zero."""
    bits = f"{version:06b}" + "0" * 146 + "".join("1" if number in consented else "0" for number in range(1, 25))
    return base64.urlsafe_b64encode(int(bits, 2).to_bytes(22, "big")).decode().rstrip("=") + more


@pytest.mark.parametrize(
    ("value", "signals"),
    [
        ("13q3qPq2q5l1", (False, False, False, False)),
        ("13r3rPq2q5l1", (True, True, False, False)),
        ("13n3n3v2v5l1", (True, True, True, True)),
        ("1Bt3tPu2m5l1", (True, True, False, False)),
    ],
)
def test_gcd_has_letters_where_digits_are_usual(value: str, signals: tuple[bool, ...]) -> None:
    names = ("ad_storage", "analytics_storage", "ad_user_data", "ad_personalization")
    assert told("gcd", value) == (dict(zip(names, signals, strict=True)), [])


def test_a_letter_of_gcd_that_nobody_explained_says_nothing() -> None:
    assert told("gcd", "13x3y3R3l5l1") == ({}, [])


@pytest.mark.parametrize("value", ["x", "13q3q", "23q3q3q3q5l1", 13, ["13q3q3q3q5l1"]])
def test_what_is_no_gcd_is_unreadable(value: Any) -> None:
    assert told("gcd", value) == ({}, ["ad_storage", "ad_user_data"])


@pytest.mark.parametrize("value", ["G1", "G222", "X100", "G100x", 100])
def test_what_is_no_gcs_is_unreadable(value: Any) -> None:
    assert told("gcs", value) == ({}, ["ad_storage"])


@pytest.mark.parametrize("form", list(FORM_OF))
@pytest.mark.parametrize("value", [None, "", "unset"])
def test_an_empty_form_says_nothing(form: str, value: Any) -> None:
    if value != "unset" or form not in ("gcs", "gcd"):
        assert told(form, value) == ({}, [])


@pytest.mark.parametrize(
    ("value", "signals"),
    [
        ("1YYN", SALE | {"us_privacy": True}),
        ("1nyn", SALE | {"us_privacy": True}),
        ("1YNN", {}),
        ("1---", {}),
        ("2YNN", SALE | {"us_privacy": True}),
        (True, SALE | {"us_privacy": True}),
    ],
)
def test_a_us_privacy_string_is_an_opt_out_of_sale_unless_it_says_that_it_is_none(
    value: Any, signals: dict[str, bool]
) -> None:
    assert told("us_privacy", value) == (signals, [])


@pytest.mark.parametrize("value", ["1", 1, True, "yes", "perhaps"])
def test_global_privacy_control_is_an_opt_out_of_sale(value: Any) -> None:
    assert told("gpc", value) == (SALE | {"gpc": True}, [])
    assert told("gpc", "0") == ({}, [])


def test_non_personalised_ads_deny_personalisation() -> None:
    assert told("npa", "1")[0]["ad_personalization"] is False
    assert told("npa", "0") == ({}, [])


@given(st.frozensets(st.integers(1, 24)))
def test_a_tc_string_says_its_purposes(consented: frozenset[int]) -> None:
    assert purposes(tc(consented)) == consented
    assert purposes(tc(consented, more=".YAAAAAAAAAAA")) == consented
    assert purposes(f" {tc(consented)} ") == consented


def test_the_purposes_are_signals_as_google_maps_them() -> None:
    assert told("tc_string", tc({1, 3, 4})) == (
        {"ad_storage": True, "ad_user_data": False, "ad_personalization": True},
        [],
    )
    assert told("tc_string", tc({1, 7}))[0] == {"ad_storage": True, "ad_user_data": True, "ad_personalization": False}


@pytest.mark.parametrize("value", ["garbage", tc({1}, version=1), tc({1})[:20], "ü", "C" * (LONGEST + 1), 7, {}])
def test_what_is_no_tc_string_is_unreadable(value: Any) -> None:
    assert told("tc_string", value) == ({}, ["ad_storage", "ad_user_data", "ad_personalization"])


def test_a_plain_answer_may_stand_where_a_tc_string_is_usual() -> None:
    assert told("tc_string", False) == ({"consent": False}, [])


def test_a_gpp_string_with_sections_counts_as_an_opt_out_of_sale() -> None:
    assert told("gpp", "DBABMA~CPXxRfA") == ({}, [DO_NOT_SELL])
    assert told("gpp", {"sections": 7}) == ({}, [DO_NOT_SELL])
    assert told("gpp", "DBAA") == ({}, [])
