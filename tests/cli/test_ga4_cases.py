"""GA4's events from the message as published to customer information as Meta takes it, case by case.

A case says what a message must become: ``tests/cases/ga4``, and the captured samples where they are at hand, which have
the same form.
"""

import base64
import hashlib
import io
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

import msgspec
import pytest

from handle.consent.policy import ChannelPolicy
from handle.datasets import only_dataset
from handle.step import Setup, handle
from ingest.maps.folder import Folder, Maps
from ingest.preview import from_messages
from omnicapi.messages import Event, Outcome
from omnicapi.server_event import UserData

ROOT = Path(__file__).parents[2]
NOW = 1_795_438_800
Case = dict[str, Any]

REASONS = {
    "empty": {"item_not_object"},
    "more than one shape": {"shape_ambiguous"},
    "no event_name": {"shape_unknown"},
    "event_name": {"event_name_missing"},
    "event_time": {"event_time_unreadable"},
    "no currency": {"currency_missing"},
    "no user agent": {"client_user_agent_missing"},
    "no user_data parameter that Meta accepts": {"no_identifier"},
    "no user_data": {"no_identifier"},
}
"""What the cases call a refusal, and the codes that outcomes carry for it."""


def cases() -> Iterator[Any]:
    for folder in (ROOT / "tests" / "cases" / "ga4", ROOT.parent / "shared" / "samples" / "ga4"):
        for file in sorted(folder.glob("*.json")):
            content = json.loads(file.read_text(encoding="utf-8"))
            for case in content if isinstance(content, list) else [content]:
                if "expect" in case:
                    yield pytest.param(case, id=case["id"])


@pytest.fixture(scope="module")
def all_kept(tmp_path_factory: pytest.TempPathFactory) -> Maps:
    """Maps whose tables drop no event, so that it can be seen what a dropped one says."""
    folder = tmp_path_factory.mktemp("maps")
    tables = json.loads((ROOT / "maps" / "ga4.json").read_text(encoding="utf-8"))
    tables["events"] = {name: meta for name, meta in tables["events"].items() if meta is not None}
    (folder / "ga4.json").write_text(json.dumps(tables), encoding="utf-8")
    return Maps(Folder(folder))


@pytest.fixture(scope="module")
def maps() -> Maps:
    return Maps(Folder(ROOT / "maps"))


def read(case: Case, maps: Maps) -> list[Event | Outcome]:
    message = case["input"]
    if "attributes" in case:
        data = base64.b64encode(json.dumps(message).encode()).decode()
        message = {"message": {"data": data, "attributes": case["attributes"], "messageId": "1"}, "subscription": "s"}
    return list(from_messages(io.BytesIO(json.dumps(message, indent=1).encode()), maps, received_ms=NOW * 1000))


def user_of(event: Event) -> UserData:
    """The event's customer information as it would be sent if nobody had denied consent."""
    allowed = msgspec.structs.replace(event, consent={}, dataset=None)
    signals = handle([allowed], Setup(only_dataset("1")), NOW).signals
    return signals[0].event.user_data if signals else UserData()


def hashed(text: str) -> str:
    return hashlib.sha256(text.lower().encode()).hexdigest()


@dataclass
class Seen:
    """What became of a case's first event."""

    case: Case
    event: Event
    user: UserData


def field(path: str) -> Callable[[Seen, Any], None]:
    def check(seen: Seen, expected: Any) -> None:
        value: Any = seen
        for name in path.split("."):
            value = getattr(value, name)
        if isinstance(expected, float):
            expected = Decimal(str(expected))
        assert value == expected

    return check


def consent(seen: Seen, verdict: str) -> None:
    required = [seen.event.consent.get(signal) for signal in ChannelPolicy().required]
    assert verdict == ("deny" if False in required else "allow" if True in required else "unset")
    handled = handle([seen.event], Setup(only_dataset("1")), NOW)
    assert ({outcome.reason for outcome in handled.outcomes} == {"consent_denied"}) == (verdict == "deny")


def debug(seen: Seen, expected: bool) -> None:
    assert (seen.event.channel == "ga4-debug") is expected


def external_id_sources(seen: Seen, keys: list[str]) -> None:
    external_id_values(seen, [seen.case["input"][key] for key in keys])


def external_id_values(seen: Seen, ids: list[str]) -> None:
    assert set(map(hashed, ids)) <= set(seen.user.external_id)


def content_ids(seen: Seen, expected: list[str]) -> None:
    data = seen.event.custom_data
    assert expected in (data.content_ids, [line.id for line in data.contents])


def properties(seen: Seen, expected: dict[str, Any]) -> None:
    assert expected.items() <= seen.event.custom_data.properties.items()


def extinfo(seen: Seen, expected: list[str]) -> None:
    assert seen.event.app_data["extinfo"] == expected + [""] * (16 - len(expected))


def denied(seen: Seen, signals: list[str]) -> None:
    assert [name for name, granted in seen.event.consent.items() if not granted] == signals


def reject_reason(seen: Seen, words: str) -> None:
    assert {outcome.reason for outcome in handle([seen.event], Setup(only_dataset("1")), NOW).outcomes} <= REASONS[
        words
    ]


CHECKS: dict[str, Callable[[Seen, Any], None]] = {
    "meta_event": field("event.event_name"),
    **{name: field(f"event.{name}") for name in ("event_id", "event_time", "action_source", "channel")},
    **{name: field(f"event.custom_data.{name}") for name in ("order_id", "value", "currency", "num_items")},
    "search_string": field("event.custom_data.search_string"),
    **{name: field(f"user.{name}") for name in ("em", "ph", "fn", "ln", "ct", "st", "zp", "country", "fbp", "fbc")},
    "client_ip_address": field("user.client_ip_address"),
    "ga_client_id": field("event.user_data.ga_client_id"),
    "external_id": field("event.user_data.external_id"),
    "external_id_sources": external_id_sources,
    "external_id_values": external_id_values,
    "content_ids": content_ids,
    "properties": properties,
    "extinfo": extinfo,
    "consent": consent,
    "denied": denied,
    "debug": debug,
    "reject_reason": reject_reason,
}
ABOUT_THE_MESSAGE = {"n_events", "inner_shape", "value_error"}


@pytest.mark.parametrize("case", list(cases()))
def test_the_message_becomes_what_its_case_says(case: Case, maps: Maps, all_kept: Maps) -> None:
    expect = case["expect"]
    found = read(case, maps)
    assert len(found) == expect.get("n_events", 1)
    if "meta_event" in expect and expect["meta_event"] is None:
        assert_dropped(found)
        found = read(case, all_kept)
        expect = {"consent": expect["consent"]}
    if isinstance(found[0], Outcome):
        assert_refused(found[0], expect)
        return
    check(Seen(case, found[0], user_of(found[0])), expect)


def assert_dropped(found: list[Event | Outcome]) -> None:
    [outcome] = found
    assert isinstance(outcome, Outcome)
    assert (outcome.verdict, outcome.reason) == ("dropped", "event_not_mapped")


def assert_refused(outcome: Outcome, expect: dict[str, Any]) -> None:
    assert outcome.verdict == "rejected"
    if expect.get("value_error"):
        assert outcome.field == "custom_data.value"
    else:
        assert outcome.reason in REASONS[expect["reject_reason"]]


def check(seen: Seen, expect: dict[str, Any]) -> None:
    assert not expect.get("value_error"), "a value that cannot be read was taken"
    for name, expected in expect.items():
        if name not in ABOUT_THE_MESSAGE and not name.endswith("_note"):
            CHECKS[name](seen, expected)


def test_nothing_of_a_person_is_in_what_ingest_says_of_a_refused_event(maps: Maps) -> None:
    planted = {"user_data": {"email_address": "planted@mail.example"}, "client_id": "planted", "user_agent": "planted"}
    for name in ("purchase", "scroll"):
        message = {"event_name": name, "value": "planted 1,0 €", "event_time": "planted", **planted}
        [outcome] = read({"input": message}, maps)
        assert isinstance(outcome, Outcome)
        assert "planted" not in repr(outcome)
