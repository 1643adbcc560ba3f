"""A denial in any spelling, at any door, never leaves."""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.requests import Request as HttpRequest

from handle.consent.policy import ChannelPolicy, ConsentPolicy
from handle.datasets import only_dataset
from handle.step import Handled, Setup, handle
from ingest.collector.browser import read_request
from ingest.maps.field_map import parse
from ingest.maps.folder import Folder, Maps
from ingest.rows.conversion import events as rows_to_events
from ingest.topic.reader import TopicReader
from omnicapi.consent.words import DENIED, NO
from omnicapi.intake.push import PushMessage
from omnicapi.messages import Event, Origin, Outcome
from omnicapi.publishing.publisher import encode
from tests.examples import examples
from tests.omnicapi.consent.test_answers import spelled

NOW = 1_796_063_000
AGENT = "Mozilla/5.0 (X11; Linux x86_64)"
PAGE = "https://shop.example/thanks"
OWN = ChannelPolicy(required=("marketing_ads",), opt_out=("newsletter_opt_out",))
SETUP = Setup(only_dataset("1"), ConsentPolicy(channels={"own": OWN}))

CAPI = {
    "event_name": "Purchase",
    "event_time": NOW,
    "action_source": "website",
    "event_source_url": PAGE,
    "user_data": {"em": "a@mail.example", "client_user_agent": AGENT},
    "custom_data": {"currency": "EUR", "value": 10.5},
}
FLAT = {
    "event_name": "Purchase",
    "event_time": NOW,
    "action_source": "website",
    "event_source_url": PAGE,
    "em": "a@mail.example",
    "client_user_agent": AGENT,
    "currency": "EUR",
    "value": 10.5,
}
GOOGLES = {
    "event_name": "purchase",
    "client_id": "1234567890.1795000000",
    "page_location": PAGE,
    "user_agent": AGENT,
    "user_data": {"email_address": "a@mail.example"},
    "x-sst-system_properties": {"request_start_time_ms": NOW * 1000},
    "transaction_id": "T1",
    "currency": "EUR",
    "value": 10.5,
}
EXPORTED = {
    "event_name": "purchase",
    "event_timestamp": str(NOW * 1_000_000),
    "user_pseudo_id": "1.2",
    "user_id": "U1",
    "ecommerce": {"transaction_id": "T1", "purchase_revenue": 10.5},
}
CURRENCY = {"key": "currency", "value": {"string_value": "EUR"}}
MAP = {
    "columns": {"EVENT_TIME": "when", "EMAIL": "mail", "VALUE": "total"},
    "defaults": {"EVENT_NAME": "Purchase", "ACTION_SOURCE": "phone_call", "CURRENCY": "EUR"},
}
ROW = {"when": str(NOW), "mail": "a@mail.example", "total": "10.50"}

Said = dict[str, Any]
Door = Callable[[Said], dict[str, Any]]


def inside(item: dict[str, Any], key: str) -> Door:
    return lambda said: {**item, key: {**item.get(key, {}), **said}}


DOORS: dict[str, Door] = {
    "capi": lambda said: {**CAPI, **said},
    "capi user_data": inside(CAPI, "user_data"),
    "capi custom_data": inside(CAPI, "custom_data"),
    "capi properties": inside(CAPI, "properties"),
    "capi request": lambda said: {"data": [{**CAPI, **said}]},
    "flat": lambda said: {**FLAT, **said},
    "flat properties": inside(FLAT, "properties"),
    "sgtm": lambda said: {**GOOGLES, **said},
    "sgtm user_data": inside(GOOGLES, "user_data"),
    "sgtm user_properties": inside(GOOGLES, "user_properties"),
    "sgtm custom_properties": inside(GOOGLES, "custom_properties"),
    "envelope's event": lambda said: {"schema": "sgtm-event/1", "event": {**GOOGLES, **said}},
    "envelope": lambda said: {"schema": "sgtm-event/1", "event": GOOGLES, **said},
    "measurement protocol": lambda said: {
        "client_id": "1.2",
        "user_id": "U1",
        **said,
        "events": [{"name": "purchase", "params": {"currency": "EUR", "value": 1}}],
    },
    "measurement protocol's parameters": lambda said: {
        "client_id": "1.2",
        "user_id": "U1",
        "consent": {"ad_user_data": "GRANTED"},
        "events": [{"name": "purchase", "params": {"currency": "EUR", "value": 1, **said}}],
    },
    "export": lambda said: {**EXPORTED, "event_params": [CURRENCY], **said},
    "mapped": lambda said: {**ROW, **said},
    "mapped, nested": lambda said: {**ROW, "contact": {"wishes": said}},
}

READER = TopicReader(Maps(Folder(Path(__file__).parents[1] / "maps")))


class OnlyMap(Maps):
    """The map of one channel, which names keys."""

    def __init__(self) -> None:
        super().__init__(Folder(Path(__file__).parents[1] / "maps"))
        self._own = parse("crm", json.dumps(MAP).encode())

    def channels(self) -> frozenset[str]:
        return frozenset({"crm"})

    def get(self, channel: str) -> Any:
        return self._own


MAPPED = TopicReader(OnlyMap())


def come(door: str, said: Said) -> list[Event | Outcome]:
    mapped = door.startswith("mapped")
    data = json.dumps(DOORS[door](said)).encode()
    message = PushMessage(data, {"channel": "crm"} if mapped else {}, message_id="1", publish_ms=NOW * 1000)
    return list((MAPPED if mapped else READER).events(message, NOW * 1000))


def handled(found: list[Event | Outcome], channel: str = "") -> Handled:
    events = [one for one in found if isinstance(one, Event)]
    assert len(events) == len(found) == 1, found
    if channel:
        events[0].channel = channel
    return handle(events, SETUP, NOW)


def of_a_row(said: Said) -> list[Event | Outcome]:
    row = ROW | {name: str(value) for name, value in said.items()}
    text = ";".join(row) + "\n" + ";".join(row.values()) + "\n"
    map_ = parse("crm", json.dumps(MAP).encode())
    # With a mark: of one word alone, "нi" say, nobody can tell whether it is UTF-8.
    return list(rows_to_events(io.BytesIO(text.encode("utf-8-sig")), map_, Origin(object="a.csv"), 0))


WORDS = st.sampled_from([*NO.split(), *DENIED.split()])
WRITTEN = st.tuples(WORDS, st.sampled_from(["{}", " {} ", "{}!", "{}."])).map(lambda both: both[1].format(both[0]))
DENIALS = st.one_of(st.sampled_from([False, 0, 0.0]), WRITTEN, WRITTEN.map(str.upper), WRITTEN.map(str.title))
SIGNALS = st.sampled_from(["ad_storage", "ad_user_data", "consent", "consent_state", "has_consent"])
NAMES = st.builds(spelled, SIGNALS, st.integers(0, 6))
FLAT_SAID = st.builds(lambda name, value: {name: value}, NAMES, DENIALS)
ENCODED = st.sampled_from(
    [
        *({"gcs": value} for value in ("G100", "G101", "G1")),
        *({"gcd": value} for value in ("13q3qPq2q5l1", "13r3r3q2q5l1", "13m3l3l3l5", "13")),
        {"tc_string": "CPXxRfAPXxRfAAfKABENB-CgAAAAAAAAAAYgAAAAAAAA"},
        {"tcf": "unreadable"},
    ]
)
IN_CONSENT = st.one_of(
    FLAT_SAID,
    FLAT_SAID.map(json.dumps),
    FLAT_SAID.map(lambda said: [said]),
    DENIALS.map(lambda value: {"status": value}),
    st.just({"denied": ["ad_user_data"]}),
    st.sampled_from(["perhaps", 7, ["ad_storage"], "{", {"ad_user_data": "?"}, {"ad_storage": {"x": 1}}]),
)
SAID = st.one_of(FLAT_SAID, ENCODED, IN_CONSENT.map(lambda value: {"consent": value}))


@pytest.mark.parametrize("door", DOORS)
@examples(25)
@given(said=SAID)
def test_a_denial_never_leaves(door: str, said: Said) -> None:
    done = handled(come(door, said))
    assert not done.signals
    assert {outcome.reason for outcome in done.outcomes} <= {"consent_denied", "consent_unreadable"}


@given(said=FLAT_SAID | ENCODED)
def test_a_denial_in_a_column_that_the_map_does_not_name_never_leaves(said: Said) -> None:
    done = handled(of_a_row(said))
    assert not done.signals
    assert {outcome.reason for outcome in done.outcomes} <= {"consent_denied", "consent_unreadable"}


@pytest.mark.parametrize("door", [*DOORS, "row"])
@pytest.mark.parametrize(
    "said",
    [{}, {"consent": "granted"}, {"AdUserData": "Sim", "ad_storage": 1}, {"consent_state": ""}, {"usprivacy": "1YNN"}],
)
def test_a_grant_and_silence_leave_without_a_word_of_consent(door: str, said: Said) -> None:
    done = handled(of_a_row(said) if door == "row" else come(door, said))
    assert [outcome.message for outcome in done.outcomes] == []
    [signal] = done.signals
    assert not any(name in encode(signal).decode() for name in said)


OWN_DENIED = st.one_of(
    st.builds(lambda how, value: {spelled("marketing_ads", how): value}, st.integers(0, 6), DENIALS),
    st.builds(
        lambda how, value: {"marketing_ads": True, spelled("newsletter_opt_out", how): value},
        st.integers(0, 6),
        st.sampled_from([True, "yes", "ja", 1, "1", "2026-01-01", {"since": 2020}, "x", *DENIED.split()]),
    ),
)


@pytest.mark.parametrize("door", DOORS)
@examples(25)
@given(said=OWN_DENIED, beneath=st.booleans())
def test_a_signal_that_only_the_policy_knows_never_leaves_denied(door: str, said: Said, beneath: bool) -> None:
    done = handled(come(door, {"consent": said} if beneath else said), "own")
    assert not done.signals
    assert {one.reason for one in done.outcomes} <= {"consent_denied", "consent_unreadable", "opted_out"}


@pytest.mark.parametrize("door", DOORS)
def test_a_signal_that_only_the_policy_knows_lets_leave_who_granted_it(door: str) -> None:
    strict = ConsentPolicy(default=ChannelPolicy(required=("marketing_ads",), unknown="deny"))
    [event] = come(door, {"marketingAds": "yes"})
    assert isinstance(event, Event)
    done = handle([event], Setup(only_dataset("1"), strict), NOW)
    assert len(done.signals) == 1
    assert "marketing" not in encode(done.signals[0]).decode().lower()


@pytest.mark.parametrize("header", [None, "0", "1"])
def test_the_browsers_own_signal_limits_data_use(header: str | None) -> None:
    [event] = come("capi", {})
    assert isinstance(event, Event)
    said = [("user-agent", AGENT), ("x-forwarded-for", "93.184.216.34"), *([("sec-gpc", header)] if header else [])]
    headers = [(name.encode(), value.encode()) for name, value in said]
    read_request(HttpRequest({"type": "http", "headers": headers}), 1).complete(event)
    [signal] = handle([event], SETUP, NOW).signals
    assert signal.event.data_processing_options == (["LDU"] if header == "1" else None)


def test_a_map_that_counts_columns_heeds_a_column_about_consent_too() -> None:
    counted = MAP | {"columns": {"EVENT_TIME": 0, "EMAIL": 1, "VALUE": 2}}
    text = f"when;mail;total;Ad.User.Data\n{NOW};a@mail.example;10.50;denied\n{NOW};b@mail.example;10.50;\n"
    found = [one for one in rows(text, parse("crm", json.dumps(counted).encode())) if isinstance(one, Event)]
    done = handle(found, SETUP, NOW)
    assert ([one.reason for one in done.outcomes], len(done.signals)) == (["consent_denied"], 1)


def test_an_unreadable_consent_column_of_a_map_refuses_its_row() -> None:
    named = MAP | {"consent": {"marketing": "agreed"}}
    text = f"when;mail;total;agreed\n{NOW};a@mail.example;10.50;perhaps\n{NOW};b@mail.example;10.50;unset\n"
    map_ = parse("crm", json.dumps(named).encode())
    refused, event = rows(text, map_)
    assert isinstance(refused, Outcome)
    assert (refused.reason, refused.field) == ("boolean_unreadable", "consent.marketing")
    assert isinstance(event, Event)
    assert event.consent == {}


def rows(text: str, map_: Any) -> Iterator[Event | Outcome]:
    return rows_to_events(io.BytesIO(text.encode()), map_, Origin(object="a.csv"), 0)
