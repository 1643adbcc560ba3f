"""What holds for every event, however odd."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from decimal import Decimal
from typing import Any

import msgspec
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from handle.consent.opt_out_list import OptOutList
from handle.datasets import only_dataset
from handle.rules import first_broken
from handle.step import Handled, Setup, handle
from omnicapi.messages import Content, CustomData, CustomerInformation, Event, Origin
from omnicapi.publishing.publisher import encode
from tests.cases.server_events import AGENT, NOW
from tests.handle.events import events

SETUP = Setup(only_dataset("42"))
HASHED = ("em", "ph", "fn", "ln", "ge", "db", "ct", "st", "zp", "country", "external_id")
is_hash = re.compile(r"[0-9a-f]{64}(\.([A-Za-z0-9_-]{8}|A[Qgw]|B[AQg]))?").fullmatch
many = settings(suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])


def sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def written(handled: Handled) -> str:
    return b"\n".join(map(encode, (*handled.signals, *handled.outcomes))).decode()


@many
@given(events)
def test_every_event_ends_in_one_signal_or_one_outcome(event: Event) -> None:
    handled = handle([event], SETUP, NOW)
    assert len(handled.signals) + len(handled.outcomes) == 1
    for outcome in handled.outcomes:
        assert outcome.reason
        assert outcome.message


@many
@given(st.lists(events, max_size=4))
def test_what_becomes_of_an_event_does_not_depend_on_the_others(together: list[Event]) -> None:
    alone = [handle([event], SETUP, NOW) for event in together]
    handled = handle(together, SETUP, NOW)
    assert list(map(encode, handled.signals)) == [encode(signal) for one in alone for signal in one.signals]
    assert list(map(encode, handled.outcomes)) == [encode(outcome) for one in alone for outcome in one.outcomes]
    assert handled.added == sum((one.added for one in alone), Counter())


@many
@given(events)
def test_the_event_is_not_changed_and_the_same_event_has_the_same_end(event: Event) -> None:
    before = encode(event)
    first = handle([event], SETUP, NOW)
    assert encode(event) == before
    assert written(handle([event], SETUP, NOW)) == written(first)


@many
@given(events)
def test_every_signal_keeps_every_rule_those_the_step_does_not_ask_included(event: Event) -> None:
    for signal in handle([event], SETUP, NOW).signals:
        assert first_broken(signal.event, NOW) is None


@many
@given(events)
def test_every_hashed_field_of_a_signal_holds_hashes(event: Event) -> None:
    for signal in handle([event], SETUP, NOW).signals:
        for field in HASHED:
            values = getattr(signal.event.user_data, field)
            assert all(map(is_hash, values))
            assert len(set(values)) == len(values)


@many
@given(events)
def test_a_signal_says_nothing_empty(event: Event) -> None:
    for signal in handle([event], SETUP, NOW).signals:
        made = msgspec.json.decode(encode(signal.event))
        sections: list[dict[str, Any]] = [made, made["user_data"], made.get("custom_data", {})]
        for section in sections:
            for key, value in section.items():
                assert value not in (None, "", {})
                assert value != [] or key == "data_processing_options"


@many
@given(events)
def test_warnings_name_fields_and_reasons_and_never_a_value(event: Event) -> None:
    handled = handle([event], SETUP, NOW)
    told = [signal.warnings for signal in handled.signals] + [outcome.warnings for outcome in handled.outcomes]
    for warning in [warning for warnings in told for warning in warnings]:
        field, _, reason = warning.rpartition(":")
        assert re.fullmatch(r"[a-z0-9_]+", reason)
        assert re.fullmatch(r"(user_data|custom_data|app_data)(\[\d+\])?\..+|[a-z_]+(\[\d+\])?(\..+)?", field)
        assert "@" not in warning


identifiers = {
    "em": "zq.jane.doe@example.com",
    "ph": "+1 650 555 1212",
    "fn": "Zqjane",
    "ln": "Zqdoe",
    "db": "1987-06-05",
    "external_id": "ZQ-MEMBER-0042",
}


def leaky(place: str) -> Event:
    """Make an event of a person whose identifiers stand in wrong places as well."""
    mail, phone = identifiers["em"], identifiers["ph"]
    wrong: dict[str, Any] = {
        "event_id": {"event_id": f"{mail}/1"},
        "event_name": {"event_name": f"Purchase {mail}"},
        "page": {"event_source_url": f"https://shop.example.com/u/{mail}?m={mail}&e={mail.replace('@', '%40')}#{mail}"},
        "referrer": {"referrer_url": f"https://shop.example.com/?m={mail}"},
        "order": {"custom_data": CustomData(value=Decimal(1), currency="EUR", order_id=mail, search_string=mail)},
        "properties": {
            "custom_data": CustomData(
                value=Decimal(1),
                currency="EUR",
                properties={"email": mail, "deep": {"a": [mail, {"b": phone}]}, "call": phone, mail: 1},
                contents=[Content(id=mail), Content(id="a", title=mail, properties={"for": mail})],
                store_data={"store_page_id": mail},
            )
        },
        "nowhere": {},
    }
    fields: dict[str, Any] = {
        "event_id": "order-1",
        "event_name": "Purchase",
        "event_time": NOW,
        "channel": "web",
        "action_source": "website",
        "origin": Origin(message_id="1"),
        "event_source_url": "https://shop.example.com/",
        "user_data": msgspec.convert(
            {**{field: [value] for field, value in identifiers.items()}, "client_user_agent": AGENT},
            CustomerInformation,
        ),
        "custom_data": CustomData(value=Decimal(1), currency="EUR"),
    }
    return Event(**{**fields, **wrong[place]})


places = st.sampled_from(["event_id", "event_name", "page", "referrer", "order", "properties", "nowhere"])
offsets = st.sampled_from([0, 8 * 86_400, -4000])


@given(places, offsets, st.dictionaries(st.just("ad_storage"), st.booleans()))
def test_no_raw_identifier_is_ever_written(place: str, offset: int, consent: dict[str, bool]) -> None:
    event = msgspec.structs.replace(leaky(place), event_time=NOW - offset, consent=consent)
    text = written(handle([event], SETUP, NOW))
    for value in identifiers.values():
        assert value not in text
    assert "%40example" not in text


@given(places, st.sampled_from(["em", "ph", "external_id", "fbp", "madid"]), st.booleans())
def test_nobody_on_the_opt_out_list_is_ever_written_about(place: str, listed: str, arrives_hashed: bool) -> None:
    hashes = {
        "em": sha256("zq.jane.doe@example.com"),
        "ph": sha256("16505551212"),
        "external_id": sha256("zq-member-0042"),
        "fbp": sha256("fb.1.1596403881668.1116446470"),
        "madid": sha256("38400000-8cf0-11bd-b23e-10b96e40000d"),
    }
    event = leaky(place)
    event.user_data.fbp = "fb.1.1596403881668.1116446470.AQIDAQMC"
    event.user_data.madid = "38400000-8cf0-11bd-b23e-10b96e40000d"
    if arrives_hashed and listed in ("em", "ph", "external_id"):
        setattr(event.user_data, listed, [f"{hashes[listed].upper()}.AQQCAQIB"])
    setup = Setup(only_dataset("42"), opt_out_list=OptOutList([hashes[listed]]))
    handled = handle([event], setup, NOW)
    assert handled.signals == []
    assert [outcome.reason for outcome in handled.outcomes] == ["opted_out"]
    text = written(handled)
    for secret in (*identifiers.values(), *hashes.values(), "1116446470", "38400000"):
        assert secret not in text


@many
@given(events)
def test_whoever_is_listed_is_dropped_whatever_else_the_event_says(event: Event) -> None:
    signals = handle([event], SETUP, NOW).signals
    for signal in signals:
        user = signal.event.user_data
        for hash_ in (*user.em, *user.ph, *user.external_id):
            setup = Setup(only_dataset("42"), opt_out_list=OptOutList([hash_[:64]]))
            handled = handle([event], setup, NOW)
            assert handled.signals == []
            assert hash_[:64] not in written(handled)
