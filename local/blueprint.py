"""What a stack is made of: queues, services with their settings, buckets. The repository's own is :data:`HERE`."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace

from local.services import BUCKET, DATASET, OPTIONAL, PROJECT, SERVICES, Service
from omnicapi.topology import FILES, OUTCOMES, PIPELINE, Subscription, Topology


@dataclass(frozen=True)
class Blueprint:
    """Everything that is to run.

    ``bucket`` is the one that files are dropped into; ``objects`` holds what lies in further buckets from the start, by
    bucket and object name. Meta's stand-in knows ``datasets``.
    """

    project: str = PROJECT
    topology: Topology = PIPELINE
    services: Mapping[str, Service] = field(default_factory=lambda: {**SERVICES, **OPTIONAL})
    bucket: str = BUCKET
    objects: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    datasets: tuple[str, ...] = (DATASET,)

    def listening(self) -> list[str]:
        """Return the names of the services that listen; workers do not."""
        return [name for name, service in self.services.items() if service.listens]

    def pulling(self, *names: str) -> Blueprint:
        """Return the same with workers, which pull, in the place of these services, to which is pushed."""
        topology = replace(self.topology, subscriptions=tuple(_pulled(self.topology.subscriptions, names)))
        workers = {each.service: each for each in topology.subscriptions if each.service and not each.pushed}
        services = {name: service for name, service in self.services.items() if name not in names}
        for name in names:
            services[worker_of(name)] = _worker(self.services[name], workers[worker_of(name)])
        return replace(self, topology=topology, services=services)


SUBSCRIPTION_SETTING = "_SUBSCRIPTION"
"""How the setting ends that names what a worker pulls; it begins with the topic's name."""


def worker_of(service: str) -> str:
    """Return the name of the worker that pulls in the place of a service."""
    return f"{service}-worker"


def service_of(name: str) -> str:
    """Return the service in whose place a worker pulls, by the worker's name; of a service its own."""
    return name.removesuffix("-worker")


def _pulled(subscriptions: Collection[Subscription], names: Collection[str]) -> Iterator[Subscription]:
    for each in subscriptions:
        if each.service is not None and each.service in names:
            yield replace(each, service=worker_of(each.service), pushed=False)
        else:
            yield each


def _worker(service: Service, pulls: Subscription) -> Service:
    setting = pulls.topic.upper().replace("-", "_") + SUBSCRIPTION_SETTING
    return Service(service.image, {**service.settings, "INTAKE": "pull", setting: pulls.name}, listens=False)


HERE = Blueprint()
"""The pipeline as this repository runs it on one machine."""

FILES_PULL = Subscription(name=f"{FILES}-pull", topic=FILES)
"""For whoever drops a file on this machine and wants to know that Pub/Sub knows of it."""

OUTCOMES_PULL = Subscription(name=f"{OUTCOMES}-pull", topic=OUTCOMES)
"""For whoever follows the outcomes on this machine; in the cloud BigQuery subscribes to them."""
