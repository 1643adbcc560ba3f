"""Pull mode of ``store``, ``INTAKE=pull``: producers' messages by StreamingPull, for a worker pool (gcp.md §1.7)."""

from __future__ import annotations

import os
from typing import Annotated

import msgspec

from ingest import assembly
from ingest.assembly import Lazy
from ingest.settings import StoreSettings
from omnicapi import logs
from omnicapi.intake.pulling import BYTES, MESSAGES, PullBytes, PullMessages, pull_until_sigterm
from omnicapi.intake.sigterm import on_sigterm
from omnicapi.publishing.publisher import loop_publisher
from omnicapi.settings import load
from omnicapi.storage.documents import storage_client
from omnicapi.topology import EVENT_OF_INTEREST


class WorkerSettings(StoreSettings, frozen=True, kw_only=True):
    """Settings of the pull worker: those of the service, and where and how much it pulls."""

    event_of_interest_subscription: Annotated[str, msgspec.Meta(description="Subscription to pull.")] = (
        f"{EVENT_OF_INTEREST}-push"
    )
    pull_messages: PullMessages = MESSAGES
    pull_bytes: PullBytes = BYTES


def main() -> None:
    """Pull until SIGTERM, set up from the environment; raises what ends the stream, a missing subscription say."""
    settings = load(WorkerSettings, os.environ)
    logs.setup("ingest-store", settings.google_cloud_project, settings.log_level)
    client = loop_publisher(settings.publish_timeout)
    store = assembly.store(settings, client, Lazy(lambda: storage_client(settings.google_cloud_project)))
    on_sigterm(store.hurry)
    pull_until_sigterm(
        store.receive,
        settings.google_cloud_project,
        settings.event_of_interest_subscription,
        settings.pull_messages,
        settings.pull_bytes,
        gather=settings.store_linger / 2,
    )


if __name__ == "__main__":
    main()
