"""What this instance decided lately, and what it is sending now: a redelivered signal is answered, not sent again.

Pub/Sub delivers at least once and Meta does not promise to deduplicate two server events (meta-capi.md §8). Kept per
instance: a lost process or a lost answer may still send an event twice, with its original event id.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field

from forward.signals import QueuedSignal
from forward.verdicts.verdict import Verdict


class _Decisions:
    """Verdicts of one generation, by the key of the event."""

    def __init__(self) -> None:
        self.sent: dict[bytes, int] = {}
        """The origin, as a hash, of the event that Meta took."""
        self.others: dict[bytes, set[int]] = {}
        """The items, as hashes, that were not sent: rejected, or dropped as duplicates."""
        self.count = 0

    def note(self, signal: QueuedSignal, *, sent: bool) -> None:
        self.count += 1
        if sent:
            self.sent[signal.key] = hash(signal.origin)
        else:
            self.others.setdefault(signal.key, set()).add(_item(signal))


@dataclass
class Claim:
    """One call's share of the work.

    ``fresh`` signals are this claim's to send. ``duplicates`` were sent before, from another origin. ``later`` signals
    are to be claimed again when ``waits`` have ended: somebody is sending events with the same id just now, this very
    claim where one id stands twice in a message.
    """

    fresh: list[QueuedSignal] = field(default_factory=list)
    duplicates: list[QueuedSignal] = field(default_factory=list)
    later: list[QueuedSignal] = field(default_factory=list)
    waits: list[Future[None]] = field(default_factory=list)
    done: Future[None] = field(default_factory=Future)
    """Ends when every fresh signal was released."""
    unreleased: int = 0


class VerdictMemory:
    """Remembers at least the last ``size`` decisions, about 200 bytes each, and everything under way.

    What was sent is known by its origin, so it is not sent again when its message was published twice. What was not is
    known as this item of this message: the same event sent again by a replay, corrected under the same id, or as
    another item beside it must go through.
    """

    def __init__(self, size: int) -> None:
        self._size = size
        # Two generations instead of one ordered map: forgetting the older half costs nothing.
        self._recent = _Decisions()
        self._older = _Decisions()
        self._under_way: dict[bytes, Claim] = {}
        self._lock = threading.Lock()

    def claim(self, signals: Iterable[QueuedSignal]) -> Claim:
        """Sort signals by what this instance knows of them, and claim the fresh ones; duplicates are now decided."""
        claim = Claim()
        with self._lock:
            for signal in signals:
                self._sort(signal, claim)
            self._forget()
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

    def has_decided(self, signals: Iterable[QueuedSignal]) -> bool:
        """Say whether there is a verdict on each of these signals, written or not."""
        with self._lock:
            return all(self._was_sent(signal) or self._is_settled(signal) for signal in signals)

    def was_any_sent(self, signals: Iterable[QueuedSignal]) -> bool:
        """Say whether Meta has taken one of these very signals."""
        with self._lock:
            return any(map(self._was_sent, signals))

    def remember(self, verdicts: Iterable[Verdict]) -> None:
        """Note what became of signals: from now on nobody here sends them again."""
        with self._lock:
            note = self._recent.note
            for verdict in verdicts:
                note(verdict.signal, sent=verdict.sent)
            self._forget()

    def _forget(self) -> None:
        if self._recent.count > self._size:
            self._older, self._recent = self._recent, _Decisions()

    def _sort(self, signal: QueuedSignal, claim: Claim) -> None:
        key, recent, older = signal.key, self._recent, self._older
        if key in self._under_way:
            claim.later.append(signal)
            done = self._under_way[key].done
            if done not in claim.waits:
                claim.waits.append(done)
            return
        sent = recent.sent.get(key)
        if sent is None:
            sent = older.sent.get(key)
        if sent is not None and sent == hash(signal.origin):
            return
        if (key in recent.others or key in older.others) and self._is_settled(signal):
            return
        if sent is not None:
            recent.note(signal, sent=False)
            claim.duplicates.append(signal)
            return
        self._under_way[key] = claim
        claim.fresh.append(signal)
        claim.unreleased += 1

    def _was_sent(self, signal: QueuedSignal) -> bool:
        origin = hash(signal.origin)
        return origin in (self._recent.sent.get(signal.key), self._older.sent.get(signal.key))

    def _is_settled(self, signal: QueuedSignal) -> bool:
        item = _item(signal)
        return any(item in known.others.get(signal.key, ()) for known in (self._recent, self._older))


def _item(signal: QueuedSignal) -> int:
    return hash((signal.message_id, signal.index))
