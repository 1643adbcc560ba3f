"""Pull mode, ``INTAKE=pull``: the same core behind a StreamingPull, for a worker pool (gcp.md §1.7)."""

from __future__ import annotations

import os
from typing import Annotated

import msgspec

from forward.assembly import start
from forward.settings import ForwardSettings
from omnicapi.intake.pulling import BYTES, MESSAGES, PullBytes, PullMessages, pull_until_sigterm
from omnicapi.settings import load
from omnicapi.topology import SIGNALS


class WorkerSettings(ForwardSettings, frozen=True, kw_only=True):
    """Settings of the pull worker: those of the service, and where and how much it pulls.

    It has more messages under way than the service, so that several batches fill at once even where a message holds
    one signal (docs/adr/0063-full-batches.md). Their signals must be fewer than ``signals_pending``.
    """

    signals_subscription: Annotated[str, msgspec.Meta(description="Subscription to pull.")] = f"{SIGNALS}-push"
    pull_messages: PullMessages = MESSAGES
    pull_bytes: PullBytes = BYTES


def main() -> None:
    """Pull until SIGTERM, set up from the environment; raises what ends the stream, a missing subscription say."""
    settings = load(WorkerSettings, os.environ)
    pull_until_sigterm(
        start(settings).intake.receive,
        settings.google_cloud_project,
        settings.signals_subscription,
        settings.pull_messages,
        settings.pull_bytes,
    )


if __name__ == "__main__":
    main()
