"""Outcomes and dead letters that Pub/Sub did not take: owed, and tried again apart from any message.

While something is owed this instance sends nothing more, so no more can be owed than was under way when the trouble
began (docs/adr/0100-accepted-is-acknowledged.md).
"""

from __future__ import annotations

import logging
import threading
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import Future
from typing import Any

from forward.verdicts.verdict import Verdict
from omnicapi.bounds import short
from omnicapi.errors import PublishFailed
from omnicapi.logs import failure, fields
from omnicapi.waiting import all_done

log = logging.getLogger(__name__)

FIRST_PAUSE = 0.25
"""Seconds before the first new attempt; they double up to :data:`LONGEST_PAUSE`."""
LONGEST_PAUSE = 4.0

NAMED = 50
"""Places that one log line names of what is owed."""


class Debts:
    """What is owed, for all threads. ``write_again`` tries to write verdicts; each knows afterwards whether it is."""

    def __init__(self, write_again: Callable[[Sequence[Verdict]], None]) -> None:
        self._write_again = write_again
        self._owed: defaultdict[str, list[Verdict]] = defaultdict(list)
        """By the id of the message that brought the signal."""
        self._lock = threading.Lock()
        self._change: Future[None] = Future()
        """Ends when less is owed than before, or nobody is to wait any longer."""
        self._paying = self._stopped = False

    def owe(self, verdicts: Sequence[Verdict]) -> None:
        """Note verdicts that are not written, and begin to try again."""
        if not verdicts:
            return
        log.error("verdicts owed: Pub/Sub did not take their outcomes or dead letters", extra=_about(verdicts))
        with self._lock:
            for verdict in verdicts:
                self._owed[verdict.signal.message_id].append(verdict)
            self._begin_to_pay()

    def owed(self) -> list[Verdict]:
        """Return what is owed."""
        with self._lock:
            return self._all()

    def count(self) -> int:
        """Return how many verdicts are owed."""
        return len(self.owed())

    def check(self) -> None:
        """Raise :class:`PublishFailed` while something is owed: nothing more is sent before it is written."""
        if self._owed:
            with self._lock:
                self._begin_to_pay()
            raise PublishFailed("Outcomes wait to be written; nothing more is sent before they are.")

    async def wait(self, message_id: str, deadline: float) -> list[Verdict]:
        """Wait until nothing of a message is owed, or for ``deadline`` (monotonic), or for the process to stop.

        So a crash meanwhile brings the message again. Return what is still owed of it.
        """
        if not self._owed:
            return []
        await self._until(lambda: message_id not in self._owed, deadline)
        with self._lock:
            return list(self._owed.get(message_id, ()))

    async def wait_for_all(self, deadline: float) -> None:
        """Wait until nothing is owed by anybody; raise :class:`PublishFailed` at ``deadline`` or when stopping."""
        await self._until(lambda: not self._owed, deadline)
        self.check()

    async def _until(self, true: Callable[[], bool], deadline: float) -> None:
        while (left := deadline - time.monotonic()) > 0:
            with self._lock:
                change = self._change
                if true() or self._stopped:
                    return
            await all_done([change], left)

    def stop(self) -> None:
        """Let nobody wait any longer, and tell what is still owed: it is lost if the process ends before it is paid."""
        with self._lock:
            self._stopped = True
            owed = self._all()
            change = self._next_change()
        change.set_result(None)
        for start in range(0, len(owed), NAMED):
            log.error("stopping with verdicts owed", extra=_about(owed[start : start + NAMED]))

    def _begin_to_pay(self) -> None:
        if self._paying:
            return
        try:
            threading.Thread(target=self._pay, name="debts", daemon=True).start()
            self._paying = True
        except RuntimeError:  # no thread to be had just now: the next message asks again
            log.warning("no thread for owed verdicts; they are tried again with the next message")

    def _pay(self) -> None:
        pause = FIRST_PAUSE
        while True:
            time.sleep(pause)
            try:
                if self._has_paid():
                    return
            except Exception as error:  # noqa: BLE001 - with the thread every debt would stay, and nothing more be sent
                log.error("what is owed could not be tried again", extra=failure(error))  # noqa: TRY400 - could quote data
            pause = FIRST_PAUSE if self._stopped else min(2 * pause, LONGEST_PAUSE)

    def _has_paid(self) -> bool:
        """Try once to write all that is owed; return whether nothing is left, and then this thread pays no more."""
        with self._lock:
            owed = self._all()
        self._write_again(owed)
        with self._lock:
            self._forget_written()
            change = self._next_change()
            self._paying = bool(self._owed)
            is_paid = not self._owed
        change.set_result(None)
        return is_paid

    def _next_change(self) -> Future[None]:
        """Return the change to tell of, with another one in its place."""
        change, self._change = self._change, Future()
        return change

    def _all(self) -> list[Verdict]:
        return [verdict for verdicts in self._owed.values() for verdict in verdicts]

    def _forget_written(self) -> None:
        for message_id, verdicts in list(self._owed.items()):
            left = [verdict for verdict in verdicts if not verdict.is_written()]
            if left:
                self._owed[message_id] = left
            else:
                del self._owed[message_id]


def _about(owed: Iterable[Verdict]) -> dict[str, Any]:
    """Return what a log line says of owed verdicts: places, datasets, requests, should the instance be lost."""
    verdicts = list(owed)
    return fields(
        count=len(verdicts),
        counts=dict(Counter(verdict.outcome.verdict for verdict in verdicts)),
        datasets=sorted({short(verdict.signal.dataset) for verdict in verdicts})[:NAMED],
        fbtrace_ids=sorted({verdict.outcome.fbtrace_id or "" for verdict in verdicts})[:NAMED],
        places=[short(verdict.signal.origin.text()) for verdict in verdicts[:NAMED]],
    )
