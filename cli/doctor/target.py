"""What the doctor looks at: a deployment in Google Cloud, or the local stack with its stand-ins."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from google.cloud import pubsub_v1, storage

from local.addresses import Addresses
from local.clients import PubSubClients, storage_client
from local.ports import answers
from local.services import PROJECT, TOKEN
from omnicapi.errors import BadSettings


@dataclass(frozen=True)
class Target:
    """Google's clients for a project, and the environment that forward would have.

    ``in_cloud`` says whether pushes need HTTPS and an identity. ``storage`` makes a client where one is needed.
    ``instance`` is the deployment's of several in the project, else empty.
    """

    project: str
    environ: Mapping[str, str]
    publisher: Any
    subscriber: Any
    storage: Callable[[], Any]
    in_cloud: bool = True
    instance: str = ""


def deployment(project: str, instance: str) -> Target:
    """Return a project's own Pub/Sub and Cloud Storage, or whatever the emulators' variables name."""
    return Target(
        project,
        os.environ,
        pubsub_v1.PublisherClient(),
        pubsub_v1.SubscriberClient(),
        lambda: storage.Client(project=project),
        in_cloud="PUBSUB_EMULATOR_HOST" not in os.environ,
        instance=instance,
    )


def local_stack(addresses: Addresses) -> Target:
    """Return the stand-ins of the stack at ``addresses``.

    Raises :class:`~omnicapi.errors.BadSettings` where none runs: Google's clients would wait ten minutes for one.
    """
    if not answers(addresses.ports["pubsub"]):
        raise BadSettings(
            f"No local stack answers at {addresses.pubsub}. Start one with omnicapi up, without --free-ports; a stack "
            "on free ports is not looked at."
        )
    clients = PubSubClients(addresses.pubsub)
    return Target(
        PROJECT,
        {"META_API_URL": addresses.url("meta"), "META_ACCESS_TOKEN": TOKEN},
        clients.publisher,
        clients.subscriber,
        lambda: storage_client(addresses.url("bucket"), PROJECT),
        in_cloud=False,
    )
