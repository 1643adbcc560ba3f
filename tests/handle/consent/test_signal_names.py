from __future__ import annotations

import json

import pytest

from handle.consent.policy import ChannelPolicy, LimitedDataUsePolicy, read_policy
from handle.consent.signal_names import why_not_a_signal
from omnicapi.errors import BadSettings


@pytest.mark.parametrize("name", ["marketing", "Kein Verkauf", "doNotSell", "consent", "согласие", "C0004"])
def test_any_other_name_is_a_signal(name: str) -> None:
    assert why_not_a_signal(name) is None


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("email", "is a field of the event"),
        ("Event Name", "is a field of the event"),
        ("opt_out", "is a field of the event"),
        ("user_data", "is a field of the event"),
        ("dataProcessingOptions", "is a field of the event"),
        ("store_code", "is a field of the event"),
        (" ", "is no name of a key"),
        ("--", "is no name of a key"),
        ("user_data.consent", "is no name of a key"),
        ("a" * 101, "is no name of a key"),
        ("x-ga-gcs", "name ad_storage and analytics_storage"),
        ("tcString", "name ad_storage, ad_user_data and ad_personalization"),
        ("granted", "is no signal among what is said of consent"),
        ("wait_for_update", "is no signal among what is said of consent"),
    ],
)
def test_a_name_that_no_source_can_use_is_none(name: str, why: str) -> None:
    assert why in str(why_not_a_signal(name))


@pytest.mark.parametrize("place", ["required", "respected", "opt_out", "limited_data_use"])
def test_a_policy_that_names_such_a_signal_cannot_be_used(place: str) -> None:
    signals = {"signals": ["email"]} if place == "limited_data_use" else ["email"]
    with pytest.raises(BadSettings, match=r"'email'.*is a field of the event"):
        read_policy(json.dumps({"channels": {"crm": {place: signals}}}).encode(), "consent.json")


def test_known_signals_have_their_usual_names_in_a_policy() -> None:
    policy = ChannelPolicy(required=("adStorage", "marketing"), limited_data_use=LimitedDataUsePolicy(("doNotSell",)))
    assert policy.required == ("ad_storage", "marketing")
    assert policy.limited_data_use is not None
    assert policy.limited_data_use.signals == ("do_not_sell",)
    assert policy.own == {"marketing": "marketing"}


def test_the_default_policy_has_no_signals_of_its_own() -> None:
    assert ChannelPolicy().own == {}
