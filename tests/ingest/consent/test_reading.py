from typing import Any

import pytest

from ingest.consent.reading import DEPTH, flags, is_known, take, without_consent
from ingest.consent.signals import MOST_SIGNALS, ConsentSignals
from ingest.events.consent_filling import MOST_UNKNOWN, fill_consent, fill_from_properties, fill_unknown, together
from omnicapi.messages import Event, Origin

WHOLE_DENIED: tuple[dict[str, bool], list[str]] = ({"consent": False}, [])
WHOLE_GRANTED: tuple[dict[str, bool], list[str]] = ({"consent": True}, [])
UNREADABLE: tuple[dict[str, bool], list[str]] = ({}, ["consent"])


def told(value: Any, name: str = "consent") -> tuple[dict[str, bool], list[str]]:
    found = ConsentSignals()
    take(name, value, found)
    return found.signals, found.unreadable


def event() -> Event:
    return Event(event_id="1", event_name="Lead", event_time=0, channel="web", action_source="app", origin=Origin())


@pytest.mark.parametrize("value", ["denied", False, 0, "no", ["denied"], '"denied"', {"status": "denied"}, "[false]"])
def test_a_denial_of_consent_is_one_of_all_signals(value: Any) -> None:
    assert told(value) == WHOLE_DENIED


@pytest.mark.parametrize("value", ["granted", True, 1, ["yes"], {"state": "granted"}, {"granted": True}])
def test_a_grant_of_consent_is_one_of_all_signals(value: Any) -> None:
    assert told(value) == WHOLE_GRANTED


@pytest.mark.parametrize("value", [{"denied": True}, {"revoked": "yes"}, {"granted": False}, ["granted", "denied"]])
def test_a_denial_may_be_said_the_other_way_round(value: Any) -> None:
    assert told(value) == WHOLE_DENIED


@pytest.mark.parametrize("value", [2, "perhaps", ["ad_storage"], "{", {"status": "?"}, {"denied": "perhaps"}, "G100"])
def test_what_cannot_be_read_of_consent_is_unreadable(value: Any) -> None:
    assert told(value) == UNREADABLE


@pytest.mark.parametrize("value", [None, "", {}, [], "{}", "unset", {"denied": False}, {"wait_for_update": 500}])
def test_what_says_nothing_of_consent_tells_nothing(value: Any) -> None:
    assert told(value) == ({}, [])


@pytest.mark.parametrize(
    "value",
    [
        {"adUserData": "DENIED"},
        {"ad-user-data": False},
        [{"AD_USER_DATA": "nein"}],
        '{"ad_user_data": "denied"}',
        {"denied": ["ad_user_data"]},
        {"purposes": {"ads": {"ad_user_data": 0}}},
        {"consent": {"ad_user_data": "denied"}},
        {"default": {"ad_user_data": "granted"}, "update": {"ad_user_data": "denied"}},
    ],
)
def test_a_signal_is_found_in_any_shape(value: Any) -> None:
    assert told(value)[0] == {"ad_user_data": False}


def test_an_update_of_consent_mode_takes_the_place_of_its_default() -> None:
    state = {"default": {"ad_storage": "denied", "ad_user_data": "denied"}, "update": {"ad_storage": "granted"}}
    assert told(state) == ({"ad_storage": True, "ad_user_data": False}, [])


def test_a_signal_whose_value_is_no_word_is_unreadable() -> None:
    assert told({"ad_user_data": {"status": "granted"}}) == ({}, ["ad_user_data"])
    assert told({"granted": ["ad_storage"], "ad_user_data": "?"}) == ({"ad_storage": True}, ["ad_user_data"])


def test_what_lies_too_deep_is_unreadable() -> None:
    value: Any = "granted"
    for _ in range(DEPTH):
        value = [value]
    assert told(value) == UNREADABLE
    assert told(value[0]) == WHOLE_GRANTED


@pytest.mark.parametrize(("signal", "both"), [("ad_storage", False), ("do_not_sell", True), ("consent", False)])
def test_where_two_places_contradict_each_other_the_denial_counts(signal: str, both: bool) -> None:
    for order in ((True, False), (False, True)):
        found = ConsentSignals()
        for said in order:
            found.set(signal, said)
        assert (found.signals, found.unreadable) == ({signal: both}, [])


def test_a_contradicted_signal_of_the_clients_own_is_unreadable_too() -> None:
    found = ConsentSignals()
    found.set("newsletter", True)
    found.set("newsletter", False)
    assert (found.signals, found.unreadable) == ({"newsletter": False}, ["newsletter"])


def test_granted_and_denied_say_nothing_certain_of_an_opt_out() -> None:
    assert told("denied", "do_not_sell") == ({}, ["do_not_sell"])
    assert told("granted", "doNotSell") == ({}, ["do_not_sell"])
    assert told("yes", "doNotSell") == ({"do_not_sell": True}, [])


def test_a_key_known_for_a_refusal_denies() -> None:
    assert is_known("consentRevoked")
    assert told(True, "consentRevoked") == WHOLE_DENIED
    assert told("later", "consent_withdrawn") == UNREADABLE


def test_keys_of_a_messages_paths_are_read_inside_what_is_about_consent() -> None:
    made = event()
    fill_consent(made, {"contact.consent.status": "no", "user_data.adStorage": "granted", "marketing": True})
    assert made.consent == {"consent": False, "ad_storage": True, "marketing": True}


def test_a_key_that_is_no_field_is_kept_as_what_it_would_say() -> None:
    made = event()
    fill_unknown(made, {"no_mail": "yes", "note": "a b", "empty": "", "context": {"optin": 0, "gpc": 1}})
    assert made.unknown_keys == {"no_mail": True, "note": None, "context": None, "optin": False}
    assert made.consent == {"gpc": True, "do_not_sell": True}


def test_a_key_that_says_two_things_says_neither() -> None:
    made = event()
    fill_unknown(made, {"optin": True, "context": {"optin": False}})
    assert made.unknown_keys["optin"] is None


def test_of_too_many_unknown_keys_nobody_can_say_that_none_is_a_denial() -> None:
    made = event()
    fill_unknown(made, {f"key{number}": True for number in range(MOST_UNKNOWN)})
    assert (len(made.unknown_keys), made.consent_unreadable) == (1000, [])
    fill_unknown(made, {"one": True})
    assert (len(made.unknown_keys), made.consent_unreadable) == (1000, ["consent"])


def test_so_many_signals_are_told_of_and_with_more_consent_is_unreadable() -> None:
    found = ConsentSignals()
    for number in range(MOST_SIGNALS + 1):
        found.set(f"a{number}", True)
        found.mark_unreadable(f"b{number}")
    assert (len(found.signals), len(found.unreadable)) == (1000, 1000)
    assert "consent" in found.unreadable
    assert told({"a" * 101: "denied"}) == ({}, [])


def test_dots_may_be_part_of_a_name() -> None:
    made = event()
    fill_consent(made, {"Ad.Storage": "no", "list.of.wishes.ad_user_data": "no"})
    assert made.consent == {"ad_storage": False, "ad_user_data": False}


def test_lists_and_json_in_texts_are_looked_into() -> None:
    made = event()
    fill_unknown(made, {"wishes": [{"gcs": "G100"}], "context": '{"consent": "denied", "optin": 1}'})
    assert made.consent == {"ad_storage": False, "analytics_storage": False, "consent": False}
    assert made.unknown_keys["optin"] is True
    assert without_consent([{"consent": 1, "a": [{"gpc": 1, "b": 2}]}]) == [{"a": [{"b": 2}]}]


def test_a_value_of_lists_in_lists_is_unreadable() -> None:
    assert told({"ad_storage": [["granted"]]}) == ({}, ["ad_storage"])


def test_a_name_no_signal_can_have_is_not_kept() -> None:
    assert dict(flags("a" * 101, True)) == {}
    assert dict(flags("consent", True)) == {}


def test_consent_does_not_leave_among_properties() -> None:
    made = event()
    made.custom_data.properties = {"colour": "red", "crm": {"gcs": "G100", "id": 1}, "usprivacy": "1YNN"}
    fill_from_properties(made)
    assert made.custom_data.properties == {"colour": "red", "crm": {"id": 1}}
    assert made.consent == {"ad_storage": False, "analytics_storage": False}
    assert without_consent({"a": {"b": {"consent": 1, "c": 2}}}) == {"a": {"b": {"c": 2}}}


def test_rows_of_one_order_deny_together() -> None:
    rows = [event(), event(), event()]
    rows[0].consent = {"marketing": True, "do_not_sell": False}
    rows[1].consent = {"marketing": False, "do_not_sell": True}
    rows[2].consent_unreadable, rows[2].unknown_keys = ["ad_storage"], {"optin": True}
    made = event()
    together(rows, made)
    assert made.consent == {"marketing": False, "do_not_sell": True}
    assert (made.consent_unreadable, made.unknown_keys) == (["marketing", "ad_storage"], {"optin": True})
