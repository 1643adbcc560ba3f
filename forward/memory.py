"""What this instance decided lately, and what it is sending now: a redelivered signal is answered, not sent again.

Pub/Sub delivers at least once and Meta does not promise to deduplicate two server events (meta-capi.md §8). Kept per
instance: a lost process or a lost answer may still send an event twice, with its original event id.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field
from typing import NamedTuple

from forward.signals import QueuedSignal
from omnicapi.messages import Outcome


class Verdict(NamedTuple):
    """What became of a signal for good. ``http_status`` is that of Meta's answer, ``None`` where none was needed."""

    signal: QueuedSignal
    outcome: Outcome
    http_status: int | None = None

    @property
    def sent(self) -> bool:
        """Whether Meta took it."""
        return self.outcome.verdict == "sent"


class _Decision(NamedTuple):
    sent: bool
    mark: int


@dataclass
class Claim:
    """One call's share of the work.

    ``fresh`` signals are this claim's to send. ``duplicates`` were sent before, from another origin. ``later`` signals
    are to be claimed again when ``waits`` have ended: somebody is sending the same events just now, this very claim
    where one event stands twice in a message; or their outcomes are still owed.
    """

    fresh: list[QueuedSignal] = field(default_factory=list)
    duplicates: list[QueuedSignal] = field(default_factory=list)
    later: list[QueuedSignal] = field(default_factory=list)
    waits: list[Future[None]] = field(default_factory=list)
    done: Future[None] = field(default_factory=Future)
    """Ends when every fresh signal was released."""
    unreleased: int = 0


class Memory:
    """Remembers at least the last ``size`` decisions, about 200 bytes each, and everything under way."""

    def __init__(self, size: int) -> None:
        self._size = size
        # Two generations instead of one ordered map: forgetting the older half costs nothing.
        self._recent: dict[bytes, _Decision] = {}
        self._older: dict[bytes, _Decision] = {}
        self._under_way: dict[bytes, Claim] = {}
        self._owed: dict[bytes, Verdict] = {}
        self._lock = threading.Lock()

    def claim(self, signals: Iterable[QueuedSignal]) -> Claim:
        """Sort signals by what this instance knows of them, and claim the fresh ones."""
        claim = Claim()
        with self._lock:
            for signal in signals:
                self._sort(signal, claim)
        return claim

    def release(self, claim: Claim, signals: Sequence[QueuedSignal]) -> None:
        """End the claim on these of its fresh signals: what is undecided may be claimed again."""
        with self._lock:
            for signal in signals:
                self._under_way.pop(signal.key, None)
            claim.unreleased -= len(signals)
            last = claim.unreleased == 0
        if last:
            claim.done.set_result(None)

    def owe(self, verdicts: Iterable[Verdict]) -> None:
        """Remember verdicts whose outcomes Pub/Sub did not take: nobody sends these events again."""
        with self._lock:
            self._owed.update((verdict.signal.key, verdict) for verdict in verdicts)

    def owed(self) -> list[Verdict]:
        """Return the verdicts whose outcomes are still to be written, oldest first."""
        if not self._owed:
            return []
        with self._lock:
            return list(self._owed.values())

    def written(self, verdicts: Iterable[Verdict]) -> None:
        """Note that the outcomes of these verdicts are written."""
        with self._lock:
            for verdict in verdicts:
                signal = verdict.signal
                self._owed.pop(signal.key, None)
                self._recent[signal.key] = _Decision(verdict.sent, _mark(signal, sent=verdict.sent))
            if len(self._recent) > self._size:
                self._older, self._recent = self._recent, {}

    def _sort(self, signal: QueuedSignal, claim: Claim) -> None:
        key = signal.key
        if key in self._under_way:
            claim.later.append(signal)
            done = self._under_way[key].done
            if done not in claim.waits:
                claim.waits.append(done)
            return
        if key in self._owed:
            claim.later.append(signal)
            return
        decision = self._recent.get(key) or self._older.get(key)
        if decision is not None and decision.mark == _mark(signal, sent=decision.sent):
            return
        if decision is not None and decision.sent:
            claim.duplicates.append(signal)
            return
        self._under_way[key] = claim
        claim.fresh.append(signal)
        claim.unreleased += 1


def _mark(signal: QueuedSignal, *, sent: bool) -> int:
    """Return what tells a redelivery from a second event with the same id.

    What was sent is known by its origin. What was rejected is known by its message: the same row sent again by a
    replay, or corrected under the same id, must go through.
    """
    return hash(signal.origin if sent else signal.message_id)
