"""An event through handle, without I/O: consent, datasets, enrichment, hashing, opt-out list, format, rules."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

import msgspec

from handle.consent.gate import denial, limited_data_use
from handle.consent.opt_out import opted_out
from handle.consent.opt_out_list import OptOutList
from handle.consent.own_signals import with_own_signals
from handle.consent.policy import ChannelPolicy, ConsentPolicy
from handle.datasets import Datasets, Destination
from handle.format.server_event import server_event
from handle.outcomes import ended, unreadable
from handle.refusals import refusal
from handle.rules import Broken, first_broken
from handle.rules.customer import identifiers
from handle.rules.ordinary import is_ordinary
from handle.user_data import Reading, user_data
from omnicapi.bounds import MOST_WARNINGS, few
from omnicapi.errors import Refused
from omnicapi.intake.push import BadItem
from omnicapi.internal_errors import InternalErrors
from omnicapi.messages import Event, Outcome, ReadySignal, Signal
from omnicapi.server_event import ServerEvent, UserData


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
    events: int = 0
    """How many there were."""
    failed: int = 0
    """How many raised what nobody foresaw."""
    errors: InternalErrors = field(default_factory=InternalErrors, compare=False)
    message_id: str = ""
    """The message that carried them, where one did."""


class Draft(msgspec.Struct, eq=False, gc=False):
    """What an event says of its person to datasets that share their defaults."""

    destination: Destination
    user: UserData
    warnings: list[str]
    """Fields that were left out or mended, ``field:reason`` each; never a value."""


def handle(events: Iterable[Event], setup: Setup, now: int) -> Handled:
    """Return what becomes of ``events``, which are not changed. ``now`` is Unix seconds, UTC."""
    handled = Handled()
    handled.signals.extend(signals(events, setup, now, handled))
    return handled


def signals(events: Iterable[Event | BadItem], setup: Setup, now: int, handled: Handled) -> Iterator[ReadySignal]:
    """Yield the signals one by one, for whoever writes each while it is warm, and put the rest into ``handled``.

    An item that is no event, and an event that raises what nobody foresaw, is refused for it, and the others go on.
    """
    for event in events:
        if isinstance(event, BadItem):
            handled.outcomes.append(unreadable(event, handled.message_id))
            continue
        handled.events += 1
        before = len(handled.outcomes)
        try:
            made = _signals(event, setup, now, handled)
        except Exception as error:  # noqa: BLE001 - whatever it is, it must not cost the other events
            del handled.outcomes[before:]
            refused = handled.errors.refusal(error, event.origin)
            handled.outcomes.append(ended(event, "rejected", refused.reason, None, str(refused)))
            handled.failed += 1
        else:
            yield from made


def _signals(event: Event, setup: Setup, now: int, handled: Handled) -> list[ReadySignal]:
    """Return the signals of one event, or add the outcomes that say why there are none."""
    policy = setup.consent.of(event.channel)
    if policy.own:
        event = with_own_signals(event, policy.own)
    drafts = _drafts(event, policy, setup, now, handled)
    use = limited_data_use(event, policy) if drafts else None
    found: list[ReadySignal] = []
    for draft in drafts:
        made = server_event(event, draft.user, use, draft.destination.defaults.currency, now, draft.warnings)
        if len(draft.warnings) > MOST_WARNINGS:
            draft.warnings = few(draft.warnings)
        broken = None if is_ordinary(made, now) else first_broken(made, now)
        if broken is None and event.dry_run:
            handled.outcomes += _ready(event, draft, made)
        elif broken is None:
            names = identifiers(made.user_data)
            for dataset in draft.destination.ids:
                found.append(_signal(dataset, event, draft, made, names))  # noqa: PERF401 - a call less for the usual one
        else:
            handled.outcomes += _refusals(event, draft, broken)
    return found


def _drafts(event: Event, policy: ChannelPolicy, setup: Setup, now: int, handled: Handled) -> list[Draft]:
    """Return a draft for each kind of dataset the event goes to, or add the outcome that says why it goes nowhere."""
    drafts = []
    for destination in _admitted(event, policy, setup.datasets, handled.outcomes):
        warnings = event.warnings.copy()
        user = user_data(event, destination.defaults, setup.reading, now, warnings, handled.added)
        drafts.append(Draft(destination, user, warnings))
    if len(setup.opt_out_list) and any(opted_out(draft.user, setup.opt_out_list) for draft in drafts):
        text = "An identifier of the person is on the opt-out list."
        handled.outcomes.append(ended(event, "dropped", "opted_out", "user_data", text))
        return []
    return drafts


def _admitted(
    event: Event, policy: ChannelPolicy, datasets: Datasets, outcomes: list[Outcome]
) -> tuple[Destination, ...]:
    """Return where consent and routes let the event go, or add the outcome that says why it goes nowhere."""
    denied = denial(event, policy)
    if denied is not None:
        outcomes.append(ended(event, "dropped", denied.reason, denied.field, denied.text))
        return ()
    try:
        destinations = _destinations(event, datasets)
    except Refused as refused:
        outcomes.append(ended(event, "rejected", refused.reason, refused.field, str(refused)))
        return ()
    if not destinations:
        outcomes.append(ended(event, "dropped", "not_routed", None, "The datasets file sends it nowhere."))
    return destinations


def _destinations(event: Event, datasets: Datasets) -> tuple[Destination, ...]:
    brand = event.custom_data.properties.get(datasets.brand_property) if datasets.brand_property else None
    return datasets.destinations(event.channel, event.event_name, brand, event.dataset)


def _signal(dataset: str, event: Event, draft: Draft, made: ServerEvent, names: list[str]) -> ReadySignal:
    return Signal(
        dataset=dataset,
        channel=event.channel,
        event=made,
        origin=event.origin,
        received_ms=event.received_ms,
        warnings=draft.warnings,
        identifiers=names,
        datasets=draft.destination.datasets,
    )


def _ready(event: Event, draft: Draft, made: ServerEvent) -> list[Outcome]:
    """Return the end of an event that is only to be judged; no signal of it exists."""
    outcomes = [
        ended(event, "ready", None, None, None, dataset, draft.warnings, draft.destination.datasets)
        for dataset in draft.destination.ids
    ]
    for outcome in outcomes:
        outcome.identifiers = identifiers(made.user_data)
    return outcomes


def _refusals(event: Event, draft: Draft, broken: Broken) -> list[Outcome]:
    reason, text = refusal(event, broken, draft.warnings)
    return [
        ended(event, "rejected", reason, broken.field, text, dataset, draft.warnings, draft.destination.datasets)
        for dataset in draft.destination.ids
    ]
