"""The rule table: every rule has cases, every case its answer, and no event whatever makes a rule stumble."""

import itertools
import json
import re
from typing import Any

import pycountry
import pytest
from hypothesis import given
from hypothesis import strategies as st

from local.meta.control_api import rule_lines
from local.meta.examples import Example, examples
from local.meta.examples.events import DAY, app, append_value, changed, crm, limited, sha256, store, website, whatsapp
from local.meta.judge import judge_event
from local.meta.rules import EVENT_RULES, Event
from local.meta.rules.currencies import CURRENCIES
from local.meta.rules.kinds import INTEGER, NUMBER, TEXTS, Keys, Kind

NOW = 1_795_000_000
BASES = (website, store, crm, app, whatsapp, append_value, limited)

# The subcodes of meta-capi.md §9.1, written down a second time from there.
SUBCODES = {
    "fbc.format": 2804001,
    "event_time.window": 2804003,
    "event_time.store_window": 2804003,
    "event_time.future": 2804003,
    "purchase.value": 2804009,
    "purchase.currency": 2804010,
    "user_data.identifier": 2804014,
    "user_data.hashed": 2804016,
    "user_data.placeholder": 2804016,
    "user_data.personal_data": 2804017,
    "user_data.baseline": 2804050,
    "messaging.web_parameters": 2804064,
}
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)


@pytest.mark.parametrize("example", examples(NOW), ids=lambda example: example.rule)
def test_an_event_just_within_the_rule_passes_every_rule(example: Example) -> None:
    assert judge_event(example.passes, NOW) is None


@pytest.mark.parametrize("example", examples(NOW), ids=lambda example: example.rule)
def test_an_event_beyond_the_rule_is_refused_for_it_with_its_subcode(example: Example) -> None:
    breach = judge_event(example.refused, NOW, index=3)
    assert breach is not None
    error = breach.as_error("en_US")
    assert (breach.rule.id, error.status, error.code) == (example.rule, 400, 100)
    assert error.subcode == SUBCODES.get(example.rule, 2804019)
    assert error.is_transient is False


@pytest.mark.parametrize("example", examples(NOW), ids=lambda example: example.rule)
@pytest.mark.parametrize("locale", ["en_US", "fr_FR"])
def test_only_2804019_says_where_and_it_says_it_in_every_language(example: Example, locale: str) -> None:
    breach = judge_event(example.refused, NOW, index=3)
    assert breach is not None
    error = breach.as_error(locale)
    where = re.search(r"\$\['data'\]\[(\d+)\]", error.user_msg or "")
    assert (where and where[1]) == ("3" if error.subcode == 2804019 else None)


def test_complaints_differ_between_languages() -> None:
    breach = judge_event(changed(website(NOW), {"event_time": 0}), NOW)
    assert breach is not None
    english, french = breach.as_error("en_US"), breach.as_error("fr_FR")
    assert english.user_title == "Event Timestamp Too Old"
    assert french.user_title != english.user_title
    assert french.user_msg != english.user_msg


def test_every_event_rule_has_an_example_and_every_rule_a_name_of_its_own() -> None:
    assert {example.rule for example in examples(NOW)} == {rule.id for rule in EVENT_RULES}
    ids = [line.id for line in rule_lines()]
    assert len(ids) == len(set(ids))
    assert all(line.says.endswith(".") and line.source.startswith("§") for line in rule_lines())


@pytest.mark.parametrize(
    ("changes", "where"),
    [
        ({"event_name": ""}, "The parameter $['data'][0]['event_name'] is required."),
        ({"custom_data.contents": "x"}, "The parameter $['data'][0]['custom_data']['contents'] must be an array."),
        ({"advertiser_tracking_enabled": 1}, 'Unexpected key "advertiser_tracking_enabled" on param "$[\'data\'][0]".'),
        ({"custom_data.contents.0.id": 1}, "$['data'][0]['custom_data']['contents'][0]['id'] must be a string."),
    ],
)
def test_the_path_is_written_as_in_metas_saved_answers(changes: dict[str, Any], where: str) -> None:
    breach = judge_event(changed(website(NOW), changes), NOW)
    assert breach is not None
    assert where in (breach.as_error("en_US").user_msg or "")


def test_an_event_too_old_and_without_identifiers_is_too_old() -> None:
    agent_only = {"event_time": NOW - 8 * DAY, "user_data": {"client_user_agent": "curl"}}
    breach = judge_event(changed(website(NOW), agent_only), NOW)
    assert breach is not None
    assert breach.rule.id == "event_time.window"


def test_a_purchase_without_value_and_currency_lacks_the_currency_first() -> None:
    event = website(NOW)
    del event["custom_data"]
    breach = judge_event(event, NOW)
    assert breach is not None
    assert breach.rule.id == "purchase.currency"


PUBLISHED = {
    "em": "62a14e44f765419d10fea99367361a727c12365e2520f32218d505ed9aa0f62f",
    "ph": "e323ec626319ca94ee8bff2e4c87cf613be6ea19919ed1364124e16807ab3176",
    "fn": "08e1996b5dd49e62a4b4c010d44e4345592a863bb9f8e3976219bac29417149c",
    "ln": "6627835f988e2c5e50533d491163072d3f4f41f5c8b04630150debb3722ca2dd",
    "ge": "252f10c83610ebca1a059c0bae8255eba2f95be4d1d7bcfa89d7248a82d9f111",
    "db": "01acdbf6ec7b4f478a225f1a246e5d6767eeab1a7ffa17f025265b5b94f40f0c",
    "ct": "350c754ba4d38897693aa077ef43072a859d23f613443133fecbbd90a3512ca5",
    "st": "6959097001d10501ac7d54c0bdb8db61420f658f2922cc26e46d536119a31126",
    "zp": "1794327a4d443904421f5ca1f3d72d0a62ba2f0770d80755ec2220fc0efb052e",
    "country": "79adb2a2fce5c6ba215fe5f27f532d4e7edbac4b6a5e09e1ef3a08084a904621",
    "external_id": "629f4cf9337b0d0c76f305d860f98894cfa8c279516b425747514ca8710deb97",
}
NOTHING = {
    "": "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "null": "74234e98afe7498fb5daf1f36ac2d78acc339464f950703b8c019892f982b90b",
    "test": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
    "undefined": "eb045d78d273107348b0300c01d29b7552d622abbc6faf81b3ec55359aa9950c",
    "none": "140bedbf9c3f6d56a9846d2ba7088798683f4da0c248231336e6a05679e4fdfe",
    "nan": "9b2d5b4678781e53038e91ea5324530a03f27dc1d0e5f6c9bc9d493a23be9de0",
    "n/a": "a683c5c5349f6f7fb903ba8a9e7e55d0ba1b8f03579f95be83f4954c33e81098",
}
PLAIN = {
    "em": "John_Smith@gmail.com",
    "ph": "(650)555-1212",
    "fn": "Mary",
    "ln": "O'Connor",
    "ge": "f",
    "db": "2/16/1997",
    "ct": "São Paulo",
    "st": "CA",
    "zp": "37221-3312",
    "country": "us",
}


def test_the_published_hashes_pass() -> None:
    assert (
        judge_event(changed(website(NOW), {f"user_data.{key}": [value] for key, value in PUBLISHED.items()}), NOW)
        is None
    )


@pytest.mark.parametrize("field", PLAIN)
def test_a_field_in_the_clear_is_refused_and_named(field: str) -> None:
    event = changed(website(NOW), {f"user_data.{key}": value for key, value in PUBLISHED.items()})
    breach = judge_event(changed(event, {f"user_data.{field}": [PUBLISHED[field], PLAIN[field]]}), NOW)
    assert breach is not None
    error = breach.as_error("en_US")
    assert error.subcode == (2804017 if field in ("em", "ph") else 2804016)
    assert f"The {field} parameter" in (error.user_msg or "")


@pytest.mark.parametrize("word", NOTHING)
def test_the_published_hash_of_nothing_is_refused(word: str) -> None:
    assert sha256(word) == NOTHING[word]
    breach = judge_event(changed(website(NOW), {"user_data.ln": f"{NOTHING[word]}.AQQCAQIB"}), NOW)
    assert breach is not None
    assert breach.rule.id == "user_data.placeholder"


@pytest.mark.parametrize(
    "value", [sha256("a") + sha256("b"), sha256("a") + "," + sha256("b"), sha256("a")[:62], f"{sha256('a')}.short"]
)
def test_what_only_looks_like_hashes_when_joined_is_not_one(value: str) -> None:
    breach = judge_event(changed(website(NOW), {"user_data.fn": [value, sha256("c") + "ab"]}), NOW)
    assert breach is not None
    assert breach.rule.id == "user_data.hashed"


BROAD = (
    {"ct", "country", "st", "zp", "ge", "client_user_agent"},
    {"db", "client_user_agent"},
    {"fn", "ge"},
    {"ln", "ge"},
)
WEAK = ("ct", "country", "st", "zp", "ge", "client_user_agent", "db", "fn", "ln")


def test_an_event_is_too_broad_exactly_within_the_four_documented_sets() -> None:
    for size in range(1, len(WEAK) + 1):
        for keys in itertools.combinations(WEAK, size):
            user = {key: "Mozilla/5.0" if key == "client_user_agent" else sha256(key) for key in keys}
            breach = judge_event(changed(crm(NOW), {"user_data": user}), NOW)
            refused = set(keys) == {"client_user_agent"} or any(set(keys) <= broad for broad in BROAD)
            assert (breach is not None) == refused, keys


@given(st.integers(-2 * DAY, 70 * DAY))
def test_the_windows_hold_to_the_second(age: int) -> None:
    event_time = NOW - age
    web = judge_event(changed(website(NOW), {"event_time": event_time}), NOW)
    shop = judge_event(changed(store(NOW), {"event_time": event_time}), NOW)
    assert (web is None) == (-60 <= age <= 7 * DAY)
    assert (shop is None) == (-60 <= age <= 62 * DAY)


def paths(value: object, prefix: str = "") -> list[str]:
    """Every path into a JSON object, dotted."""
    below = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [path for key, inner in below for path in (f"{prefix}{key}", *paths(inner, f"{prefix}{key}."))]


@given(st.sampled_from(BASES), st.data())
def test_a_valid_event_with_one_value_replaced_by_anything_is_judged_without_a_stumble(base: Any, data: Any) -> None:
    event: Event = base(NOW)
    path = data.draw(st.sampled_from(paths(event)))
    breach = judge_event(changed(event, {path: data.draw(JSON)}), NOW)
    assert breach is None or breach.as_error("en_US").status == 400


@given(st.dictionaries(st.sampled_from(["event_name", "user_data", "action_source", "event_time", "x"]), JSON) | JSON)
def test_anything_at_all_is_judged_without_a_stumble(event: Any) -> None:
    breach = judge_event(event, NOW)
    assert breach is None or breach.as_error("fr_FR").code == 100


@given(st.dictionaries(st.sampled_from("abc"), JSON))
def test_the_one_conversion_of_an_object_agrees_with_its_keys_one_by_one(section: dict[str, Any]) -> None:
    kinds = {"a": TEXTS, "b": INTEGER, "c": NUMBER}
    found = Keys(kinds).misfit(section)
    assert (found is None) == all(kinds[key].fits(value) for key, value in section.items())


@pytest.mark.parametrize(
    ("kind", "value"), [(INTEGER, True), (NUMBER, False), (INTEGER, 1.5), (TEXTS, [1]), (TEXTS, 1)]
)
def test_a_boolean_is_no_number_and_an_array_has_the_type_of_its_items(kind: Kind, value: object) -> None:
    assert not kind.fits(value)


def test_the_currencies_are_those_of_iso_4217_one_can_pay_with() -> None:
    known = {currency.alpha_3 for currency in pycountry.currencies}
    not_money = {"XAD", "XAG", "XAU", "XBA", "XBB", "XBC", "XBD", "XDR", "XPD", "XPT", "XSU", "XTS", "XUA", "XXX"}
    assert known - CURRENCIES == not_money
    assert known >= CURRENCIES


def test_the_examples_are_json() -> None:
    for example in examples(NOW):
        assert json.loads(json.dumps([example.passes, example.refused])) == [example.passes, example.refused]
