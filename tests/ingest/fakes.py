"""A Pub/Sub publisher that keeps what it is given, for tests that need no broker."""

from collections.abc import Callable, Iterable
from concurrent.futures import Future
from dataclasses import dataclass, field
from typing import Any, TypeVar

import msgspec
import pytest
from google.api_core.exceptions import GoogleAPIError, ServiceUnavailable
from google.cloud import storage

from ingest.files.reading import Queues
from ingest.publishing.bundles import Bundles
from omnicapi.http.admission import Admission
from omnicapi.intake.push import PushMessage
from omnicapi.messages import Event, Outcome, Outcomes
from omnicapi.outcomes import OutcomeWriter
from omnicapi.packed import plain
from omnicapi.publishing.publisher import Publisher

NOW_MS = 1_721_950_000_000

T = TypeVar("T")


@dataclass
class Message:
    topic: str
    data: bytes
    attributes: dict[str, str]


@dataclass
class Topics:
    """The part of Google's publisher that is used; ``refusing`` names topics that answer with an error."""

    messages: list[Message] = field(default_factory=list)
    refusing: set[str] = field(default_factory=set)
    unconfirmed: list[Future[str]] = field(default_factory=list)
    holding: bool = False

    def topic_path(self, project: str, topic: str) -> str:
        return f"projects/{project}/topics/{topic}"

    def publish(self, topic: str, data: bytes, **attributes: str) -> Future[str]:
        name = topic.rsplit("/", 1)[-1]
        future: Future[str] = Future()
        if name in self.refusing:
            future.set_exception(failure(ServiceUnavailable))
            return future
        self.messages.append(Message(name, data, attributes))
        if self.holding:
            self.unconfirmed.append(future)
        else:
            future.set_result(str(len(self.messages)))
        return future

    def on(self, topic: str) -> list[Message]:
        return [message for message in self.messages if message.topic == topic]

    def events(self) -> list[Event]:
        return [
            event
            for one in self.on("events")
            for event in msgspec.json.decode(plain(one.data, one.attributes), type=list[Event])
        ]

    def outcomes(self) -> list[Outcome]:
        batches = [msgspec.json.decode(one.data, type=Outcomes) for one in self.on("outcomes")]
        return [outcome for batch in batches for outcome in batch.outcomes]

    def publisher(self, topic: str = "events", timeout: float = 5.0) -> Publisher:
        return Publisher(self, "project", topic, timeout)

    def writer(self) -> OutcomeWriter:
        return OutcomeWriter(self.publisher("outcomes"), "ingest", now_ms)

    def bundles(self, linger: float = 0.0, timeout: float = 5.0) -> Bundles:
        return Bundles(self.publisher(timeout=timeout), self.writer(), linger, Admission(1_000_000_000))

    def queues(self, unconfirmed: int = 16) -> Queues:
        return Queues(self.publisher(), self.writer(), self.publisher("files"), unconfirmed)


def now_ms() -> int:
    return NOW_MS


def notification(bucket: str, name: str, generation: int, event: str = "OBJECT_FINALIZE") -> PushMessage:
    attributes = {
        "eventType": event,
        "bucketId": bucket,
        "objectId": name,
        "objectGeneration": str(generation),
        "payloadFormat": "JSON_API_V1",
    }
    return PushMessage(b"{}", attributes, "1")


def only(things: Iterable[T]) -> T:
    """Return the one thing there is."""
    [thing] = things
    return thing


def failure(kind: Callable[[str], GoogleAPIError]) -> GoogleAPIError:
    return kind("no")


def make_fail(patch: pytest.MonkeyPatch, method: str, error: GoogleAPIError, times: int = 1) -> None:
    """Let the next calls of a method of Google's storage client (``Blob.delete``) fail."""
    owner_name, _, name = method.partition(".")
    owner = getattr(storage, owner_name)
    real = getattr(owner, name)
    left = [error] * times

    def sometimes(*args: Any, **options: Any) -> Any:
        if left:
            raise left.pop()
        return real(*args, **options)

    patch.setattr(owner, name, sometimes)
