from __future__ import annotations

from typing import Any

import pytest
from msgspec.structs import replace

from handle.consent.own_signals import DEPTH, with_own_signals
from omnicapi.messages import CustomData, Event, Origin

OWN = {"newsletteroptout": "newsletter_opt_out", "marketing": "marketing"}
EVENT = Event(event_id="1", event_name="Lead", event_time=0, channel="crm", action_source="app", origin=Origin())


def seen(**changes: Any) -> tuple[dict[str, bool], list[str]]:
    made = with_own_signals(replace(EVENT, **changes), OWN)
    return made.consent, made.consent_unreadable


def properties(**values: Any) -> CustomData:
    return CustomData(properties=values)


@pytest.mark.parametrize(
    "changes",
    [
        {"consent": {"newsletterOptOut": True}},
        {"unknown_keys": {"Newsletter Opt-Out": True}},
        {"custom_data": properties(NEWSLETTER_OPTOUT="ja")},
        {"custom_data": properties(crm={"newsletter-opt-out": 1})},
    ],
)
def test_a_signal_is_found_wherever_it_stands_and_however_it_is_spelled(changes: dict[str, Any]) -> None:
    consent, unreadable = seen(**changes)
    assert (consent["newsletter_opt_out"], unreadable) == (True, [])


@pytest.mark.parametrize(
    "changes",
    [
        {"consent_unreadable": ["newsletterOptOut"]},
        {"unknown_keys": {"newsletter_opt_out": None}},
        {"custom_data": properties(newsletter_opt_out={"since": 2020})},
        {"unknown_keys": {"newsletter_opt_out": True}, "consent": {"newsletter_opt_out": False}},
    ],
)
def test_one_that_cannot_be_read_or_contradicts_itself_is_unreadable(changes: dict[str, Any]) -> None:
    assert "newsletter_opt_out" in seen(**changes)[1]


def test_signals_are_taken_out_of_the_properties_and_nothing_else_is() -> None:
    event = replace(EVENT, custom_data=properties(marketing="no", colour="red", crm={"Marketing": 0, "id": 7}))
    made = with_own_signals(event, OWN)
    assert made.custom_data.properties == {"colour": "red", "crm": {"id": 7}}
    assert made.consent == {"marketing": False}
    assert event.custom_data.properties["marketing"] == "no"


def test_a_property_that_says_nothing_is_taken_out_too() -> None:
    made = with_own_signals(replace(EVENT, custom_data=properties(marketing="", colour="red")), OWN)
    assert made.custom_data.properties == {"colour": "red"}
    assert (made.consent, made.consent_unreadable) == ({}, [])


def test_a_signal_is_no_unknown_field() -> None:
    warnings = [
        *("user_data.marketing:unknown_field", "a.b.marketing:unknown_field", "a:b.marketing:unknown_field"),
        *("colour:unknown_field", "marketing:other"),
    ]
    made = with_own_signals(replace(EVENT, unknown_keys={"marketing": True}, warnings=warnings), OWN)
    assert made.warnings == ["colour:unknown_field", "marketing:other"]


def test_objects_are_looked_into_so_far() -> None:
    nested: dict[str, Any] = {"marketing": False}
    for _ in range(DEPTH - 1):
        nested = {"in": nested}
    assert seen(custom_data=properties(**nested))[0] == {"marketing": False}
    assert seen(custom_data=properties(out=nested))[0] == {}
    assert "marketing" not in str(with_own_signals(replace(EVENT, custom_data=properties(**nested)), OWN).custom_data)
    deeper = replace(EVENT, consent={"marketing": True}, custom_data=properties(out=nested))
    assert with_own_signals(deeper, OWN).custom_data.properties == {"out": nested}


def test_an_event_that_says_nothing_of_them_is_the_same() -> None:
    event = replace(EVENT, consent={"ad_storage": True}, custom_data=properties(colour="red"))
    assert with_own_signals(event, OWN) is event
