"""Whether every event that went in came out: the samples against the outcomes, the outcomes against Meta."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from omnicapi.messages import Outcome

EventKey = tuple[str | None, str | None, str | None]
"""Dataset, event name and event id: what Meta tells events apart by."""


@dataclass(frozen=True)
class Account:
    """The events of one channel: how many were put in, and how many ended how."""

    channel: str
    read: int
    sent: int
    rejected: int
    dropped: int

    @property
    def closed(self) -> bool:
        """Whether every event has exactly one verdict."""
        return self.read == self.sent + self.rejected + self.dropped


def accounts(put_in: Mapping[str, int], outcomes: Iterable[Outcome]) -> list[Account]:
    """Return an account for each channel: ``put_in`` says how many events it was given, ``outcomes`` has one per event.

    A channel that nobody put anything into has an account as well where it has outcomes.
    """
    verdicts = Counter((outcome.channel, outcome.verdict) for outcome in outcomes)
    channels = [*put_in, *sorted({channel for channel, _ in verdicts} - put_in.keys())]
    return [
        Account(
            channel,
            put_in.get(channel, 0),
            verdicts[channel, "sent"],
            verdicts[channel, "rejected"],
            verdicts[channel, "dropped"],
        )
        for channel in channels
    ]


def problems(
    accounts: Iterable[Account], events: Iterable[Sequence[Outcome]], accepted: Iterable[EventKey]
) -> Iterator[str]:
    """Yield what does not add up, a sentence each; nothing where every event is accounted for.

    ``events`` has all outcomes of each event, ``accepted`` what Meta took.
    """
    for account in accounts:
        if not account.closed:
            decided = account.sent + account.rejected + account.dropped
            yield f"{account.channel}: {account.read} events were put in, {decided} have a verdict."
    sent = set()
    for outcomes in events:
        last = outcomes[-1]
        if len({outcome.verdict for outcome in outcomes}) > 1:
            yield f"{last.origin.text()} has two verdicts."
        if last.verdict == "sent":
            sent.add((last.dataset, last.event_name, last.event_id))
    taken = set(accepted)
    if missing := sent - taken:
        yield f"{len(missing)} events are reported as sent, but Meta has not accepted them."
    if unreported := taken - sent:
        yield f"Meta accepted {len(unreported)} events of which no outcome says so."
