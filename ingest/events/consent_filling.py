"""How what was read of consent gets into an event."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from ingest.consent.reading import flags, is_known, opened, take, take_inside, take_nested, without_consent
from ingest.consent.signals import ConsentSignals
from omnicapi.consent.answers import signal_name
from omnicapi.consent.names import CONSENT
from omnicapi.messages import Event

MOST_UNKNOWN = 1000
"""Keys of unknown meaning that an event takes along; with more, nobody can say that none of them is a denial."""


def fill_consent(event: Event, made: Mapping[str, Any]) -> None:
    """Write what the columns and keys about consent say; ``made`` has a boolean or a cell for each."""
    consent = ConsentSignals()
    for name, value in made.items():
        if isinstance(value, bool):
            consent.set(signal_name(name), value)
        else:
            _take_key(name, value, consent)
    consent.fill(event)


def _take_key(name: str, value: Any, consent: ConsentSignals) -> None:
    """Take what a key says, whose dots are those of a path, or part of its own name."""
    around, _, key = name.rpartition(".")
    if is_known(name):
        take(name, value, consent)
    elif any(map(is_known, around.split("."))):
        take_inside(key, value, consent)
    else:
        take(key, value, consent)


def fill_unknown(event: Event, unknown: Mapping[str, Any]) -> None:
    """Write what keys that are no field would say as signals, and what objects among them say of consent."""
    consent, found = ConsentSignals(), event.unknown_keys
    for name, value in zip(unknown, map(opened, unknown.values()), strict=True):
        take_nested(value, consent)
        for flag, said in flags(name.rpartition(".")[2], value):
            found[flag] = said if found.get(flag, said) is said else None
            if len(found) > MOST_UNKNOWN:
                del found[flag]
                consent.mark_unreadable(CONSENT)
                break
    consent.fill(event)


def fill_from_properties(event: Event) -> None:
    """Take consent out of an event's own properties and the objects among them: it is heeded, and does not leave."""
    properties = event.custom_data.properties
    consent = ConsentSignals()
    take_nested(properties, consent)
    event.custom_data.properties = without_consent(properties)
    consent.fill(event)


def together(events: Sequence[Event], event: Event) -> None:
    """Write into ``event`` what ``events`` say of consent; what one of them denies is denied."""
    consent = ConsentSignals()
    for one in events:
        consent.add(one.consent, one.consent_unreadable)
    event.consent, event.consent_unreadable = consent.signals, consent.unreadable
    event.unknown_keys = _merged(one.unknown_keys for one in events)


def _merged(said: Iterable[Mapping[str, bool | None]]) -> dict[str, bool | None]:
    merged: dict[str, bool | None] = {}
    for flags_ in said:
        for name, flag in flags_.items():
            merged[name] = flag if merged.get(name, flag) is flag else None
    return merged
