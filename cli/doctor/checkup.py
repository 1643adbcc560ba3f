"""All checks of one target, in the order in which a mistake would show."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence

from cli.doctor import grants, notifications, queues, sender
from cli.doctor.finding import Finding
from cli.doctor.maps import usable_maps
from cli.doctor.target import Target
from forward.meta.client import ConversionsApi, connection_pool
from forward.meta.tokens import Tokens
from forward.settings import ForwardSettings
from ingest.maps.folder import Folder, Maps
from omnicapi.settings import load
from omnicapi.storage.documents import Documents
from omnicapi.topology import PIPELINE


def checkup(target: Target, datasets: Sequence[str], maps: str | None, bucket: str | None) -> Iterator[Finding]:
    """Yield what is found, as it is found. ``maps`` and ``bucket`` are not looked at where ``None``.

    Raises :class:`~omnicapi.errors.BadSettings` where the environment says something forward could not use.
    """
    settings = load(ForwardSettings, {**target.environ, "GOOGLE_CLOUD_PROJECT": target.project})
    pool = connection_pool(settings)
    meta = ConversionsApi(settings, Tokens(settings.meta_access_token, settings.meta_access_tokens_dir), pool)
    topology = PIPELINE.named(target.instance)
    yield from queues.topics(target.publisher, target.project, topology)
    yield from queues.subscriptions(target.subscriber, target.project, topology, in_cloud=target.in_cloud)
    yield from grants.dead_letter_grants(target.publisher, target.subscriber, target.project, topology)
    yield from sender.tokens(meta, datasets, time.time())
    yield from sender.api_version(settings.meta_api_version, time.time())
    yield from sender.clock(pool, settings.meta_api_url, time.time)
    if maps:
        yield from usable_maps(Maps(Folder(maps, Documents(target.storage))), maps)
    if bucket:
        yield from notifications.notification(target.storage().bucket(bucket), target.project, topology.notification)
