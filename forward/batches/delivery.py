"""One batch to Meta and its consequences: verdicts, outcomes, dead letters, and what the gate learns from it.

An event is decided once Meta has answered, and stays so whatever happens to its outcome. What cannot be decided now
says why; its message is then nacked and Pub/Sub brings it again with the same event ids.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from forward.batches.batch_key import BatchKey
from forward.batches.batch_requests import BatchRequests
from forward.batches.gate import Gate, Gates
from forward.batches.isolation import Fate, Isolation
from forward.meta.answer import Answer
from forward.meta.client import Meta
from forward.meta.errors import BARE_REFUSAL, TOO_OLD, UNEXPLAINED
from forward.meta.explanation import explanation
from forward.settings import ForwardSettings
from forward.signals import QueuedSignal
from forward.verdicts.record import Verdicts
from forward.verdicts.verdict import Verdict
from omnicapi.errors import MetaRefusedUs, OmniCapiError
from omnicapi.window import is_too_old

Undecided = OmniCapiError | None
"""Why an event has no verdict yet; ``None`` where it has one."""

SEARCH_UNCLEAR_FROM = 4
"""Delivery attempt from which a batch that fails for no known reason is searched for an event that is the cause."""


class Delivery:
    """Delivers batches. ``clock`` is Unix seconds, UTC."""

    def __init__(
        self, meta: Meta, gates: Gates, verdicts: Verdicts, settings: ForwardSettings, clock: Callable[[], float]
    ) -> None:
        self._meta = meta
        self._gates = gates
        self._verdicts = verdicts
        self._extra_requests = settings.extra_requests
        self._search_seconds = settings.verdict_timeout / 2
        self._clock = clock

    def run(self, key: BatchKey, signals: Sequence[QueuedSignal]) -> list[Undecided]:
        """Deliver one batch; say of each signal, in order, why it is still undecided, or ``None``."""
        now = int(self._clock())
        fates: list[Fate] = [Answer(refusal=TOO_OLD)] * len(signals)
        fresh = [i for i, signal in enumerate(signals) if not is_too_old(signal.event_time, signal.action_source, now)]
        if fresh:
            sent = self._send(key, [signals[position] for position in fresh])
            for position, fate in zip(fresh, sent, strict=True):
                fates[position] = fate
        return self._write(signals, fates)

    def _write(self, signals: Sequence[QueuedSignal], fates: Sequence[Fate]) -> list[Undecided]:
        decided = [(signal, fate) for signal, fate in zip(signals, fates, strict=True) if isinstance(fate, Answer)]
        now = int(self._clock())
        self._verdicts.settle([_verdict(signal, answer, now) for signal, answer in decided])
        return [fate if isinstance(fate, OmniCapiError) else None for fate in fates]

    def _send(self, key: BatchKey, signals: Sequence[QueuedSignal]) -> list[Fate]:
        """Send through the dataset's gate, which learns; return the fate of each signal."""
        gate = self._gates.of(key.dataset)
        try:
            gate.enter()
        except OmniCapiError as closed:
            return [closed] * len(signals)
        begun = gate.clock()
        requests = BatchRequests(self._meta, gate, key, [signal.event for signal in signals], self._search_seconds)
        unclear = max(signal.delivery_attempt for signal in signals) >= SEARCH_UNCLEAR_FROM
        fates = Isolation(requests.send, len(signals), self._extra_requests, search_unclear=unclear).run()
        answers = [fate for fate in fates if isinstance(fate, Answer)]
        if (
            answers
            and all(answer.refusal for answer in answers)
            and not self._may_reject(gate, begun, signals, answers)
        ):
            return [MetaRefusedUs(f"Dataset {key.dataset} is stopped: Meta refuses all its events.")] * len(signals)
        return fates

    def _may_reject(self, gate: Gate, begun: float, signals: Sequence[QueuedSignal], answers: Sequence[Answer]) -> bool:
        """Decide whether a batch of which Meta took nothing may be dead-lettered.

        A bare code 100 is also what a weak token gets (meta-capi.md §9.1): while Meta takes nothing beside it, it says
        nothing about the events. Nor does a subcode that nobody knows (docs/adr/0155).
        """
        if all(answer.refusal == UNEXPLAINED and answer.named_event is None for answer in answers):
            shown = explanation([signal.event for signal in signals], int(self._clock()))
            gate.stop(begun, BARE_REFUSAL._replace(remedy=f"{BARE_REFUSAL.remedy} {shown}".rstrip()))
            return False
        return gate.may_reject(begun, len(answers))


def _verdict(signal: QueuedSignal, answer: Answer, now: int) -> Verdict:
    outcome = signal.outcome()
    outcome.fbtrace_id = answer.fbtrace_id
    if answer.refusal is not None:
        outcome.verdict = "rejected"
        outcome.reason, outcome.message = answer.refusal.reason, answer.refusal.remedy
        outcome.field, outcome.code = answer.refusal.field, answer.code
        if answer.refusal.reason == UNEXPLAINED.reason:
            outcome.message += f" {explanation([signal.event], now)}"
    return Verdict(signal, outcome, answer.status)
