from itertools import product
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.consent.forms import _gcd, _gcs
from ingest.topic.ga4.consent import ConsentReader
from omnicapi.messages import Event, Origin

GCS = {
    "G111": {"ad_storage": True, "analytics_storage": True},
    "G110": {"ad_storage": True, "analytics_storage": False},
    "G101": {"ad_storage": False, "analytics_storage": True},
    "G100": {"ad_storage": False, "analytics_storage": False},
    "G1--": {},
    "G1-1": {"analytics_storage": True},
    "G222": {},
}
ORDER = ("ad_storage", "analytics_storage", "ad_user_data", "ad_personalization")
LETTERS = {"l": None, "m": False, "n": True, "p": False, "q": False, "r": True, "t": True, "u": False, "v": True}


def read(data: dict[str, Any]) -> Event:
    event = Event(
        event_id="1", event_name="Lead", event_time=0, channel="ga4", action_source="website", origin=Origin()
    )
    ConsentReader(()).fill(event, data)
    return event


def consent(data: dict[str, Any]) -> dict[str, bool]:
    return read(data).consent


@pytest.mark.parametrize(("gcs", "told"), GCS.items())
def test_gcs_tells_both_storages(gcs: str, told: dict[str, bool]) -> None:
    assert consent({"x-ga-gcs": gcs}) == told


@pytest.mark.parametrize("letters", list(product("lmrqt", repeat=4)))
def test_each_letter_of_gcd_is_the_update_else_the_default(letters: tuple[str, ...]) -> None:
    gcd = "1" + "".join(f"3{letter}" for letter in letters) + "5l1"
    known = {
        signal: granted
        for signal, letter in zip(ORDER, letters, strict=True)
        if (granted := LETTERS[letter]) is not None
    }
    for data in ({"x-ga-gcd": gcd}, {"x-ga-mp2-gcd": gcd}, {"x-sst-system_properties": {"gcd": gcd}}):
        assert consent(data) == known


@given(st.text(max_size=14))
def test_what_is_not_understood_never_grants(text: str) -> None:
    told = consent({"x-ga-gcs": f"X{text}", "x-ga-gcd": f"x{text}", "consent_state": {"ad_storage": f"{text}?"}})
    assert True not in told.values()


def test_what_stands_behind_the_signals_is_not_remembered() -> None:
    _gcd.cache_clear()
    _gcs.cache_clear()
    for more in ("x", "xy", "x" * 100_000):
        told = consent({"x-ga-gcd": f"13t3t3t3t{more}", "x-ga-gcs": f"G100{more}"})
        assert told == dict.fromkeys(ORDER, True)
    assert (_gcd.cache_info().currsize, _gcs.cache_info().currsize) == (1, 1)


@pytest.mark.parametrize("letter", "LMNPQRTUVabcxyz")
def test_a_letter_that_nobody_explained_says_nothing(letter: str) -> None:
    assert consent({"x-ga-gcd": f"13{letter}3{letter}3{letter}3{letter}5l1"}) == {}


def test_a_denial_counts_wherever_it_stands() -> None:
    data: dict[str, Any] = {"x-ga-gcd": "13q3q3q3q5l1"}
    assert consent(data) == dict.fromkeys(ORDER, False)
    granted = {"ad_storage": True, "ad_user_data": True}
    data["x-sst-system_properties"] = {"consent": {"consentGrantedState": granted}}
    data["consent_state"] = {**granted, "wait_for_update": 500, "security_storage": True}
    assert consent(data) == {**dict.fromkeys(ORDER, False), "security_storage": True}
    data["x-ga-gcd"] = "13l3l3l3l5l1"
    assert consent(data) == {**granted, "security_storage": True}
    data["x-ga-gcs"] = "G101"
    assert consent(data)["ad_storage"] is False


@pytest.mark.parametrize("npa", ["1", 1, True, "true"])
def test_a_request_for_non_personalised_ads_denies_personalisation_whatever_else_is_said(npa: Any) -> None:
    granted = {"x-ga-gcd": "13n3n3n3n5l1"}
    assert consent({**granted, "x-ga-npa": npa})["ad_personalization"] is False
    assert consent({**granted, "non_personalized_ads": npa})["ad_personalization"] is False
    assert consent({**granted, "x-ga-npa": "0"})["ad_personalization"] is True
    assert consent({"x-ga-npa": "0"}) == {}


def test_the_measurement_protocol_and_the_export_spell_it_out() -> None:
    assert consent({"consent": {"ad_user_data": "GRANTED", "ad_personalization": "DENIED"}}) == {
        "ad_user_data": True,
        "ad_personalization": False,
    }
    privacy = {"analytics_storage": "Yes", "ads_storage": "No", "uses_transient_token": "No"}
    assert consent({"privacy_info": privacy}) == {"analytics_storage": True, "ad_storage": False}
    assert consent({"privacy_info": {"ads_storage": "Unset", "analytics_storage": None}}) == {}


@pytest.mark.parametrize("state", [None, "", {}, [], "unset", {"ad_storage": None}])
def test_what_says_nothing_tells_nothing(state: Any) -> None:
    event = read({"consent_state": state, "x-sst-system_properties": {"consent": state}})
    assert (event.consent, event.consent_unreadable) == ({}, [])


@pytest.mark.parametrize("state", [5, "perhaps", ["ad_storage"], "{", [["?"]]])
def test_what_cannot_be_read_is_told_as_unreadable(state: Any) -> None:
    event = read({"consent_state": state})
    assert (event.consent, event.consent_unreadable) == ({}, ["consent"])
