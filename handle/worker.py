"""Pull mode, ``INTAKE=pull``: handle behind a StreamingPull, for a worker pool (gcp.md §1.7)."""

from __future__ import annotations

import os
from typing import Annotated

import msgspec

from handle.app import start
from handle.settings import HandleSettings
from omnicapi.intake.pulling import BYTES, MESSAGES, PullBytes, PullMessages, pull_until_sigterm
from omnicapi.settings import load
from omnicapi.topology import EVENTS


class WorkerSettings(HandleSettings, frozen=True, kw_only=True):
    """Settings of the pull worker: those of the service, and where and how much it pulls."""

    events_subscription: Annotated[str, msgspec.Meta(description="Subscription to pull.")] = f"{EVENTS}-push"
    pull_messages: PullMessages = MESSAGES
    pull_bytes: PullBytes = BYTES


def main() -> None:
    """Pull until SIGTERM, set up from the environment; raises what ends the stream, a missing subscription say."""
    settings = load(WorkerSettings, os.environ)
    pull_until_sigterm(
        start(settings).receive,
        settings.google_cloud_project,
        settings.events_subscription,
        settings.pull_messages,
        settings.pull_bytes,
    )


if __name__ == "__main__":
    main()
