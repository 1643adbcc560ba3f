from __future__ import annotations

import asyncio
import base64
import json
import logging
from concurrent.futures import Future
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

import msgspec
import pytest
from google.api_core.exceptions import GoogleAPIError

from handle.app import Handle, assemble, create_app, encoded
from handle.settings import HandleSettings
from handle.step import Handled
from omnicapi.errors import BadMessage, BadSettings, Overloaded, PublishFailed
from omnicapi.intake.push import PushMessage
from omnicapi.messages import CustomData, CustomerInformation, Event, Origin, Outcomes, ReadySignal
from omnicapi.packed import packed
from omnicapi.publishing.publisher import encode
from omnicapi.storage.documents import Documents
from tests.cases.server_events import AGENT, NOW
from tests.loops import run
from tests.requests import Client


@dataclass
class Published:
    topic: str
    data: bytes
    attributes: dict[str, str]


class PubSub:
    """A Pub/Sub client that keeps what it is given, or fails on one topic."""

    def __init__(self, failing: str = "") -> None:
        self.messages: list[Published] = []
        self.failing = failing

    def topic_path(self, project: str, topic: str) -> str:
        return f"projects/{project}/topics/{topic}"

    def publish(self, topic: str, data: bytes, **attributes: str) -> Future[str]:
        future: Future[str] = Future()
        if self.failing and topic.endswith(self.failing):
            future.set_exception(GoogleAPIError("not now"))
        else:
            self.messages.append(Published(topic.rpartition("/")[2], data, attributes))
            future.set_result("1")
        return future

    def signals(self) -> list[ReadySignal]:
        return [
            signal
            for message in self.messages
            if message.topic == "signals"
            for signal in msgspec.json.decode(message.data, type=list[ReadySignal])
        ]

    def outcomes(self) -> list[Outcomes]:
        return [
            msgspec.json.decode(message.data, type=Outcomes) for message in self.messages if message.topic == "outcomes"
        ]


def no_storage() -> Any:
    raise AssertionError("nothing lies in a bucket here")


def service(client: PubSub, **settings: Any) -> Handle:
    chosen = HandleSettings(google_cloud_project="p", **{"meta_dataset_id": "42", **settings})
    return assemble(chosen, client, Documents(no_storage), lambda: NOW + 0.5)


def purchase(number: int, **changes: Any) -> Event:
    fields: dict[str, Any] = {
        "event_id": f"order-{number}",
        "event_name": "Purchase",
        "event_time": NOW - 60,
        "channel": "web",
        "action_source": "website",
        "origin": Origin(message_id="7", index=number),
        "event_source_url": "https://shop.example.com/thanks?fbclid=AbC",
        "user_data": CustomerInformation(em=[f"jane{number}@example.com"], client_user_agent=AGENT),
        "custom_data": CustomData(value=Decimal("10.5"), currency="EUR"),
    }
    return Event(**{**fields, **changes})


def message(*events: Event) -> PushMessage:
    return PushMessage(b"[" + b",".join(map(encode, events)) + b"]", message_id="m-1")


def test_every_event_of_a_message_becomes_a_signal_or_an_outcome() -> None:
    client = PubSub()
    events = message(purchase(1), purchase(2, consent={"ad_storage": False}), purchase(3, event_time=1))
    run(service(client).receive(events))
    assert [signal.event.event_id for signal in client.signals()] == ["order-1"]
    (written,) = client.outcomes()
    assert written.stage == "handle"
    assert written.counts == {"dropped": 1, "rejected": 1}
    assert [(outcome.event_id, outcome.reason) for outcome in written.outcomes] == [
        ("order-2", "consent_denied"),
        ("order-3", "event_time_too_old"),
    ]
    assert written.time_ms == NOW * 1000 + 500


def test_signals_are_grouped_by_dataset_and_time_window() -> None:
    client = PubSub()
    till = {"action_source": "physical_store", "event_source_url": None}
    run(service(client).receive(message(purchase(1), purchase(2, **till), purchase(3))))
    sent = [message for message in client.messages if message.topic == "signals"]
    assert [(one.attributes["dataset"], one.attributes["window"], one.attributes["count"]) for one in sent] == [
        ("42", "standard", "2"),
        ("42", "physical_store", "1"),
    ]
    assert sent[0].attributes["kind"] == "signal"
    groups = encoded(client.signals(), Handled())
    assert [len(group) for group in groups.values()] == [2, 1]


def test_a_message_without_refusals_writes_no_outcomes() -> None:
    client = PubSub()
    run(service(client).receive(message(purchase(1))))
    assert client.outcomes() == []


def test_packed_events_give_the_same_signals_as_plain_ones() -> None:
    plain = message(*map(purchase, range(20)))
    data, attributes = packed(plain.data, "zstd")
    assert len(data) < len(plain.data) / 3
    of_plain, of_packed = PubSub(), PubSub()
    run(service(of_plain).receive(plain))
    run(service(of_packed).receive(PushMessage(data, attributes, message_id="m-1")))
    assert of_packed.signals() == of_plain.signals()
    assert len(of_packed.signals()) == 20


@pytest.mark.parametrize(("encoding", "attributes"), [("identity", set()), ("zstd", {"content-encoding"})])
def test_signals_are_plain_unless_somebody_says_otherwise(encoding: str, attributes: set[str]) -> None:
    client = PubSub()
    run(service(client, signals_encoding=encoding).receive(message(*map(purchase, range(20)))))
    (sent,) = client.messages
    assert sent.attributes.keys() - {"kind", "schema", "count", "dataset", "window"} == attributes
    assert HandleSettings(google_cloud_project="p").signals_encoding == "identity"


def test_values_are_sent_as_json_numbers() -> None:
    client = PubSub()
    run(service(client).receive(message(purchase(1))))
    assert b'"value":10.50,' in client.messages[0].data


@pytest.mark.parametrize("failing", ["signals", "outcomes"])
def test_a_message_is_not_acknowledged_before_pubsub_has_everything(failing: str) -> None:
    events = message(purchase(1), purchase(2, event_time=1))
    with pytest.raises(PublishFailed):
        run(service(PubSub(failing)).receive(events))


def test_a_message_that_holds_no_events_is_told_apart() -> None:
    with pytest.raises(BadMessage):
        run(service(PubSub()).receive(PushMessage(b'[{"event_id": 1}]')))


def test_counts_are_logged_and_nothing_of_the_person(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        run(service(PubSub()).receive(message(purchase(1), purchase(2), purchase(3, event_time=1))))
    (line,) = [record.__dict__["json_fields"] for record in caplog.records if record.message == "events handled"]
    assert (line["count"], line["signals"], line["outcomes"]) == (3, 2, 1)
    assert line["added"] == {"fbc from fbclid": 3}
    everything = json.dumps([str(record.__dict__) for record in caplog.records])
    assert "example.com" not in everything


def test_settings_without_a_dataset_do_not_start() -> None:
    with pytest.raises(BadSettings, match="META_DATASET_ID"):
        service(PubSub(), meta_dataset_id="")


@pytest.fixture
def environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> PubSub:
    client = PubSub()
    consent = tmp_path / "consent.json"
    consent.write_text('{"channels": {"web": {"unknown": "deny"}}}')
    monkeypatch.setenv("GOOGLE_CLOUD_PROJECT", "p")
    monkeypatch.setenv("META_DATASET_ID", "42")
    monkeypatch.setenv("CONSENT_FILE", str(consent))
    monkeypatch.setattr("handle.app.loop_publisher", lambda *_: client)
    monkeypatch.setattr("omnicapi.logs.setup", lambda *_: None)
    monkeypatch.setattr("time.time", lambda: NOW)
    return client


def test_the_app_answers_pushes(environment: PubSub) -> None:
    web = Client(create_app())
    data = base64.b64encode(message(purchase(1, channel="store"), purchase(2)).data).decode()
    pushed = web.post("/", json={"message": {"data": data, "messageId": "1"}, "subscription": "s"})
    assert pushed.status_code == 204
    assert len(environment.outcomes()) == 1
    assert web.get("/health").status_code == 200


def test_what_waits_to_be_published_counts_whatever_its_message_weighed() -> None:
    class Silent(PubSub):
        def publish(self, topic: str, data: bytes, **attributes: str) -> Future[str]:
            super().publish(topic, data, **attributes)
            return Future()

    handle = service(Silent(), in_work_bytes=10_000, publish_timeout=0.2)
    junk = PushMessage(b"[" + encode(purchase(1)) + b",1" * 20 + b"]", message_id="m-1")

    async def both() -> tuple[BaseException | None, BaseException | None]:
        return await asyncio.gather(handle.receive(junk), handle.receive(message(purchase(2))), return_exceptions=True)

    waited, beside = run(both())
    assert isinstance(waited, PublishFailed)
    assert isinstance(beside, Overloaded)
    with pytest.raises(PublishFailed):  # and afterwards there is room again
        run(handle.receive(message(purchase(3))))
