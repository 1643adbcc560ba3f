"""Events through handle, without I/O: consent, datasets, enrichment, hashing, opt-out list, format, rules."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import msgspec

from handle.consent.gate import denial, limited_data_use
from handle.consent.opt_out import opted_out
from handle.consent.opt_out_list import OptOutList
from handle.consent.policy import ConsentPolicy
from handle.datasets import Datasets, Destination
from handle.draft import Draft, Reading, begin
from handle.format.server_event import server_event
from handle.outcomes import ended
from handle.rules import Broken, first_broken
from handle.rules.ordinary import is_ordinary
from handle.user_data import fill_in
from omnicapi.errors import Refused
from omnicapi.messages import Event, Outcome, ReadySignal, Signal
from omnicapi.server_event import ServerEvent


class Setup(msgspec.Struct, frozen=True):
    """All that decides what becomes of an event, apart from the event and the clock."""

    datasets: Datasets
    consent: ConsentPolicy = ConsentPolicy()
    opt_out_list: OptOutList = OptOutList()
    reading: Reading = Reading()


@dataclass(slots=True)
class Handled:
    """What became of events: for each a signal or an outcome by dataset it was meant for, or one outcome in all."""

    signals: list[ReadySignal] = field(default_factory=list)
    outcomes: list[Outcome] = field(default_factory=list)
    added: Counter[str] = field(default_factory=Counter)
    """How often enrichment added what."""


def handle(events: Iterable[Event], setup: Setup, now: int) -> Handled:
    """Return what becomes of ``events``, which are not changed. ``now`` is Unix seconds, UTC. Never raises.

    What becomes of an event does not depend on the others.
    """
    handled = Handled()
    drafts = [draft for place, event in enumerate(events) for draft in _admitted(place, event, setup, handled.outcomes)]
    handled.added = fill_in(drafts, setup.reading.enrichment, now)
    if len(setup.opt_out_list):
        drafts = _without_opted_out(drafts, setup.opt_out_list, handled.outcomes)
    made = [_server_event(draft, setup, now) for draft in drafts]
    for draft, event in zip(drafts, made, strict=True):
        broken = None if is_ordinary(event, now) else first_broken(event, now)
        if broken is None:
            handled.signals += _signals(draft, event)
        else:
            handled.outcomes += _refusals(draft, broken)
    return handled


def _admitted(place: int, event: Event, setup: Setup, outcomes: list[Outcome]) -> list[Draft]:
    """Return a draft for each kind of dataset the event may go to, or add the outcome that says why to none."""
    denied = denial(event, setup.consent.of(event.channel))
    if denied is not None:
        outcomes.append(ended(event, "dropped", denied.reason, denied.field, denied.text))
        return []
    try:
        destinations = _destinations(event, setup.datasets)
    except Refused as refused:
        outcomes.append(ended(event, "rejected", refused.reason, refused.field, str(refused)))
        return []
    if not destinations:
        outcomes.append(ended(event, "dropped", "not_routed", None, "The datasets file sends it nowhere."))
    return [begin(place, event, destination, setup.reading) for destination in destinations]


def _destinations(event: Event, datasets: Datasets) -> tuple[Destination, ...]:
    brand = event.custom_data.properties.get(datasets.brand_property) if datasets.brand_property else None
    return datasets.destinations(event.channel, event.event_name, brand, event.dataset)


def _without_opted_out(drafts: Sequence[Draft], people: OptOutList, outcomes: list[Outcome]) -> list[Draft]:
    """Take out every draft of an event of which one shows a person on the list, and add one outcome for each."""
    gone = {draft.place: draft.event for draft in drafts if opted_out(draft.user, people)}
    text = "An identifier of the person is on the opt-out list."
    outcomes.extend(ended(event, "dropped", "opted_out", "user_data", text) for event in gone.values())
    return [draft for draft in drafts if draft.place not in gone]


def _server_event(draft: Draft, setup: Setup, now: int) -> ServerEvent:
    use = limited_data_use(draft.event, setup.consent.of(draft.event.channel))
    return server_event(draft.event, draft.user, use, draft.destination.defaults.currency, now, draft.warnings)


def _signals(draft: Draft, made: ServerEvent) -> list[ReadySignal]:
    event = draft.event
    return [
        Signal(
            dataset=dataset,
            channel=event.channel,
            event=made,
            origin=event.origin,
            received_ms=event.received_ms,
            warnings=draft.warnings,
        )
        for dataset in draft.destination.ids
    ]


def _refusals(draft: Draft, broken: Broken) -> list[Outcome]:
    reason, fix = broken.rule.reason, broken.rule.fix
    return [
        ended(draft.event, "rejected", reason, broken.field, fix, dataset, draft.warnings)
        for dataset in draft.destination.ids
    ]
