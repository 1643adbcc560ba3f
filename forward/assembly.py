"""Wires forward together: what the push service, the pull worker and the tests start from."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from forward.batches.delivery import Delivery
from forward.batches.gate import Gates
from forward.intake import Intake, SignalBatcher
from forward.meta.client import ConversionsApi, Meta, connection_pool
from forward.meta.expiry import warn_of_tokens, warn_of_version
from forward.meta.tokens import Tokens
from forward.settings import ForwardSettings
from forward.verdicts.debts import Debts
from forward.verdicts.memory import VerdictMemory
from forward.verdicts.record import FIRST_WORD, Verdicts
from omnicapi import logs
from omnicapi.batching.batch import Limits
from omnicapi.batching.batcher import Batcher
from omnicapi.intake.sigterm import on_sigterm
from omnicapi.outcomes import OutcomeWriter
from omnicapi.publishing.publisher import Publisher, PublisherClient, publisher_client

log = logging.getLogger(__name__)

DRAIN_SECONDS = 3.5
"""Seconds after SIGTERM in which verdicts are still awaited. The server ends after 9 (gcp.md §1.6), and one of the last
moment waits up to :data:`~forward.intake.WORD_SECONDS` for the word of Pub/Sub before its push is answered."""


@dataclass(frozen=True)
class Forward:
    """The assembled core."""

    intake: Intake
    batcher: SignalBatcher
    gates: Gates
    debts: Debts

    def health(self) -> Mapping[str, Any]:
        """Say that the instance is well, which datasets are not, and how many verdicts are owed.

        Neither must restart instances.
        """
        owed = self.debts.count()
        return {"status": "ok", "datasets": self.gates.health(), **({"owed": owed} if owed else {})}

    def drain(self, seconds: float = DRAIN_SECONDS) -> None:
        """Stop lingering at once; after ``seconds`` tell whoever still waits that there is no verdict yet."""
        self.batcher.hurry()
        time.sleep(seconds)
        self.intake.stop()


def assemble(
    settings: ForwardSettings,
    meta: Meta,
    client: PublisherClient,
    clock: Callable[[], float] = time.time,
) -> Forward:
    """Wire the parts. ``clock`` is Unix seconds, UTC."""

    def topic(name: str) -> Publisher:
        return Publisher(client, settings.google_cloud_project, name, min(FIRST_WORD, settings.publish_timeout))

    gates = Gates(settings.probe_interval, settings.rejection_run, time.monotonic)
    memory = VerdictMemory(settings.signals_remembered)
    outcomes = OutcomeWriter(topic(settings.outcomes_topic), "forward", lambda: int(clock() * 1000))
    verdicts = Verdicts(outcomes, topic(settings.signals_dead_letter_topic), memory, settings.publish_timeout)
    delivery = Delivery(meta, gates, verdicts, settings, clock)
    limits = Limits(
        count=settings.batch_count,
        size=settings.batch_bytes,
        linger=settings.batch_linger,
        linger_under_load=settings.batch_linger_under_load,
        senders=settings.requests_in_flight,
        senders_per_key=settings.requests_in_flight_per_dataset,
        pending=settings.signals_pending,
    )
    batcher: SignalBatcher = Batcher(delivery.run, limits, lambda queued: len(queued.event) + 1)
    return Forward(Intake(batcher, gates, memory, verdicts, settings, clock), batcher, gates, verdicts.debts)


def start(settings: ForwardSettings) -> Forward:
    """Return the core as an image runs it: logs set up, Meta and Pub/Sub connected, SIGTERM heeded.

    Call it in the process that serves and in its main thread, as Python demands of signal handlers.
    """
    logs.setup("forward", settings.google_cloud_project, settings.log_level)
    warn_of_version(settings.meta_api_version, time.time())
    warn_of_tokens(settings.meta_access_tokens_expire, time.time())
    tokens = Tokens(settings.meta_access_token, settings.meta_access_tokens_dir)
    meta = ConversionsApi(settings, tokens, connection_pool(settings))
    forward = assemble(settings, meta, publisher_client(settings.publish_timeout))
    on_sigterm(forward.drain)
    return forward
