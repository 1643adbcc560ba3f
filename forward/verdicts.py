"""Makes verdicts last: dead letters first, then outcomes. What could not be written is told and stays remembered."""

from __future__ import annotations

import threading
from collections import defaultdict
from collections.abc import Mapping, Sequence

from forward.memory import Memory, Verdict
from forward.signals import QueuedSignal
from omnicapi.errors import PublishFailed
from omnicapi.outcomes import OutcomeWriter
from omnicapi.publisher import Publisher

DUPLICATE = "duplicate"
"""Reason of an event whose id this instance already sent from another origin."""


class Verdicts:
    """Writes verdicts to the dead-letter and outcomes topics and to the memory."""

    def __init__(self, outcomes: OutcomeWriter, dead_letters: Publisher, memory: Memory) -> None:
        self._outcomes = outcomes
        self._dead_letters = dead_letters
        self._memory = memory
        self._writing = threading.Lock()

    def write(self, verdicts: Sequence[Verdict]) -> Mapping[int, PublishFailed]:
        """Write what was decided; return, by position, the verdicts that could not be made to last.

        An event whose dead letter Pub/Sub did not take is not decided: it will be sent again. One whose outcome is
        missing is decided: the outcome is owed, and nobody sends the event again.
        """
        failures: dict[int, PublishFailed] = self._dead_letter(verdicts)
        lasting = {position: verdict for position, verdict in enumerate(verdicts) if position not in failures}
        requests: defaultdict[tuple[str, str | None, int | None], list[int]] = defaultdict(list)
        for position, (signal, outcome, http_status) in lasting.items():
            requests[signal.dataset, outcome.fbtrace_id, http_status].append(position)
        for positions in requests.values():
            request = [lasting[position] for position in positions]
            try:
                self._write_request(request)
            except PublishFailed as error:
                self._memory.owe(request)
                failures |= dict.fromkeys(positions, error)
        return failures

    def write_owed(self) -> None:
        """Write the outcomes that could not be written before; raise :class:`PublishFailed` while they still cannot.

        Nothing more should be sent before: an event that was sent and has no outcome is sent again elsewhere.
        """
        if not self._memory.owed():
            return
        if not self._writing.acquire(timeout=1.0):
            raise PublishFailed("Outcomes wait to be written; nothing more is sent before they are.")
        try:
            owed = self._memory.owed()
            self._outcomes.write([verdict.outcome for verdict in owed])
            self._memory.written(owed)
        finally:
            self._writing.release()

    def write_duplicates(self, signals: Sequence[QueuedSignal]) -> None:
        """Write that these were not sent because their event id was sent before; raise :class:`PublishFailed`."""
        outcomes = [signal.outcome() for signal in signals]
        for outcome in outcomes:
            outcome.verdict, outcome.reason, outcome.field = "dropped", DUPLICATE, "event_id"
            outcome.message = "An event with this id was sent already from elsewhere; it was not sent again."
        self._outcomes.write(outcomes)

    def _write_request(self, verdicts: Sequence[Verdict]) -> None:
        """Write the outcomes that one answer of Meta's decided."""
        first = verdicts[0]
        self._outcomes.write(
            [verdict.outcome for verdict in verdicts],
            dataset=first.signal.dataset,
            fbtrace_id=first.outcome.fbtrace_id,
            http_status=first.http_status,
        )
        self._memory.written(verdicts)

    def _dead_letter(self, verdicts: Sequence[Verdict]) -> dict[int, PublishFailed]:
        """Publish each rejected signal with its reason; return the failures by position."""
        started = [
            (position, self._dead_letters.start("signal", [verdict.signal.signal()], **_about(verdict)))
            for position, verdict in enumerate(verdicts)
            if not verdict.sent
        ]
        failures = {}
        for position, futures in started:
            try:
                self._dead_letters.wait(futures)
            except PublishFailed as error:
                failures[position] = error
        return failures


def _about(verdict: Verdict) -> dict[str, str]:
    """Return the attributes of a dead letter: enough to list and choose them without reading the data."""
    signal, outcome, _ = verdict
    about = {
        "reason": outcome.reason,
        "code": outcome.code,
        "fbtrace_id": outcome.fbtrace_id,
        "channel": signal.channel,
        "dataset": signal.dataset,
    }
    return {name: text for name, text in about.items() if text}
