"""The verdict on a batch: accepted whole, or refused whole for the first rule one of its events breaks."""

from dataclasses import dataclass

from local.meta.batch import Batch
from local.meta.errors import GraphError, refusal
from local.meta.rules import BATCH_RULES, EVENT_GROUPS, REQUEST_RULES, Event, Found
from local.meta.rules.model import Rule


@dataclass(frozen=True, slots=True)
class Breach:
    """A broken rule: its id, where it is broken, and the event's index in `data` when one event breaks it."""

    rule: Rule[Event] | Rule[Batch]
    found: Found
    event_index: int | None = None

    def as_error(self, locale: str) -> GraphError:
        """Give Meta's answer to it, in this language."""
        return refusal(self.rule.complaint, self.found, locale, self.event_index)


def judge(batch: Batch, now: int) -> Breach | None:
    """Find the first breach in Meta's order; `now` is the receiver's clock in Unix seconds."""
    for rule in REQUEST_RULES:
        if found := rule.check(batch, now):
            return Breach(rule, found)
    for index, event in enumerate(batch.events or ()):
        if breach := judge_event(event, now, index):
            return breach
    for rule in BATCH_RULES:
        if found := rule.check(batch, now):
            return Breach(rule, found)
    return None


def judge_event(event: Event, now: int, index: int = 0) -> Breach | None:
    """Find the first rule this event breaks by itself."""
    for group in EVENT_GROUPS:
        if group.concerns(event):
            for rule in group.rules:
                if found := rule.check(event, now):
                    return Breach(rule, found, index)
    return None
