"""What a stack is made of: queues, services with their settings, buckets. The repository's own is :data:`HERE`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

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


HERE = Blueprint()
"""The pipeline as this repository runs it on one machine."""

FILES_PULL = Subscription(name=f"{FILES}-pull", topic=FILES)
"""For whoever drops a file on this machine and wants to know that Pub/Sub knows of it."""

OUTCOMES_PULL = Subscription(name=f"{OUTCOMES}-pull", topic=OUTCOMES)
"""For whoever follows the outcomes on this machine; in the cloud BigQuery subscribes to them."""
