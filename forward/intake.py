"""From a Pub/Sub message to its answer: what push and pull share.

:meth:`Intake.receive` returns when every signal of the message has its verdict, and raises while one has not.
"""

from __future__ import annotations

import asyncio
import time
from collections import defaultdict
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from functools import partial
from typing import Any

from forward.batches.batch_key import BatchKey, batch_key
from forward.batches.delivery import Undecided
from forward.batches.gate import Gates
from forward.settings import ForwardSettings
from forward.signals import QueuedSignal, read_signals
from forward.verdicts.memory import Claim, VerdictMemory
from forward.verdicts.record import FIRST_WORD, Verdicts
from forward.verdicts.verdict import Verdict
from omnicapi.batching.batcher import Batcher
from omnicapi.errors import MetaUnavailable, PublishFailed
from omnicapi.http.admission import Admission, weight
from omnicapi.intake.push import PushMessage, size
from omnicapi.off_loop import is_large, perform
from omnicapi.waiting import Stop, all_done

SignalBatcher = Batcher[BatchKey, QueuedSignal, Undecided]
Groups = dict[BatchKey, list[QueuedSignal]]

NO_VERDICT = "There is no verdict yet; the message will come again and find it."

WORD_SECONDS = 2 * FIRST_WORD + 1.0
"""Seconds after the end of the time to wait in which only Pub/Sub's word on dead letters and outcomes is awaited."""


class Intake:
    """Takes messages, as many at once as come, on any event loop. ``clock`` is Unix seconds, UTC."""

    def __init__(
        self,
        batcher: SignalBatcher,
        gates: Gates,
        memory: VerdictMemory,
        verdicts: Verdicts,
        settings: ForwardSettings,
        clock: Callable[[], float],
    ) -> None:
        self._admission = Admission(settings.in_work_bytes)
        self._batcher = batcher
        self._gates = gates
        self._memory = memory
        self._verdicts = verdicts
        self._settings = settings
        self._clock = clock
        self._stop = Stop()

    async def receive(self, message: PushMessage) -> None:
        """Return when the message may be acknowledged: every signal is sent or has an outcome that says why not.

        What Meta has accepted is acknowledged at the latest when the time to wait is over, even if an outcome is still
        owed. Raises :class:`~omnicapi.errors.TransientError` or :class:`~omnicapi.errors.ConfigurationError` while a
        signal is undecided: the message must be nacked, and what was decided is remembered for its next delivery.
        """
        signals = await perform(read_signals, message) if is_large(size(message)) else read_signals(message)
        with self._admission.request() as share:
            share.take(weight(len(signal.event) for signal in signals))
            await self._decide(message, signals)

    async def _decide(self, message: PushMessage, signals: list[QueuedSignal]) -> None:
        everything = signals
        deadline = time.monotonic() + self._settings.verdict_timeout
        debts = self._verdicts.debts
        debts.check()
        while signals:
            claim = self._memory.claim(signals)
            await self._settle(claim, deadline)
            # Somebody is sending some of these very events: that verdict is ours, or the event becomes ours to send.
            await self._wait(claim.waits, deadline)
            signals = claim.later
            if signals:
                await debts.wait_for_all(deadline)
        owed = await debts.wait(message.message_id, deadline)
        if owed and not self._may_go(owed, everything):
            raise PublishFailed("Outcomes or dead letters could not be written; the message will come again.")

    def stop(self) -> None:
        """Stop waiting for verdicts: whoever waits now or later is told at once that there is none yet."""
        self._stop.stop()
        self._verdicts.debts.stop()

    def _may_go(self, owed: Sequence[Verdict], signals: Sequence[QueuedSignal]) -> bool:
        """Say whether a message may be acknowledged of which something is owed.

        It must not come again where Meta has accepted a signal of it, unless another one would be lost with it. Where
        Meta has none of it, it can come again without harm.
        """
        return self._memory.was_any_sent(signals) and all(verdict.is_kept() for verdict in owed)

    async def _settle(self, claim: Claim, deadline: float) -> None:
        if claim.duplicates:
            await asyncio.to_thread(self._verdicts.drop_duplicates, claim.duplicates)
        unreadable = [signal for signal in claim.fresh if signal.fault]
        if unreadable:
            await asyncio.to_thread(self._refuse, unreadable, claim)
        submitted = self._submit(claim)
        try:
            await self._wait(submitted, deadline)
        except MetaUnavailable:
            await self._wait_for_word(submitted, claim)
        for future in submitted:
            for error in future.result():
                if error is not None:
                    raise error.with_traceback(None)

    async def _wait_for_word(self, submitted: Sequence[Future[Any]], claim: Claim) -> None:
        """Where Meta has answered in time and only Pub/Sub's word is missing, wait for it; else raise.

        A message must not come again for what Meta has accepted. That word is not waited for long before it is owed.
        """
        if not self._memory.has_decided(claim.fresh) or not await all_done(submitted, WORD_SECONDS):
            raise MetaUnavailable(NO_VERDICT)

    def _refuse(self, unreadable: list[QueuedSignal], claim: Claim) -> None:
        claim.fresh = [signal for signal in claim.fresh if not signal.fault]
        self._verdicts.refuse_unreadable(unreadable)
        self._memory.release(claim, unreadable)

    def _submit(self, claim: Claim) -> list[Future[list[Undecided]]]:
        """Hand the fresh signals to the batcher; each is released when its batch is done, whoever waits or not.

        A message is taken whole or not at all: what is sent now of a message that must come again may be sent twice.
        """
        try:
            groups = self._groups(claim.fresh)
            self._check(groups)
        except BaseException:
            self._memory.release(claim, claim.fresh)
            raise
        return [self._submit_group(key, group, claim) for key, group in groups.items()]

    def _groups(self, signals: Sequence[QueuedSignal]) -> Groups:
        now = self._clock()
        groups: defaultdict[BatchKey, list[QueuedSignal]] = defaultdict(list)
        for signal in signals:
            groups[batch_key(signal, self._settings.meta_test_event_codes, now)].append(signal)
        return groups

    def _check(self, groups: Groups) -> None:
        for dataset in {key.dataset for key in groups}:
            self._gates.of(dataset).check()

    def _submit_group(self, key: BatchKey, group: list[QueuedSignal], claim: Claim) -> Future[list[Undecided]]:
        try:
            future = self._batcher.submit(key, group)
        except Exception as error:  # noqa: BLE001 - a group that was submitted before goes on, so all are waited for
            future = Future()
            future.set_exception(error)
        future.add_done_callback(partial(self._release, claim, group))
        return future

    def _release(self, claim: Claim, group: list[QueuedSignal], _done: Future[Any]) -> None:
        self._memory.release(claim, group)

    async def _wait(self, futures: Sequence[Future[Any]], deadline: float) -> None:
        """Wait for all of ``futures`` until ``deadline``, on the monotonic clock, or until the process stops."""
        if not await all_done(futures, deadline - time.monotonic(), self._stop):
            raise MetaUnavailable(NO_VERDICT)
