"""Writes what became of events to the ``outcomes`` topic, and the counts to the log."""

from __future__ import annotations

import logging
import uuid
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future
from typing import NamedTuple, cast

import msgspec

from omnicapi.bounds import MOST_WARNINGS, ORDINARY_BYTES, bounded, parts, short
from omnicapi.errors import PublishFailed
from omnicapi.logs import fields
from omnicapi.messages import LARGEST_ITEM, MAX_BYTES, Outcome, Outcomes, Stage
from omnicapi.publishing.publisher import Publisher, encode, grouped
from omnicapi.waiting import all_done

log = logging.getLogger(__name__)

HEAD_BYTES = 4000
"""Room in a message for what is said of its outcomes together."""


class Sending(NamedTuple):
    """A message of outcomes on its way, and the future that ends when Pub/Sub has it."""

    batch: Outcomes
    future: Future[str]


class OutcomeWriter:
    """Publishes outcomes of one stage. ``clock_ms`` gives Unix milliseconds, UTC."""

    def __init__(self, publisher: Publisher, stage: Stage, clock_ms: Callable[[], int]) -> None:
        self._publisher = publisher
        self._stage = stage
        self._clock_ms = clock_ms

    def write(self, outcomes: Sequence[Outcome]) -> None:
        """Publish outcomes and return when Pub/Sub has them.

        Raises :class:`~omnicapi.errors.PublishFailed`; the caller then nacks and the same outcomes come again.
        """
        _check(self.confirm(self._start_parts(outcomes)))

    async def write_async(self, outcomes: Sequence[Outcome]) -> None:
        """Do the same in an event loop: nothing but the coroutine waits."""
        sendings = self._start_parts(outcomes)
        await all_done([sending.future for sending in sendings], self._publisher.timeout)
        _check(self.confirm(sendings, 0))

    def start(
        self,
        outcomes: Sequence[Outcome],
        *,
        dataset: str | None = None,
        fbtrace_id: str | None = None,
        http_status: int | None = None,
    ) -> list[Sending]:
        """Hand over outcomes, in order, in messages of at most 500 and 1 MB; one above that travels alone.

        ``dataset``, ``fbtrace_id`` and ``http_status`` (forward only) say which request to Meta decided. Texts and
        lists of an outcome are cut to their bounds (:mod:`omnicapi.bounds`). Never raises for what Pub/Sub says.
        """
        now = self._clock_ms()
        return [
            self._start_one(self._batch(part, now, dataset, fbtrace_id, http_status), encoded)
            for part, encoded in _messages(outcomes, now)
        ]

    def confirm(self, sendings: Sequence[Sending], timeout: float | None = None) -> list[PublishFailed | None]:
        """Wait for messages of outcomes; say of each ``None`` once Pub/Sub has it, or why it does not; never raises.

        ``timeout`` is in seconds, the publisher's own where absent.
        """
        failures = list(self._publisher.failures((sending.future for sending in sendings), timeout))
        for sending, failure in zip(sendings, failures, strict=True):
            if failure is None:
                _log_written(sending.batch)
        return failures

    def _start_parts(self, outcomes: Sequence[Outcome]) -> list[Sending]:
        return self.start([part for outcome in outcomes for part in parts(outcome)])

    def _batch(
        self, part: list[Outcome], now: int, dataset: str | None, fbtrace_id: str | None, http_status: int | None
    ) -> Outcomes:
        return Outcomes(
            batch_id=uuid.uuid4().hex,
            stage=self._stage,
            time_ms=now,
            counts=dict(Counter(outcome.verdict for outcome in part)),
            outcomes=part,
            dataset=short(dataset) if dataset else None,
            fbtrace_id=fbtrace_id,
            http_status=http_status,
        )

    def _start_one(self, batch: Outcomes, encoded: list[bytes]) -> Sending:
        # What is written is not written again: JSON's bytes in the outcomes' place.
        written = cast("list[Outcome]", [msgspec.Raw(item) for item in encoded])
        message = msgspec.structs.replace(batch, outcomes=written)
        # One object per message, not a list: a BigQuery subscription writes a message as a row.
        return Sending(batch, self._publisher.start_one("outcomes", message, count=len(encoded), stage=self._stage))


def _check(failures: Sequence[PublishFailed | None]) -> None:
    for failure in failures:
        if failure is not None:
            raise failure


def _messages(outcomes: Sequence[Outcome], now: int) -> Iterator[tuple[list[Outcome], list[bytes]]]:
    start = 0
    for encoded in grouped((_encoded(outcome, now) for outcome in outcomes), MAX_BYTES - HEAD_BYTES):
        yield list(outcomes[start : start + len(encoded)]), encoded
        start += len(encoded)


def _encoded(outcome: Outcome, now: int) -> bytes:
    """Write an outcome, in its bounds and with the time of its decision."""
    outcome.decided_ms = outcome.decided_ms or now
    try:
        item = encode(outcome)
        if len(item) <= ORDINARY_BYTES and len(outcome.warnings) <= MOST_WARNINGS:
            return item
    except ValueError:  # a text that UTF-8 cannot write; in its bounds it can
        log.warning("an outcome had to be mended", extra=fields(stage=outcome.stage))
    item = encode(bounded(outcome))
    # Only its rows can be so many, and only where nobody shared them out: it must be written all the same.
    return item if len(item) <= LARGEST_ITEM else encode(bounded(parts(outcome)[0]))


def _log_written(batch: Outcomes) -> None:
    """Log that Pub/Sub has a message of outcomes: counts and reasons, and nothing of an event."""
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
