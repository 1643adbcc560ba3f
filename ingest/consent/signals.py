"""What one event says of consent, gathered from every place where it says something."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from omnicapi.consent.answers import LONGEST_NAME, Answer, answer, signal_name
from omnicapi.consent.names import CONSENT, GRANTS, OPT_OUTS
from omnicapi.messages import Event

_GRANTS, _OPT_OUTS = frozenset({CONSENT, *GRANTS}), frozenset(OPT_OUTS)


MOST_SIGNALS = 1000
"""Signals that an event tells of, and as many unreadable ones; of more nobody can say that none is a denial."""


class ConsentSignals:
    """Signals that are true or false, and those of which something is said that cannot be read.

    Where two places contradict each other the denial counts; of a signal of the client's own nobody knows here which of
    both that is, so it counts as unreadable, which handle takes for a denial.
    """

    __slots__ = ("signals", "unreadable")

    def __init__(self) -> None:
        self.signals: dict[str, bool] = {}
        self.unreadable: list[str] = []

    def set(self, signal: str, said: bool) -> None:
        """Take that ``signal``, by its usual name, is true or false."""
        if signal not in self.signals and len(self.signals) >= MOST_SIGNALS:
            self.mark_unreadable(CONSENT)
            return
        if self.signals.setdefault(signal, said) is said:
            return
        self.signals[signal] = signal in _OPT_OUTS
        if signal not in _GRANTS and signal not in _OPT_OUTS:
            self.mark_unreadable(signal)

    def mark_unreadable(self, signal: str) -> None:
        """Take that something is said of ``signal`` which cannot be read."""
        if signal in self.unreadable:
            return
        if len(self.unreadable) < MOST_SIGNALS:
            self.unreadable.append(signal)
        elif CONSENT not in self.unreadable:
            self.unreadable[-1] = CONSENT

    def take(self, name: str, value: Any) -> None:
        """Take what ``value`` says of the signal that ``name`` spells."""
        if len(name) <= LONGEST_NAME:
            for one in value if isinstance(value, list) else (value,):
                self._take(signal_name(name), one)

    def _take(self, signal: str, value: Any) -> None:
        said = answer(value)
        if said in (Answer.YES, Answer.NO):
            self.set(signal, said is Answer.YES)
        elif said in (Answer.GRANTED, Answer.DENIED) and signal not in _OPT_OUTS:
            self.set(signal, said is Answer.GRANTED)
            if said is Answer.DENIED and signal not in _GRANTS:
                # Of a signal of the client's own: it may be an opt-out, which nobody withdraws by "denied".
                self.mark_unreadable(signal)
        elif said is not Answer.SILENT:
            # Of an opt-out "granted" and "denied" say both: what was asked for, and what was answered.
            self.mark_unreadable(signal)

    def fill(self, event: Event) -> None:
        """Write what was consent into the event, beside what is known of it already."""
        self.add(event.consent, event.consent_unreadable)
        event.consent, event.consent_unreadable = self.signals, self.unreadable

    def add(self, signals: Mapping[str, bool], unreadable: Iterable[str]) -> None:
        """Take what was consent elsewhere."""
        for signal, said in signals.items():
            self.set(signal, said)
        for signal in unreadable:
            self.mark_unreadable(signal)
