"""Handle and forward as they are, between a Pub/Sub and a Meta that lose, refuse, repeat and reorder on command."""

from __future__ import annotations

import math
import threading
import time
from collections import Counter, defaultdict
from collections.abc import Sequence
from concurrent.futures import Future
from decimal import Decimal
from types import SimpleNamespace
from typing import Any, Literal, NamedTuple

import msgspec
import pytest
from google.api_core.exceptions import ServiceUnavailable
from google.cloud.pubsub_v1.publisher.exceptions import MessageTooLargeError

from forward.assembly import Forward
from forward.assembly import assemble as assemble_forward
from forward.meta.answer import Answer
from handle.app import Handle
from handle.app import assemble as assemble_handle
from handle.format.server_event import server_event
from handle.settings import HandleSettings
from omnicapi.errors import MetaUnavailable
from omnicapi.intake.push import PushMessage
from omnicapi.internal_errors import InternalErrors
from omnicapi.messages import CustomData, CustomerInformation, Event, Origin, Outcome, Outcomes
from omnicapi.publishing.publisher import encode
from omnicapi.storage.documents import Documents
from tests.cases.server_events import AGENT
from tests.forward.fakes import NOW, PROJECT, accepted, refused, settings
from tests.loops import run

Fate = Literal["good", "bad", "denied", "invalid", "broken"]
"""What becomes of an item: Meta takes it, Meta refuses it, no consent, no user agent, handle raises."""

EXPECTED: dict[Fate, tuple[str, str | None]] = {
    "bad": ("rejected", "parameter_invalid"),
    "denied": ("dropped", "consent_denied"),
    "invalid": ("rejected", "client_user_agent_missing"),
    "broken": ("rejected", "internal_error"),
}
"""Verdict and reason of what does not reach Meta."""


class Item(NamedTuple):
    """One event of a producer's message, known by its place."""

    place: Origin
    event_id: str
    fate: Fate


class Crash(BaseException):
    """The process is killed here."""


class Connection:
    """The Pub/Sub client of one process; once that is dead, nothing arrives."""

    def __init__(self, world: World) -> None:
        self._world = world
        self.dies_at: int | None = None
        """The hand-over, counted from now, at which the process is killed."""
        self.dead = False

    def topic_path(self, project: str, topic: str) -> str:
        return f"projects/{project}/topics/{topic}"

    def publish(self, topic: str, data: bytes, **attributes: str) -> Future[str]:
        future: Future[str] = Future()
        if self.dead:
            future.set_result("lost with the process")
            return future
        if self.dies_at is not None:
            self.dies_at -= 1
            if self.dies_at < 0:
                self.dead = True
                raise Crash
        name = topic.rpartition("/")[2]
        trouble = self._world.trouble.get(name)
        if trouble == "raise":
            raise MessageTooLargeError("planted")
        if trouble == "fail":
            future.set_exception(ServiceUnavailable("planted"))
            return future
        self._world.take(name, data)
        future.set_result("1")
        return future


class World:
    """Queues with their messages, what Meta has, what was told; and what excuses a repetition."""

    def __init__(self, patch: pytest.MonkeyPatch) -> None:
        self.items: list[Item] = []
        self.events: dict[str, PushMessage] = {}
        self.signals: dict[str, PushMessage] = {}
        self.told: defaultdict[Origin, list[Outcome]] = defaultdict(list)
        self.letters: Counter[Origin] = Counter()
        self.taken: Counter[Origin] = Counter()
        self.trouble: dict[str, Literal["raise", "fail"]] = {}
        self.next_answers: list[Literal["lost", "failed", "killed"]] = []
        self.may_send_again: Counter[Origin] = Counter()
        """How often an item may go to Meta once more: its answer or forward's memory was lost."""
        self.may_repeat: set[Origin] = set()
        """Items whose outcome or dead letter may be written again: their message came again after a failure."""
        self.may_be_silent: set[Origin] = set()
        """Items whose outcome was owed, and their message acknowledged, when forward was killed."""
        self.monotonic = 0.0
        self._numbers = iter(range(10**6))
        self._lock = threading.Lock()
        self._prepare(patch)
        self.start_handle()
        self.start_forward()

    def _prepare(self, patch: pytest.MonkeyPatch) -> None:
        real = server_event

        def breaking(event: Event, *rest: Any) -> Any:
            if event.custom_data.properties["fate"] == "broken":
                raise ZeroDivisionError("planted")
            return real(event, *rest)

        patch.setattr("handle.step.server_event", breaking)
        patch.setattr("forward.verdicts.debts.FIRST_PAUSE", 0.001)
        patch.setattr("forward.verdicts.debts.LONGEST_PAUSE", 0.004)
        patch.setattr("forward.assembly.time", SimpleNamespace(time=time.time, monotonic=self.steady))

    def steady(self) -> float:
        """Return forward's clock of pauses, which moves on with each delivery."""
        return self.monotonic

    def start_handle(self) -> None:
        self.handle_connection = Connection(self)
        chosen = HandleSettings(google_cloud_project=PROJECT, meta_dataset_id="42")
        nowhere: Any = lambda: None  # noqa: E731 - no bucket is asked
        self.handle: Handle = assemble_handle(chosen, self.handle_connection, Documents(nowhere), lambda: NOW)
        self.handle._errors = InternalErrors(math.inf)  # message after message may be broken here

    def start_forward(self) -> None:
        self.forward_connection = Connection(self)
        quick = settings(batch_linger=0.0, verdict_timeout=0.1, publish_timeout=0.1, requests_in_flight=1)
        self.forward: Forward = assemble_forward(quick, self, self.forward_connection, lambda: float(NOW))

    # What the processes see

    def take(self, topic: str, data: bytes) -> None:
        """Keep a message that was published."""
        with self._lock:
            number = next(self._numbers)
            if topic == "signals":
                self.signals[f"s{number}"] = PushMessage(data, message_id=f"s{number}")
            elif topic == "outcomes":
                for outcome in msgspec.json.decode(data, type=Outcomes).outcomes:
                    self.told[outcome.origin].append(outcome)
            else:
                for signal in msgspec.json.decode(data):
                    self.letters[msgspec.convert(signal["origin"], Origin)] += 1

    def send(self, dataset: str, events: Sequence[bytes], test_event_code: str | None = None) -> Answer:
        """Be Meta: take all or nothing."""
        trouble = self.next_answers.pop(0) if self.next_answers else None
        if trouble == "failed":
            return refused(2, status=500)
        places = [_place(event) for event in events]
        for position, (_, fate) in enumerate(places):
            if fate == "bad":
                return refused(100, 2804019, named=position)
        self.taken.update(place for place, _ in places)
        if trouble in {"lost", "killed"}:
            self.may_send_again.update(place for place, _ in places)
        if trouble == "killed":
            self.forward_connection.dead = True
            raise Crash
        if trouble == "lost":
            raise MetaUnavailable("planted")
        return accepted(len(events))

    # What happens

    def publish(self, content: Sequence[tuple[str, Fate]]) -> None:
        """Put one message of events into the queue before handle."""
        number = next(self._numbers)
        made = [
            Item(Origin(message_id=f"p{number}", index=index), event_id, fate)
            for index, (event_id, fate) in enumerate(content)
        ]
        self.items += made
        data = b"[" + b",".join(encode(_event(item)) for item in made) + b"]"
        self.events[f"e{number}"] = PushMessage(data, message_id=f"e{number}")

    def deliver_to_handle(self, message_id: str, *, acknowledged: bool = True, dies_at: int | None = None) -> None:
        """Push a message of events; ``acknowledged`` off, the answer is lost and it will come again."""
        self.handle_connection.dies_at = dies_at
        try:
            run(self.handle.receive(self.events[message_id]))
        except (Exception, Crash):  # noqa: BLE001 - whatever it is, it is a nack
            acknowledged = False
        self.handle_connection.dies_at = None
        if self.handle_connection.dead:
            self.start_handle()
        if acknowledged:
            del self.events[message_id]
        else:
            self.may_repeat.update(item.place for item in self._of(self.events[message_id]))

    def deliver_to_forward(self, message_id: str, *, acknowledged: bool = True) -> None:
        """Push a message of signals; a process that is killed by it is started anew."""
        self.monotonic += 1000
        try:
            run(self.forward.intake.receive(self.signals[message_id]))
        except (Exception, Crash):  # noqa: BLE001 - whatever it is, it is a nack
            acknowledged = False
        if acknowledged:
            del self.signals[message_id]
        if self.forward_connection.dead:
            self.kill_forward()

    def kill_forward(self) -> None:
        """Lose the process with its memory and what it owes."""
        self.forward_connection.dead = True
        waiting = {item.place for message in self.signals.values() for item in self._of(message)}
        for verdict in self.forward.debts.owed():
            place = verdict.signal.origin
            if place not in waiting:
                self.may_be_silent.add(place)
        for place in waiting:
            self.may_repeat.add(place)
        for place in self.taken:
            self.may_send_again[place] += 1
        self.start_forward()

    def end_well(self) -> None:
        """End every trouble and deliver until all queues are empty and nothing is owed."""
        self.trouble.clear()
        self.next_answers.clear()
        for _ in range(200):
            for message_id in list(self.events):
                self.deliver_to_handle(message_id)
            for message_id in list(self.signals):
                self.deliver_to_forward(message_id)
            if not self.events and not self.signals and not self.forward.debts.count():
                return
            time.sleep(0.005)
        raise AssertionError("the queues never became empty")

    def _of(self, message: PushMessage) -> list[Item]:
        places = {msgspec.convert(one["origin"], Origin) for one in msgspec.json.decode(message.data)}
        return [item for item in self.items if item.place in places]


def _event(item: Item) -> Event:
    return Event(
        event_id=item.event_id,
        event_name="Lead",
        event_time=NOW - 60,
        channel="web",
        action_source="website",
        origin=item.place,
        event_source_url="https://shop.example.com/",
        user_data=CustomerInformation(external_id=["c1"], client_user_agent=None if item.fate == "invalid" else AGENT),
        custom_data=CustomData(
            value=Decimal(1),
            currency="EUR",
            properties={"fate": item.fate, "message": item.place.message_id, "index": item.place.index},
        ),
        consent={"ad_storage": False} if item.fate == "denied" else {},
    )


def _place(event: bytes) -> tuple[Origin, str]:
    said = msgspec.json.decode(event)["custom_data"]
    return Origin(message_id=said["message"], index=said["index"]), said["fate"]
