"""Makes verdicts last: dead letters first, then outcomes. What Pub/Sub did not take is owed, and tried again apart."""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Sequence
from concurrent.futures import wait

from forward.signals import QueuedSignal
from forward.verdicts.debts import Debts
from forward.verdicts.memory import VerdictMemory
from forward.verdicts.verdict import Verdict, has_taken, is_refused
from omnicapi.bounds import short
from omnicapi.logs import failure, fields
from omnicapi.outcomes import OutcomeWriter, Sending
from omnicapi.publishing.publisher import Publisher

log = logging.getLogger(__name__)

DUPLICATE = "duplicate"
"""Reason of an event whose id this instance already sent from another origin."""

UNREADABLE = "signal_unreadable"
"""Reason of an item that is no signal."""

LARGEST_LETTER = 9_000_000
"""Bytes of a dead letter; what Pub/Sub delivered to us with others may be too large for it once it stands alone."""


FIRST_WORD = 2.0
"""Seconds in which Pub/Sub is asked to take a dead letter, or an outcome, before it is owed."""


class Verdicts:
    """Writes verdicts to the memory and to the dead-letter and outcomes topics.

    ``client_timeout`` is the seconds after which Google's client gives a message up.
    """

    def __init__(
        self, outcomes: OutcomeWriter, dead_letters: Publisher, memory: VerdictMemory, client_timeout: float
    ) -> None:
        self._outcomes = outcomes
        self._dead_letters = dead_letters
        self._memory = memory
        self._client_timeout = client_timeout
        self.debts = Debts(self._write_again)

    def settle(self, verdicts: Sequence[Verdict]) -> None:
        """Make what was decided last: nobody here sends these events again, whatever Pub/Sub says.

        Never raises. A verdict whose dead letter or outcome Pub/Sub did not take is owed (:class:`Debts`).
        """
        self._memory.remember(verdicts)
        self._write_or_owe(verdicts)

    def drop_duplicates(self, signals: Sequence[QueuedSignal]) -> None:
        """Say that these, which the memory knows, were not sent because their event id was sent before."""
        verdicts = []
        for signal in signals:
            outcome = signal.outcome()
            outcome.verdict, outcome.reason, outcome.field = "dropped", DUPLICATE, "event_id"
            outcome.message = "An event with this id was sent already from elsewhere; it was not sent again."
            verdicts.append(Verdict(signal, outcome))
        self._write_or_owe(verdicts)

    def refuse_unreadable(self, signals: Sequence[QueuedSignal]) -> None:
        """Refuse the items of a message that are no signals."""
        verdicts = []
        for signal in signals:
            outcome = signal.outcome()
            outcome.verdict, outcome.reason = "rejected", UNREADABLE
            outcome.event_id = outcome.event_name = outcome.event_time = None
            outcome.message = f"This is no signal as handle writes it: {signal.fault}. See its dead letter."
            verdicts.append(Verdict(signal, outcome))
        self.settle(verdicts)

    def _write_or_owe(self, verdicts: Sequence[Verdict]) -> None:
        try:
            if self._write(verdicts):
                return
        except Exception as error:  # noqa: BLE001 - after Meta's answer nothing may bring the events back
            log.error("verdicts were not written", extra=failure(error))  # noqa: TRY400 - its text could quote data
        self.debts.owe([verdict for verdict in verdicts if not verdict.is_written()])

    def _write_again(self, verdicts: Sequence[Verdict]) -> None:
        """Write what is owed; what was still under way is waited for before, so that nothing is written twice.

        A verdict that time and again cannot be written even alone is given up and told in the log.
        """
        self._wait_for_earlier(verdicts)
        try:
            self._write(verdicts)
        except Exception:  # noqa: BLE001 - which of them it is shows alone
            suspects = verdicts
        else:
            suspects = [verdict for verdict in verdicts if is_refused(verdict.letter) or is_refused(verdict.message)]
        for verdict in suspects:
            self._write_alone(verdict)

    def _write_alone(self, verdict: Verdict) -> None:
        _forget_refused(verdict)
        try:
            self._write([verdict])
            refused = next((one for one in (verdict.letter, verdict.message) if is_refused(one)), None)
            error = refused.exception() if refused else None
        except Exception as raised:  # noqa: BLE001 - it must not keep the others back for ever
            error = raised
        if error is None:
            return
        verdict.failed_alone += 1
        if not verdict.is_given_up():
            return
        about = fields(origin=short(verdict.signal.origin.text()), verdict=verdict.outcome.verdict)
        described = fields(**about["json_fields"], **failure(error)["json_fields"])
        if is_refused(verdict.letter):  # its outcome still tells of it
            verdict.without_letter, verdict.failed_alone = True, 0
            log.error("a dead letter cannot be written", extra=described)
        else:
            log.error("an outcome cannot be written", extra=described)

    def _wait_for_earlier(self, verdicts: Sequence[Verdict]) -> None:
        under_way = {
            future for verdict in verdicts for future in (verdict.letter, verdict.message) if future is not None
        }
        wait(under_way, timeout=self._client_timeout)
        for verdict in verdicts:
            verdict.letter = verdict.letter if has_taken(verdict.letter) else None
            verdict.message = verdict.message if has_taken(verdict.message) else None

    def _write(self, verdicts: Sequence[Verdict]) -> bool:
        """Hand over what is missing of dead letters and, where those are taken, of outcomes; wait for Pub/Sub's word.

        Return whether all of it was taken; else each verdict knows.
        """
        rejected = [v for v in verdicts if v.outcome.verdict == "rejected" and v.needs_letter and v.letter is None]
        all_taken = not rejected or self._dead_letter(rejected)
        requests: defaultdict[tuple[str, str | None, int | None], list[Verdict]] = defaultdict(list)
        for verdict in verdicts if all_taken else [verdict for verdict in verdicts if verdict.is_kept()]:
            if verdict.message is None:
                request = verdict.signal.dataset, verdict.outcome.fbtrace_id, verdict.http_status
                requests[request].append(verdict)
        sendings = [sending for request, group in requests.items() for sending in self._tell(group, *request)]
        return not any(self._outcomes.confirm(sendings)) and all_taken

    def _tell(
        self, group: list[Verdict], dataset: str, fbtrace_id: str | None, http_status: int | None
    ) -> list[Sending]:
        """Hand over the outcomes that one answer of Meta's decided."""
        outcomes = [verdict.outcome for verdict in group]
        sendings = self._outcomes.start(
            outcomes, dataset=dataset or None, fbtrace_id=fbtrace_id, http_status=http_status
        )
        start = 0
        for sending in sendings:
            end = start + len(sending.batch.outcomes)
            for verdict in group[start:end]:
                verdict.message = sending.future
            start = end
        return sendings

    def _dead_letter(self, rejected: Sequence[Verdict]) -> bool:
        """Publish each rejected signal with its reason; return whether all were taken."""
        for verdict in rejected:
            item = verdict.signal.letter()
            if len(item) > LARGEST_LETTER:
                verdict.without_letter = True
                log.error("too large for a dead letter", extra=fields(origin=short(verdict.signal.origin.text())))
            else:
                (verdict.letter,) = self._dead_letters.start_encoded("signal", [item], **_about(verdict))
        letters = [verdict.letter for verdict in rejected if verdict.letter is not None]
        return not any(list(self._dead_letters.failures(letters)))


def _forget_refused(verdict: Verdict) -> None:
    verdict.letter = None if is_refused(verdict.letter) else verdict.letter
    verdict.message = None if is_refused(verdict.message) else verdict.message


def _about(verdict: Verdict) -> dict[str, str]:
    """Return the attributes of a dead letter: enough to list and choose them without reading the data."""
    signal, outcome = verdict.signal, verdict.outcome
    about = {
        "reason": outcome.reason,
        "code": outcome.code,
        "fbtrace_id": outcome.fbtrace_id,
        "channel": signal.channel,
        "dataset": signal.dataset,
    }
    return {name: text for name, text in about.items() if text}
