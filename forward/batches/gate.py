"""One gate a dataset: open, pausing for a while, or stopped until a trial passes.

* Meta throttles, does not answer, or fails several times in a row: the dataset pauses; Pub/Sub keeps its signals.
* The token, a permission or the dataset itself is wrong: the dataset stops until somebody mends it.
* Rejections in a row, with no event accepted between them: the same stop, so that a bad deployment cannot drain the
  queue into the dead letters.

When the time is up one batch tries, and its acceptance opens the gate. An answer speaks only of what came after its
request began: four requests that fail together count as one failure, and an acceptance that was under way when the gate
closed does not open it. A pause is nobody's fault and a stop needs a person, so only a stop is an error in the log.
"""

from __future__ import annotations

import logging
import random
import threading
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from forward.meta.errors import ALL_REJECTED, Meaning
from omnicapi.errors import MetaRefusedUs, MetaUnavailable, OmniCapiError
from omnicapi.logs import fields

log = logging.getLogger(__name__)

TOLERATED_FAILURES = 2
"""Failures in a row that do not pause a dataset yet."""
LONGEST_PAUSE = 30.0
"""Seconds a dataset pauses at most after failures of Meta's; a throttle pauses as long as Meta says."""

Clock = Callable[[], float]
"""Seconds that never go back; only differences matter."""


class Gate:
    """The gate of one dataset, for all threads. Times are those of ``clock``."""

    def __init__(self, dataset: str, probe_interval: float, rejection_run: int, clock: Clock) -> None:
        self._dataset = dataset
        self._probe_interval = probe_interval
        self._rejection_run = rejection_run
        self.clock = clock
        self._closed: Meaning | None = None
        self._stopped = False
        self._until = 0.0
        self._trial_until = 0.0
        """Until when the batch that tries a closed gate has it to itself."""
        self._closed_at = 0.0
        self._failed_at = 0.0
        self._failures = 0
        self._rejected_in_a_row = 0
        self._lock = threading.Lock()

    def check(self) -> None:
        """Raise :class:`MetaUnavailable` or :class:`MetaRefusedUs` while signals of the dataset cannot be taken."""
        with self._lock:
            if self._closed is not None and self._next_try() > self.clock():
                raise self._refusal(self._closed)

    def enter(self) -> None:
        """Like :meth:`check`, for a batch about to be sent; when a closed gate's time is up, one gets in as a trial."""
        with self._lock:
            if self._closed is None:
                return
            if self._next_try() > self.clock():
                raise self._refusal(self._closed)
            self._trial_until = self.clock() + self._probe_interval

    def accepted(self, since: float) -> None:
        """Meta took events with a request begun at ``since``: what was wrong before then is over."""
        with self._lock:
            self._rejected_in_a_row = 0
            was = self._open(since, even_stopped=True)
        if was is not None:
            log.warning("dataset open again", extra=fields(dataset=self._dataset, reason=was.reason))

    def answered(self, since: float) -> None:
        """Meta refused events of a request begun at ``since``, so it works: a pause is over, a stop is not."""
        with self._lock:
            self._open(since, even_stopped=False)

    def failed(self, since: float, meaning: Meaning, *, at_once: bool = False) -> None:
        """Meta did not decide on a request begun at ``since``: pause, longer each time, ``at_once`` or after a few."""
        with self._lock:
            if since < self._failed_at:
                return
            self._failed_at = self.clock()
            self._failures += 1
            seconds = _growing_pause(self._failures - (0 if at_once else TOLERATED_FAILURES))
        if seconds:
            self.pause(meaning, seconds)

    def pause(self, meaning: Meaning, seconds: float) -> None:
        """Send nothing for ``seconds``: Meta asked for it, or has failed too often."""
        with self._lock:
            if self._stopped:
                return
            self._closed, self._closed_at, self._trial_until = meaning, self.clock(), 0.0
            self._until = max(self._until, self._closed_at + seconds)
        log.warning(
            "dataset pauses", extra=fields(dataset=self._dataset, reason=meaning.reason, seconds=round(seconds, 1))
        )

    def stop(self, since: float, meaning: Meaning) -> None:
        """Meta refuses the sender of a request begun at ``since``: stop, and say so where an alert can see it."""
        with self._lock:
            if self._stopped and since < self._closed_at:
                return
            self._closed, self._stopped, self._closed_at, self._trial_until = meaning, True, self.clock(), 0.0
            self._until = self._closed_at + self._probe_interval
        log.error(
            "dataset stopped",
            extra=fields(event="circuit_open", dataset=self._dataset, reason=meaning.reason, remedy=meaning.remedy),
        )

    def may_reject(self, since: float, count: int) -> bool:
        """Note ``count`` rejections with nothing accepted beside them; say whether they may be dead-lettered.

        Once the run is too long the dataset stops and nothing more is dead-lettered until Meta accepts something.
        """
        with self._lock:
            self._rejected_in_a_row += count
            if self._rejected_in_a_row <= self._rejection_run:
                return True
        self.stop(since, ALL_REJECTED)
        return False

    def describe(self) -> Mapping[str, Any] | None:
        """Describe the gate for ``GET /health``; ``None`` while it is open."""
        with self._lock:
            if self._closed is None:
                return None
            return {
                "state": "stopped" if self._stopped else "pausing",
                "reason": self._closed.reason,
                "remedy": self._closed.remedy,
                "next_try_seconds": max(0, round(self._next_try() - self.clock())),
            }

    def _next_try(self) -> float:
        return max(self._until, self._trial_until)

    def _open(self, since: float, *, even_stopped: bool) -> Meaning | None:
        """Open the gate where the request at ``since`` can know; return why it was closed."""
        if (self._closed is not None and since < self._closed_at) or (self._stopped and not even_stopped):
            return None
        was, self._closed, self._stopped = self._closed, None, False
        self._failures, self._until, self._trial_until = 0, 0.0, 0.0
        return was

    def _refusal(self, closed: Meaning) -> OmniCapiError:
        text = f"Dataset {self._dataset} takes nothing now ({closed.reason}): {closed.remedy}"
        return MetaRefusedUs(text) if self._stopped else MetaUnavailable(text)


class Gates:
    """The gates of all datasets of one instance."""

    def __init__(self, probe_interval: float, rejection_run: int, clock: Clock) -> None:
        self._new = partial(Gate, probe_interval=probe_interval, rejection_run=rejection_run, clock=clock)
        self._gates: dict[str, Gate] = {}
        self._lock = threading.Lock()

    def of(self, dataset: str) -> Gate:
        """Return the dataset's gate."""
        with self._lock:
            if dataset not in self._gates:
                self._gates[dataset] = self._new(dataset)
            return self._gates[dataset]

    def health(self) -> Mapping[str, Any]:
        """Describe every dataset that is not open, by dataset id."""
        with self._lock:
            gates = dict(self._gates)
        described = {dataset: gate.describe() for dataset, gate in gates.items()}
        return {dataset: about for dataset, about in described.items() if about is not None}


def _growing_pause(rounds: int) -> float:
    """Return seconds up to 1, 2, 4 … :data:`LONGEST_PAUSE`, spread at random; 0 before the first round."""
    if rounds < 1:
        return 0.0
    longest = min(LONGEST_PAUSE, 2.0 ** min(rounds - 1, 10))
    return random.uniform(longest / 2, longest)  # noqa: S311 - spreads retries, keeps no secret
