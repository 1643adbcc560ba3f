"""One event through handle, without I/O: consent, datasets, enrichment, hashing, opt-out list, format, rules."""

from __future__ import annotations

from typing import NamedTuple

import msgspec

from handle.consent.gate import denial, limited_data_use
from handle.consent.opt_out import opted_out
from handle.consent.opt_out_list import OptOutList
from handle.consent.policy import ConsentPolicy
from handle.datasets import Datasets, Destination
from handle.format.server_event import server_event
from handle.outcomes import ended
from handle.rules import first_broken
from handle.user_data import Reading, user_data
from omnicapi.errors import Refused
from omnicapi.messages import Event, Outcome, ReadySignal, Signal
from omnicapi.server_event import ServerEvent


class Setup(msgspec.Struct, frozen=True):
    """All that decides what becomes of an event, apart from the event and the clock."""

    datasets: Datasets
    consent: ConsentPolicy = ConsentPolicy()
    opt_out_list: OptOutList = OptOutList()
    reading: Reading = Reading()


class Handled(NamedTuple):
    """What became of one event: one signal or one outcome for each dataset it was meant for, or one outcome in all."""

    signals: list[ReadySignal]
    outcomes: list[Outcome]
    added: list[str]
    """What enrichment brought, by name."""


def handle(event: Event, setup: Setup, now: int) -> Handled:
    """Return what becomes of ``event``, which is not changed. ``now`` is Unix seconds, UTC. Never raises."""
    denied = denial(event, setup.consent.of(event.channel))
    if denied is not None:
        return Handled([], [ended(event, "dropped", denied.reason, denied.field, denied.text)], [])
    try:
        destinations = _destinations(event, setup.datasets)
    except Refused as refused:
        return Handled([], [ended(event, "rejected", refused.reason, refused.field, str(refused))], [])
    if not destinations:
        return Handled([], [ended(event, "dropped", "not_routed", None, "The datasets file sends it nowhere.")], [])
    handled = Handled([], [], [])
    for destination in destinations:
        if not _add(handled, event, destination, setup, now):
            text = "An identifier of the person is on the opt-out list."
            return Handled([], [ended(event, "dropped", "opted_out", "user_data", text)], [])
    return handled


def _destinations(event: Event, datasets: Datasets) -> tuple[Destination, ...]:
    brand = event.custom_data.properties.get(datasets.brand_property) if datasets.brand_property else None
    return datasets.destinations(event.channel, event.event_name, brand, event.dataset)


def _add(handled: Handled, event: Event, destination: Destination, setup: Setup, now: int) -> bool:
    """Add the signals or outcomes of the destination's datasets; ``False`` where the person opted out of everything."""
    warnings = list(event.warnings)
    defaults = destination.defaults
    user = user_data(event, setup.reading, defaults, now, warnings, handled.added)
    if len(setup.opt_out_list) and opted_out(user, setup.opt_out_list):
        return False
    use = limited_data_use(event, setup.consent.of(event.channel))
    made = server_event(event, user, use, defaults.currency, now, warnings)
    broken = first_broken(made, now, built_here=True)
    for id_ in destination.ids:
        if broken is None:
            handled.signals.append(_signal(event, id_, made, warnings))
        else:
            reason, fix = broken.rule.reason, broken.rule.fix
            handled.outcomes.append(ended(event, "rejected", reason, broken.field, fix, id_, warnings))
    return True


def _signal(event: Event, dataset: str, made: ServerEvent, warnings: list[str]) -> ReadySignal:
    return Signal(
        dataset=dataset,
        channel=event.channel,
        event=made,
        origin=event.origin,
        received_ms=event.received_ms,
        warnings=warnings,
    )
