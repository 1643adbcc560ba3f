"""Writes what became of events to the ``outcomes`` topic, and the counts to the log."""

from __future__ import annotations

import logging
import uuid
from collections import Counter
from collections.abc import Callable, Sequence

from omnicapi.logs import fields
from omnicapi.messages import MAX_ITEMS, Outcome, Outcomes, Stage
from omnicapi.publisher import Publisher

log = logging.getLogger(__name__)


class OutcomeWriter:
    """Publishes outcomes of one stage. ``clock_ms`` gives Unix milliseconds, UTC."""

    def __init__(self, publisher: Publisher, stage: Stage, clock_ms: Callable[[], int]) -> None:
        self._publisher = publisher
        self._stage = stage
        self._clock_ms = clock_ms

    def write(
        self,
        outcomes: Sequence[Outcome],
        *,
        dataset: str | None = None,
        fbtrace_id: str | None = None,
        http_status: int | None = None,
    ) -> None:
        """Publish one message a batch of at most 500 outcomes and return when Pub/Sub has them.

        ``dataset``, ``fbtrace_id`` and ``http_status`` (forward only) say which request to Meta decided.
        Raises :class:`~omnicapi.errors.PublishFailed`; the caller then nacks and the same outcomes come again.
        """
        batches = [
            self._batch(list(outcomes[start : start + MAX_ITEMS]), dataset, fbtrace_id, http_status)
            for start in range(0, len(outcomes), MAX_ITEMS)
        ]
        # One object a message, not a list: a BigQuery subscription writes a message as a row.
        self._publisher.wait(
            [
                self._publisher.start_one("outcomes", batch, count=len(batch.outcomes), stage=self._stage)
                for batch in batches
            ]
        )
        for batch in batches:
            self._log(batch)

    def _batch(
        self, part: list[Outcome], dataset: str | None, fbtrace_id: str | None, http_status: int | None
    ) -> Outcomes:
        now = self._clock_ms()
        for outcome in part:
            outcome.decided_ms = outcome.decided_ms or now
        return Outcomes(
            batch_id=uuid.uuid4().hex,
            stage=self._stage,
            time_ms=now,
            counts=dict(Counter(outcome.verdict for outcome in part)),
            outcomes=part,
            dataset=dataset,
            fbtrace_id=fbtrace_id,
            http_status=http_status,
        )

    def _log(self, batch: Outcomes) -> None:
        reasons = Counter(outcome.reason for outcome in batch.outcomes if outcome.reason)
        log.info(
            "outcomes written",
            extra=fields(
                stage=batch.stage,
                batch_id=batch.batch_id,
                counts=batch.counts,
                reasons=dict(reasons),
                dataset=batch.dataset,
                fbtrace_id=batch.fbtrace_id,
                http_status=batch.http_status,
                waited_ms=_longest_wait(batch.outcomes),
            ),
        )


def _longest_wait(outcomes: Sequence[Outcome]) -> int | None:
    """Return the milliseconds from a producer's publishing to Meta's yes, of the slowest event that was sent."""
    waits = [one.decided_ms - one.received_ms for one in outcomes if one.verdict == "sent" and one.received_ms]
    return max(waits, default=None)
