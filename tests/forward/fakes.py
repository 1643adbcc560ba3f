"""What stands around forward in its tests: a Meta and a Pub/Sub client in memory, clocks, signals, messages."""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from itertools import count
from typing import Any

import msgspec
from google.api_core.exceptions import ServiceUnavailable

from forward.assembly import Forward, assemble
from forward.meta.answer import Answer, read_answer
from forward.meta.client import Meta
from forward.settings import ForwardSettings
from omnicapi.intake.push import PushMessage
from omnicapi.messages import Outcome, Outcomes
from omnicapi.settings import Secret
from tests.loops import run

NOW = 1_795_000_000
"""The tests' clock: 2026-11-18, Unix seconds, UTC."""
DATASET = "123"
PROJECT = "a-project"
SOMEBODY = "b4c9a289323b21a01c3e940f150eb9b8c542587f1abfd8f0e1cc1ffc5e475514"
"""The SHA-256 of an e-mail address."""

_numbers = count(1)


@dataclass
class Clock:
    """A clock that moves only when told to."""

    now: float = float(NOW)

    def __call__(self) -> float:
        return self.now


def accepted(count: int, trace: str = "trace", headers: Mapping[str, str] | None = None) -> Answer:
    """Return Meta's answer to ``count`` events it took."""
    body = {"events_received": count, "messages": [], "fbtrace_id": trace}
    return read_answer(200, headers or {}, msgspec.json.encode(body))


def refused(
    code: int | None,
    subcode: int | None = None,
    *,
    status: int = 400,
    named: int | None = None,
    is_transient: bool = False,
    headers: Mapping[str, str] | None = None,
) -> Answer:
    """Return an error answer of Meta's; ``code`` ``None`` gives a page that is not Meta's at all."""
    if code is None:
        return read_answer(status, headers or {}, b"<html>nothing of Meta's</html>")
    error: dict[str, Any] = {"message": "Invalid parameter", "code": code, "is_transient": is_transient}
    if subcode is not None:
        error["error_subcode"] = subcode
    if named is not None:
        error["error_user_msg"] = f"Le paramètre $['data'][{named}]['event_name'] est obligatoire."
    return read_answer(status, headers or {}, msgspec.json.encode({"error": {**error, "fbtrace_id": f"E{code}"}}))


@dataclass(frozen=True)
class Request:
    """One request as :class:`MemoryMeta` got it."""

    dataset: str
    ids: tuple[str, ...]
    test_event_code: str | None


Step = Answer | Exception | Callable[[], Answer | None]


@dataclass
class MemoryMeta:
    """Takes whole batches or none, like Meta.

    ``bad`` gives the code and subcode with which an event is refused, ``name_bad`` whether its place is told.
    ``script`` decides the next requests instead, one step each; a step may be an exception.
    """

    bad: dict[str, tuple[int, int | None]] = field(default_factory=dict)
    name_bad: bool = False
    script: deque[Step] = field(default_factory=deque)
    requests: list[Request] = field(default_factory=list)
    taken: list[str] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def send(self, dataset: str, events: Sequence[bytes], test_event_code: str | None = None) -> Answer:
        ids = tuple(msgspec.json.decode(event)["event_id"] for event in events)
        with self._lock:
            self.requests.append(Request(dataset, ids, test_event_code))
            number = len(self.requests)
            step = self.script.popleft() if self.script else None
        answer = step() if callable(step) else step
        if isinstance(answer, Exception):
            raise answer
        answer = answer or self._judge(ids, number)
        if answer.refusal is None:
            with self._lock:
                self.taken += ids
        return answer

    def _judge(self, ids: Sequence[str], number: int) -> Answer:
        for position, event_id in enumerate(ids):
            if event_id in self.bad:
                code, subcode = self.bad[event_id]
                return refused(code, subcode, named=position if self.name_bad else None)
        return accepted(len(ids), f"trace-{number}")

    @property
    def extra_requests(self) -> int:
        """Requests beyond the first."""
        return len(self.requests) - 1


@dataclass
class MemoryPubSub:
    """A publisher client that keeps what it is given. ``failing`` topics take nothing; ``holding`` off, all wait."""

    messages: list[tuple[str, bytes, dict[str, str]]] = field(default_factory=list)
    failing: set[str] = field(default_factory=set)
    holding: threading.Event = field(default_factory=threading.Event)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def __post_init__(self) -> None:
        self.holding.set()

    def topic_path(self, project: str, topic: str) -> str:
        return f"projects/{project}/topics/{topic}"

    def publish(self, topic: str, data: bytes, **attributes: str) -> Future[str]:
        future: Future[str] = Future()
        self.holding.wait(10)
        name = topic.rsplit("/", 1)[-1]
        if name in self.failing:
            future.set_exception(ServiceUnavailable("nothing is taken"))
            return future
        with self._lock:
            self.messages.append((name, data, attributes))
        future.set_result("1")
        return future

    def batches(self) -> list[Outcomes]:
        """Return every outcomes message."""
        return [msgspec.json.decode(data, type=Outcomes) for topic, data, _ in self.messages if topic == "outcomes"]

    def outcomes(self) -> list[Outcome]:
        """Return every outcome, in order."""
        return [outcome for batch in self.batches() for outcome in batch.outcomes]

    def fates(self) -> list[tuple[str | None, str, str | None]]:
        """Return event id, verdict and reason of every outcome, in order."""
        return [(outcome.event_id, outcome.verdict, outcome.reason) for outcome in self.outcomes()]

    def dead_letters(self) -> list[tuple[Any, dict[str, str]]]:
        """Return every dead letter: its signal as a dictionary, and its attributes."""
        letters = [(data, about) for topic, data, about in self.messages if topic == "signals-dead-letter"]
        return [(signal, about) for data, about in letters for signal in msgspec.json.decode(data)]


def signal(event_id: str, **changes: Any) -> dict[str, Any]:
    """Return a signal as it travels. ``changes`` replace keys of the signal or, if it has no such key, of its event."""
    event: dict[str, Any] = {
        "event_name": "Purchase",
        "event_time": NOW - 60,
        "event_id": event_id,
        "user_data": {"em": [SOMEBODY], "client_user_agent": "Mozilla/5.0"},
        "action_source": "website",
        "event_source_url": "https://shop.example/thanks",
        "custom_data": {"order_id": f"order-{event_id}", "value": 1.5, "currency": "BRL"},
    }
    outer: dict[str, Any] = {
        "dataset": DATASET,
        "channel": "web",
        "event": event,
        "origin": {"object": "incoming/web/a.csv", "row": next(_numbers)},
        "received_ms": NOW * 1000,
    }
    for key, value in changes.items():
        (outer if key in outer else event)[key] = value
    return outer


def message(*signals: dict[str, Any], message_id: str = "", attempt: int | None = None) -> PushMessage:
    """Return signals as one pushed message; each has an id of its own unless one is given."""
    return PushMessage(
        msgspec.json.encode(signals), message_id=message_id or f"m{next(_numbers)}", delivery_attempt=attempt
    )


def messages(ids: Iterable[str], size: int = 1, **changes: Any) -> list[PushMessage]:
    """Return signals with these ids as messages of ``size`` signals."""
    signals = [signal(event_id, **changes) for event_id in ids]
    return [message(*signals[start : start + size]) for start in range(0, len(signals), size)]


def settings(**changes: Any) -> ForwardSettings:
    """Return settings for a quick test: hardly any linger, short waits."""
    quick: dict[str, Any] = {
        "google_cloud_project": PROJECT,
        "meta_access_token": Secret("a-token"),
        "batch_linger": 0.01,
        "verdict_timeout": 5.0,
    }
    return ForwardSettings(**{**quick, **changes})


@dataclass
class Stage:
    """Forward with everything around it in memory."""

    forward: Forward
    meta: MemoryMeta
    pubsub: MemoryPubSub
    clock: Clock

    def receive(self, message: PushMessage) -> Exception | None:
        """Deliver one message; return why it was not acknowledged, or ``None``."""
        try:
            run(self.forward.intake.receive(message))
        except Exception as error:  # noqa: BLE001 - what it was is what the test asks
            return error
        return None

    def impatient(self) -> Stage:
        """Let no message wait for what is owed, as if its time were over; return the stage."""
        wait = self.forward.debts.wait
        self.forward.debts.wait = lambda message_id, _deadline: wait(message_id, 0.0)  # type: ignore[method-assign,assignment]  # in its place
        return self

    def wait_until_paid(self, seconds: float = 10.0) -> None:
        """Return when no verdict is owed any more."""
        deadline = time.monotonic() + seconds
        while self.forward.debts.count():
            assert time.monotonic() < deadline, "verdicts are still owed"
            time.sleep(0.005)

    def receive_all(self, messages: Sequence[PushMessage], *, at_once: int = 64) -> list[Exception | None]:
        """Deliver messages from many threads; return what each came to, in order."""
        with ThreadPoolExecutor(at_once) as threads:
            return list(threads.map(self.receive, messages))


def stage(meta: Meta | None = None, pubsub: MemoryPubSub | None = None, **changes: Any) -> Stage:
    """Assemble forward around a Meta and a Pub/Sub client."""
    fake = meta if isinstance(meta, MemoryMeta) else MemoryMeta()
    client = pubsub or MemoryPubSub()
    clock = Clock()
    forward = assemble(settings(**changes), meta or fake, client, clock)
    return Stage(forward, fake, client, clock)
