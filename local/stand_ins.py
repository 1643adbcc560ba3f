"""The stand-ins of one stack as processes: Pub/Sub, the bucket, Meta."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

import msgspec

from local import bucket
from local.addresses import Addresses
from local.blueprint import Blueprint
from local.meta.settings import VARIABLE, Settings
from local.ports import HOST
from local.process import Process, base_environment
from local.services import TOKEN
from omnicapi.supplied import ROOT


def processes(addresses: Addresses, logs: Path, blueprint: Blueprint, push_backoff_max: float) -> Iterator[Process]:
    """Yield the process of each stand-in.

    ``push_backoff_max`` is the longest pause in seconds that Pub/Sub makes while a service only refuses. Raises
    :class:`~local.bucket.NoBucketServer` on a kind of machine for which there is no bucket server.
    """

    def process(name: str, command: Sequence[str], environment: dict[str, str], health: str) -> Process:
        log = logs / f"{name}.log"
        return Process(name, command, base_environment() | environment, directory=ROOT, log=log, health=health)

    yield process(
        "pubsub",
        [
            *(sys.executable, "-m", "local.pubsub", "--host", HOST, "--push-backoff-max", str(push_backoff_max)),
            *("--port", str(addresses.ports["pubsub"]), "--control-port", str(addresses.ports["pubsub-control"])),
        ],
        {},
        f"{addresses.url('pubsub-control')}/topics",
    )
    yield process(
        "bucket",
        bucket.command(addresses.ports["bucket"], blueprint.project, blueprint.bucket, blueprint.topology.notification),
        {"PUBSUB_EMULATOR_HOST": addresses.pubsub},
        addresses.url("bucket") + bucket.HEALTH_PATH,
    )
    yield process(
        "meta",
        [sys.executable, "-m", "gunicorn", "--config", "python:local.meta.serve", "local.meta.app:create_app()"],
        {
            "META_STAND_IN_BIND": f"{HOST}:{addresses.ports['meta']}",
            VARIABLE: msgspec.json.encode(
                Settings(datasets=dict.fromkeys(blueprint.datasets, (TOKEN,)), tokens=())
            ).decode(),
        },
        f"{addresses.url('meta')}/_stand-in/health",
    )
