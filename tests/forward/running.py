"""Forward as its image runs it, between the stand-ins of Pub/Sub and Meta, each a process of its own."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import msgspec

from local import images
from local.clients import PubSubClients
from local.meta.control import MetaControl
from local.meta.settings import VARIABLE, Settings
from local.outcomes import OutcomeBook, following
from local.ports import HOST, free_ports
from local.process import Process, base_environment, wait_healthy
from local.provision import provision
from local.pubsub import Control
from omnicapi.topology import PIPELINE, DeadLetterPolicy, RetryPolicy, Subscription, Topology
from tests.forward.fakes import PROJECT

ROOT = Path(__file__).parents[2]
TOKEN = "a-good-token"

INTAKES = ("push", "pull")


@dataclass
class Running:
    """The processes and the ways to them."""

    forward: Process
    url: str
    pubsub: Control
    meta: MetaControl
    clients: PubSubClients
    pushed: bool
    outcomes: OutcomeBook = field(default_factory=OutcomeBook)

    def wait_healthy(self) -> None:
        """Return when forward answers, where it takes pushes."""
        if self.pushed:
            wait_healthy([self.forward])

    def publish(self, parts: Sequence[Sequence[dict[str, Any]]]) -> None:
        """Publish each part as one message of signals."""
        topic = self.clients.publisher.topic_path(PROJECT, "signals")
        for future in [self.clients.publisher.publish(topic, msgspec.json.encode(part)) for part in parts]:
            future.result(timeout=60)

    def drained(self, timeout: float) -> None:
        """Return when every signal has its verdict and every outcome was read."""
        names = [_subscription(name) for name in ("signals", "outcomes")]
        self.pubsub.wait_until_drained(names, timeout=timeout)

    def wait_until_held(self, messages: int) -> None:
        """Return when so many messages of signals were given to forward and none has been answered."""
        deadline = time.monotonic() + 60
        while self.pubsub.subscription(_subscription("signals")).outstanding < messages:
            assert time.monotonic() < deadline
            time.sleep(0.02)

    def dead_letters(self) -> list[dict[str, Any]]:
        """Take the dead letters off their subscription and return their signals."""
        subscription = _subscription("dead-letters")
        signals: list[dict[str, Any]] = []
        while self.pubsub.subscription(subscription).backlog:
            pulled = self.clients.subscriber.pull(subscription=subscription, max_messages=1000).received_messages
            self.clients.subscriber.acknowledge(
                subscription=subscription, ack_ids=[received.ack_id for received in pulled]
            )
            signals += [signal for received in pulled for signal in msgspec.json.decode(received.message.data)]
        return signals


@contextmanager
def running(logs: Path, command: Sequence[str] | None = None, **settings: str) -> Iterator[Running]:
    """Run forward by its image's command, or another. ``settings`` are environment variables, ``INTAKE`` among them.

    ``PUSHES`` is none: it says how many pushes may be open at once.
    """
    pushed = settings.get("INTAKE") != "pull"
    pushes = int(settings.pop("PUSHES", "1000"))
    names = ("pubsub", "control", "meta", "forward")
    ports = dict(zip(names, free_ports(len(names)), strict=True))
    urls = {name: f"http://{HOST}:{port}" for name, port in ports.items()}
    command = command or images.read()["forward"].command
    forward = _forward(command, logs, ports, {"META_API_URL": urls["meta"], **settings})
    with ExitStack() as stack:
        stand_ins = [_pubsub(logs, ports, window=pushes), _meta(logs, ports)]
        for process in stand_ins:
            process.start()
            stack.callback(process.stop)
        wait_healthy(stand_ins)
        clients = stack.enter_context(PubSubClients(f"{HOST}:{ports['pubsub']}"))
        provision(_topology(push=pushed), clients, PROJECT, {"forward": urls["forward"]})
        run = Running(forward, urls["forward"], Control(urls["control"]), MetaControl(urls["meta"]), clients, pushed)
        stack.enter_context(following(clients, _subscription("outcomes"), run.outcomes.take))
        forward.start()
        stack.callback(forward.stop)
        run.wait_healthy()
        yield run


def _topology(*, push: bool) -> Topology:
    quick = RetryPolicy().scaled(0.01)
    return Topology(
        topics=("signals", "signals-dead-letter", "outcomes"),
        subscriptions=(
            Subscription(
                "signals",
                "signals",
                service="forward" if push else None,
                retry=quick,
                dead_letter=DeadLetterPolicy("signals-dead-letter"),
            ),
            Subscription("dead-letters", "signals-dead-letter"),
            Subscription("outcomes", "outcomes"),
        ),
        notification=PIPELINE.notification,
    )


def _forward(command: Sequence[str], logs: Path, ports: Mapping[str, int], settings: Mapping[str, str]) -> Process:
    environment = {
        **base_environment(),
        "PORT": str(ports["forward"]),
        "PUBSUB_EMULATOR_HOST": f"{HOST}:{ports['pubsub']}",
        "GOOGLE_CLOUD_PROJECT": PROJECT,
        "META_ACCESS_TOKEN": TOKEN,
        "SIGNALS_SUBSCRIPTION": "signals",
        "PROBE_INTERVAL": "0.5",
        **settings,
    }
    health = f"http://{HOST}:{ports['forward']}/health"
    return Process("forward", command, environment, directory=ROOT, log=logs / "forward.jsonl", health=health)


def _pubsub(logs: Path, ports: Mapping[str, int], *, window: int) -> Process:
    """Return the broker; like the platform it has no more pushes open at once than the service may get."""
    command = [
        *(sys.executable, "-m", "local.pubsub", "--port", str(ports["pubsub"])),
        *("--control-port", str(ports["control"]), "--push-backoff-max", "0.5", "--push-window", str(window)),
    ]
    health = f"http://{HOST}:{ports['control']}/topics"
    return Process("pubsub", command, base_environment(), directory=ROOT, log=logs / "pubsub.log", health=health)


def _meta(logs: Path, ports: Mapping[str, int]) -> Process:
    command = [sys.executable, "-m", "gunicorn", "--config", "python:local.meta.serve", "local.meta.app:create_app()"]
    environment = {
        **base_environment(),
        "META_STAND_IN_BIND": f"{HOST}:{ports['meta']}",
        VARIABLE: msgspec.json.encode(Settings(tokens=(TOKEN,))).decode(),
    }
    health = f"http://{HOST}:{ports['meta']}/_stand-in/health"
    return Process("meta", command, environment, directory=ROOT, log=logs / "meta.log", health=health)


def _subscription(name: str) -> str:
    return f"projects/{PROJECT}/subscriptions/{name}"
