"""From a Pub/Sub message to its answer: what push and pull share.

:meth:`Intake.receive` returns when every signal of the message has its verdict, and raises while one has not.
"""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Callable, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, wait
from functools import partial
from typing import Any

from forward.batch_key import BatchKey, batch_key
from forward.delivery import Undecided
from forward.gate import Gates
from forward.memory import Claim, Memory
from forward.settings import ForwardSettings
from forward.signals import QueuedSignal, read_signals
from forward.verdicts import Verdicts
from omnicapi.batcher import Batcher
from omnicapi.errors import MetaUnavailable
from omnicapi.push import PushMessage

SignalBatcher = Batcher[BatchKey, QueuedSignal, Undecided]
Groups = dict[BatchKey, list[QueuedSignal]]


class Intake:
    """Takes messages from as many threads as there are. ``clock`` is Unix seconds, UTC."""

    def __init__(
        self,
        batcher: SignalBatcher,
        gates: Gates,
        memory: Memory,
        verdicts: Verdicts,
        settings: ForwardSettings,
        clock: Callable[[], float],
    ) -> None:
        self._batcher = batcher
        self._gates = gates
        self._memory = memory
        self._verdicts = verdicts
        self._settings = settings
        self._clock = clock
        self._stopped: Future[None] = Future()

    def receive(self, message: PushMessage) -> None:
        """Return when the message may be acknowledged: every signal is sent or has an outcome that says why not.

        Raises :class:`~omnicapi.errors.TransientError` or :class:`~omnicapi.errors.ConfigurationError` while one is
        undecided: the message must be nacked, and what was decided is remembered for its next delivery.
        """
        signals = read_signals(message)
        deadline = time.monotonic() + self._settings.verdict_timeout
        while signals:
            self._verdicts.write_owed()
            claim = self._memory.claim(signals)
            self._settle(claim, deadline)
            # Somebody is sending some of these very events: that verdict is ours, or the event becomes ours to send.
            self._wait(claim.waits, deadline)
            signals = claim.later

    def stop(self) -> None:
        """Stop waiting for verdicts: whoever waits now or later is told at once that there is none yet."""
        if not self._stopped.done():
            self._stopped.set_result(None)

    def _settle(self, claim: Claim, deadline: float) -> None:
        submitted = self._submit(claim)
        self._verdicts.write_duplicates(claim.duplicates)
        self._wait(submitted, deadline)
        for future in submitted:
            for error in future.result():
                if error is not None:
                    raise error.with_traceback(None)

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

    def _wait(self, futures: Sequence[Future[Any]], deadline: float) -> None:
        """Wait for all of ``futures`` until ``deadline``, on the monotonic clock, or until the process stops."""
        pending = {future for future in futures if not future.done()}
        while pending:
            left = max(0.0, deadline - time.monotonic())
            done = wait({*pending, self._stopped}, timeout=left, return_when=FIRST_COMPLETED).done
            if not done or done == {self._stopped}:
                raise MetaUnavailable("There is no verdict yet; the message will come again and find it.")
            pending -= done
