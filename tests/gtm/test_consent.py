"""What the tag makes of consent: an attribute, and a gate where the client wants one."""

from __future__ import annotations

import itertools
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.examples import examples
from tests.gtm.sandbox import Incoming
from tests.gtm.template_file import ROOT
from tests.gtm.test_tag import EVENT, message, run
from tests.ingest.topic.ga4.test_consent import consent as told_by

VERDICTS = {"allow": "granted", "deny": "denied", "unset": "unset"}


def consent(**signals: Any) -> str:
    text = message(run(Incoming({**EVENT, **signals})))["attributes"]["consent"]
    assert isinstance(text, str)
    return text


def granted_state(**signals: bool) -> dict[str, Any]:
    return {"x-sst-system_properties": {"consent": {"consentGrantedState": signals}}}


@pytest.mark.parametrize(
    ("signals", "verdict"),
    [
        ({}, "unset"),
        ({"x-ga-gcs": "G111"}, "granted"),
        ({"x-ga-gcs": "G110"}, "granted"),
        ({"x-ga-gcs": "G101"}, "denied"),
        ({"x-ga-gcs": "G100"}, "denied"),
        ({"x-ga-gcs": "G1--"}, "unset"),
        ({"x-ga-gcd": "11l1l1l1l1"}, "unset"),
        ({"x-ga-gcd": "13r3r3r3r5l1"}, "granted"),
        ({"x-ga-mp2-gcd": "13r3r3r3r5l1"}, "granted"),
        ({"x-ga-gcd": "13l3l3R3l5l1"}, "unset"),
        ({"x-ga-gcs": "G111", "x-ga-gcd": "13r3r3q3q5l1"}, "denied"),
        ({"consent_state": {"ad_storage": True, "ad_user_data": True}}, "granted"),
        ({"consent_state": {"ad_storage": True, "ad_user_data": False}}, "denied"),
        (granted_state(ad_storage=True, ad_user_data=True), "granted"),
        (granted_state(ad_storage=False, ad_user_data=True), "denied"),
    ],
)
def test_every_signal_is_read(signals: dict[str, Any], verdict: str) -> None:
    assert consent(**signals) == verdict


@pytest.mark.parametrize(("default", "update"), list(itertools.product("lpt", "lmn")))
def test_the_letters_of_gcd_say_default_and_update(default: str, update: str) -> None:
    letter = {"l": "lmn", "p": "pqr", "t": "tuv"}[default]["lmn".index(update)]
    effective = {"m": "denied", "n": "granted"}.get(update) or {"p": "denied", "t": "granted"}.get(default, "unset")
    assert consent(**{"x-ga-gcd": f"13{letter}3l3{letter}3l5l1"}) == effective


def test_a_denial_counts_wherever_it_stands() -> None:
    assert consent(consent_state={"ad_storage": True}, **{"x-ga-gcs": "G100"}) == "denied"
    assert consent(**{"x-ga-gcs": "G111"}, **granted_state(ad_storage=False)) == "denied"
    assert consent(**{"x-ga-gcd": "13q3q3q3q5l1"}, **granted_state(ad_storage=True, ad_user_data=True)) == "denied"
    assert consent(**{"x-ga-gcd": "13r3r3r3r5l1", "x-ga-mp2-gcd": "13q3qPq2q5l1"}) == "denied"


@pytest.mark.parametrize("key", ["consent", "consent_state"])
def test_one_word_is_said_of_every_signal(key: str) -> None:
    assert [consent(**{key: word}) for word in ("DENIED", False, "granted", True)] == ["denied"] * 2 + ["granted"] * 2


WORDS = st.sampled_from(
    [True, False, "GRANTED", "Denied", " yes", "no", "1", "0", 1, 0, "perhaps", "", None, ["granted"]]
)
STATES = st.dictionaries(st.sampled_from(["ad_storage", "ad_user_data", "analytics_storage"]), WORDS)
GCD = st.text("lmnpqrtuvLR", min_size=4, max_size=4).map(
    lambda letters: "1" + "".join(f"3{x}" for x in letters) + "5l1"
)
SYSTEM = st.fixed_dictionaries(
    {}, optional={"gcd": GCD, "consent": st.fixed_dictionaries({"consentGrantedState": STATES})}
)
SIGNALS = st.fixed_dictionaries(
    {},
    optional={
        "consent_state": st.one_of(STATES, WORDS),
        "consent": st.one_of(STATES, WORDS),
        "x-ga-gcs": st.sampled_from(["G111", "G110", "G101", "G100", "G1--", "G1-1", "G222", "1"]),
        "x-ga-gcd": GCD,
        "x-ga-mp2-gcd": GCD,
        "x-sst-system_properties": SYSTEM,
    },
)


@examples(80)
@given(SIGNALS)
def test_the_tag_and_the_pipeline_read_the_same_consent(signals: dict[str, Any]) -> None:
    told = told_by(signals)
    needed = [told.get("ad_storage"), told.get("ad_user_data"), told.get("consent")]
    verdict = "denied" if False in needed else "granted" if True in needed else "unset"
    assert consent(**signals) == verdict


@pytest.mark.parametrize("odd", ["", "G1", 111, None, [], {"ad_storage": "perhaps"}])
@pytest.mark.parametrize("key", ["x-ga-gcs", "x-ga-gcd", "consent_state", "x-sst-system_properties"])
def test_a_signal_that_cannot_be_read_grants_nothing(key: str, odd: Any) -> None:
    assert consent(**{key: odd}) == "unset"


@pytest.mark.parametrize(
    ("gate", "published"),
    [("off", {"granted", "denied", "unset"}), ("notDenied", {"granted", "unset"}), ("granted", {"granted"})],
)
def test_the_gate_holds_back_what_its_field_says(gate: str, published: set[str]) -> None:
    states = {"granted": "G111", "denied": "G100", "unset": "G1--"}
    for state, gcs in states.items():
        done = run(Incoming({**EVENT, "x-ga-gcs": gcs}), fields={"consentGate": gate})
        assert bool(done.requests) == (state in published)
        assert done.ended == ["success"]


SAMPLES = Path(ROOT.parent / "shared" / "samples" / "ga4")


@pytest.mark.parametrize("sample", sorted(SAMPLES.glob("*_sgtm_*.json")), ids=lambda path: path.stem)
def test_the_samples_consent_is_the_tags(sample: Path) -> None:
    case = json.loads(sample.read_text(encoding="utf-8"))
    expected = case["expect"].get("consent")
    if expected and isinstance(case["input"], dict) and "event_name" in case["input"]:
        assert message(run(Incoming(case["input"])))["attributes"]["consent"] == VERDICTS[expected]
