"""The whole pipeline as processes on this machine, for as long as a ``with`` block lasts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Self

from google.cloud.pubsub_v1.types import PubsubMessage

from local import services, stand_ins
from local.addresses import Addresses
from local.blueprint import FILES_PULL, HERE, OUTCOMES_PULL, Blueprint
from local.bucket import Bucket
from local.clients import PubSubClients, storage_client
from local.meta.control import MetaControl
from local.notices import Notices
from local.outcomes import OutcomeBook, Take, following
from local.ports import is_free
from local.process import Process, ProcessFailed, stop_all, wait_healthy
from local.provision import provision
from local.pubsub import Control
from omnicapi.topology import EVENT_OF_INTEREST, dead_letter_topic

HEALTHY_WITHIN = 60.0
"""Seconds that the stand-ins, then the services may take to start; on two cores all take about six."""

_NOTIFIED_WITHIN = 10.0
_PULLED = 1000


@dataclass(frozen=True)
class Options:
    """How to run a stack.

    ``retry_scale`` multiplies the pauses before a redelivery, which last 10 to 600 s in production;
    ``push_backoff_max`` is the longest pause in seconds that Pub/Sub makes while a service only refuses. ``settings``
    are added to those of a service of the ``blueprint``. ``addresses`` are free ones where absent. Each process writes
    a file of its own in ``logs``, anew. ``launcher`` says where the programs come from: this checkout, or built images.
    """

    logs: Path
    addresses: Addresses | None = None
    retry_scale: float = 1.0
    push_backoff_max: float = 60.0
    blueprint: Blueprint = HERE
    settings: Mapping[str, services.Settings] = field(default_factory=dict)
    launcher: services.Launcher = services.from_checkout


class Stack:
    """The running pipeline: what goes in, what comes out, and how to disturb it.

    Entering starts every process and returns when all are healthy; raises :class:`~local.process.ProcessFailed` with
    the end of the log of one that is not. Leaving stops them all, as Cloud Run would. ``pubsub`` and ``meta`` control
    the stand-ins. What became of the events is given to ``take``; without it, it is kept in ``outcomes``.
    """

    def __init__(self, options: Options, take: Take | None = None) -> None:
        self.logs = options.logs
        self.addresses = options.addresses or Addresses.free(options.blueprint.listening())
        self.processes = {process.name: process for process in _processes(self.addresses, options)}
        self.pubsub = Control(self.addresses.url("pubsub-control"))
        self.meta = MetaControl(self.addresses.url("meta"))
        self._blueprint = blueprint = options.blueprint
        self._storage = storage_client(self.addresses.url("bucket"), blueprint.project)
        self.bucket = Bucket(self._storage, blueprint.bucket)
        self._topology = blueprint.topology.with_retries_scaled(options.retry_scale).with_subscriptions(
            FILES_PULL, OUTCOMES_PULL
        )
        self.outcomes = OutcomeBook()
        self._notices = Notices()
        self._take = take or self.outcomes.take
        self._open = ExitStack()

    def __enter__(self) -> Self:
        with self._open:
            self._start()
            self._open = self._open.pop_all()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._open.close()

    def _start(self) -> None:
        self._check_ports()
        listening = self._blueprint.listening()
        standing_in = [process for name, process in self.processes.items() if name not in self._blueprint.services]
        serving = [self.processes[name] for name in listening]
        pulling = [self.processes[name] for name in self._blueprint.services if name not in listening]
        self._launch(standing_in)
        self._launch(serving)
        wait_healthy(standing_in, HEALTHY_WITHIN)
        self._provision()
        self._launch(pulling)
        wait_healthy([*serving, *pulling], HEALTHY_WITHIN)

    def _launch(self, processes: Sequence[Process]) -> None:
        self._open.callback(stop_all, processes)
        for process in processes:
            process.log.unlink(missing_ok=True)
            process.start()

    def _check_ports(self) -> None:
        """Refuse to start beside another stack, whose processes would answer for ours."""
        for name, port in self.addresses.ports.items():
            if not is_free(port):
                raise ProcessFailed(f"Port {port} for {name} is in use; is the pipeline up already?")

    def _provision(self) -> None:
        """Make queues and bucket while the services start: they look for neither before the first message.

        A worker does: its first call names its subscription, and where there is none it ends.
        """
        self._clients = self._open.enter_context(PubSubClients(self.addresses.pubsub))
        endpoints = {name: self.addresses.url(name) for name in self._blueprint.listening()}
        provision(self._topology, self._clients, self._blueprint.project, endpoints)
        self.bucket.create()
        self._make_further_buckets()
        self._open.enter_context(self._notices.following(self._clients, self.subscription(FILES_PULL.name)))
        self._open.enter_context(following(self._clients, self.subscription(OUTCOMES_PULL.name), self._take))

    def _make_further_buckets(self) -> None:
        for name, objects in self._blueprint.objects.items():
            bucket = Bucket(self._storage, name)
            bucket.create()
            for object_name, content in objects.items():
                bucket.put(object_name, content.encode())

    def topic(self, name: str) -> str:
        """Return the full name of a topic."""
        return f"projects/{self._blueprint.project}/topics/{name}"

    def subscription(self, name: str) -> str:
        """Return the full name of a subscription."""
        return f"projects/{self._blueprint.project}/subscriptions/{name}"

    def fed_subscriptions(self) -> list[str]:
        """Return the full names of the subscriptions whose messages a service or worker takes."""
        return [self.subscription(each.name) for each in self._topology.fed()]

    def publish(self, channel: str, *payloads: bytes, **attributes: str) -> list[str]:
        """Publish each payload as one message of a producer of ``channel``; return the message ids."""
        topic = self.topic(EVENT_OF_INTEREST)
        futures = [self._clients.publisher.publish(topic, data, channel=channel, **attributes) for data in payloads]
        return [future.result(timeout=30) for future in futures]

    def drop(self, content: Path | bytes, name: str) -> None:
        """Write an object into the bucket; return when Pub/Sub knows of it, where it is one that notifies.

        Raises ``TimeoutError`` where the bucket does not notify.
        """
        notification, known = self._topology.notification, self._notices.count(name)
        self.bucket.put(name, content)
        if name.startswith(notification.prefixes) and not self._notices.wait(name, known, _NOTIFIED_WITHIN):
            topic = self.topic(notification.topic)
            raise TimeoutError(f"The bucket did not notify {topic} of {name} within {_NOTIFIED_WITHIN:g} s.")

    def drained(self, timeout: float = 60.0) -> None:
        """Return when nothing is under way any more and every outcome has been read.

        Raises :class:`~local.pubsub.NotDrainedError`, which says where how many messages wait, after ``timeout`` s.
        """
        self.pubsub.wait_until_drained(
            [*self.fed_subscriptions(), self.subscription(OUTCOMES_PULL.name)], timeout=timeout
        )

    def dead_letters(self, topic: str) -> list[PubsubMessage]:
        """Take the dead letters of ``topic`` off their subscription and return them."""
        subscription = self.subscription(f"{dead_letter_topic(topic)}-pull")
        taken: list[PubsubMessage] = []
        while self.pubsub.subscription(subscription).backlog:
            received = self._clients.subscriber.pull(subscription=subscription, max_messages=_PULLED).received_messages
            ids = [each.ack_id for each in received]
            self._clients.subscriber.acknowledge(subscription=subscription, ack_ids=ids)
            taken += [each.message for each in received]
        return taken


def _processes(addresses: Addresses, options: Options) -> Iterator[Process]:
    blueprint, logs = options.blueprint, options.logs
    yield from stand_ins.processes(addresses, logs, blueprint, options.push_backoff_max)
    yield from services.processes(
        addresses, logs, blueprint.project, blueprint.services, options.settings, options.launcher
    )
