"""The requests of one batch to Meta: each is logged, and the dataset's gate learns from each answer."""

from __future__ import annotations

import logging
from collections.abc import Sequence

from forward.batches.batch_key import BatchKey
from forward.batches.gate import Gate
from forward.meta.answer import Answer
from forward.meta.client import Meta
from forward.meta.errors import NO_ANSWER, NO_TOKEN, THROTTLED, Kind
from omnicapi.errors import MetaRefusedUs, MetaUnavailable
from omnicapi.logs import failure, fields

log = logging.getLogger(__name__)


class BatchRequests:
    """Sends parts of ``events`` for as long as ``seconds``: a push that waits for its verdict is answered in time."""

    def __init__(self, meta: Meta, gate: Gate, key: BatchKey, events: Sequence[bytes], seconds: float) -> None:
        self._meta = meta
        self._gate = gate
        self._key = key
        self._events = events
        self._deadline = gate.clock() + seconds

    def send(self, positions: Sequence[int]) -> Answer:
        """Post the events at ``positions``. Raises where no answer can be had, or the search has taken too long."""
        since = self._gate.clock()
        if since > self._deadline:
            raise MetaUnavailable("The search for a bad event took too long; the rest comes again.")
        events = [self._events[position] for position in positions]
        try:
            answer = self._meta.send(self._key.dataset, events, self._key.test_event_code)
        except MetaUnavailable as error:
            log.warning("no answer from Meta", extra=fields(dataset=self._key.dataset, error_text=str(error)))
            self._gate.failed(since, NO_ANSWER, at_once=True)
            raise
        except MetaRefusedUs as error:
            self._gate.stop(since, NO_TOKEN._replace(remedy=str(error)))
            raise
        try:
            self._log(len(events), answer)
            self._learn(since, answer)
        except Exception as error:  # noqa: BLE001 - what is learnt of an answer must not cost the answer itself
            log.error("an answer of Meta's could not be noted", extra=failure(error))  # noqa: TRY400 - its text could quote data
        return answer

    def _learn(self, since: float, answer: Answer) -> None:
        refusal = answer.refusal
        if refusal is None:
            self._gate.accepted(since)
        elif refusal.kind in {Kind.TRANSIENT, Kind.UNCLEAR}:
            self._gate.failed(since, refusal)
        elif refusal.kind is Kind.THROTTLED and not answer.usage.wait:
            self._gate.failed(since, refusal, at_once=True)
        elif refusal.kind in {Kind.CONFIGURATION, Kind.MALFORMED}:
            self._gate.stop(since, refusal)
        elif refusal.kind in {Kind.EVENT, Kind.TOO_LARGE}:
            self._gate.answered(since)
        if answer.usage.wait:
            self._gate.pause(THROTTLED, answer.usage.wait)

    def _log(self, count: int, answer: Answer) -> None:
        refusal = answer.refusal
        about = fields(
            dataset=self._key.dataset,
            count=count,
            http_status=answer.status,
            fbtrace_id=answer.fbtrace_id,
            code=answer.code,
            reason=refusal.reason if refusal else None,
            usage_percent=answer.usage.percent or None,
            messages=answer.messages or None,
            events_received=answer.events_received,
            test_event_code=self._key.test_event_code,
        )
        if self._key.test_event_code:
            log.warning("request to Meta with a test event code: Meta counts these events as real", extra=about)
        elif refusal is not None:
            log.warning("Meta refused a request", extra=about)
        else:
            log.info("request to Meta", extra=about)
        if refusal is None and answer.events_received != count:
            log.error("Meta counted another number of events", extra=about)
