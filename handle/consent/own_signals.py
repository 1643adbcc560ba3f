"""Signals of the client's own, which a policy names and nobody else knows: wherever an event says something of one.

They come among the signals of ``consent``, as keys that are no field, and as properties; there they are taken out,
since what a person answered is nothing to tell Meta.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import msgspec

from omnicapi.consent.answers import Answer, answer, squeezed
from omnicapi.messages import Event

UNKNOWN_FIELD = "unknown_field"
"""What ingest's warnings say of a key that is no field."""

DEPTH = 20
"""Levels of objects among an event's properties that are looked into."""

Own = Mapping[str, str]
"""Squeezed names to the policy's."""


def with_own_signals(event: Event, own: Own) -> Event:
    """Return the event with these signals under the names that the policy gives them, and out of its properties.

    One that says two different things is unreadable, as nobody knows which of both is the denial.
    """
    properties = event.custom_data.properties
    kept = _without(properties, own, DEPTH)
    among = list(_among(properties, own, DEPTH))
    told = (*event.consent.items(), *dict.fromkeys(event.consent_unreadable).items(), *event.unknown_keys.items())
    said = [(own[key], flag) for name, flag in told if (key := squeezed(name)) in own] + among
    if not said and kept == properties:
        return event
    made = msgspec.structs.replace(event, consent=event.consent.copy())
    made.consent_unreadable = event.consent_unreadable.copy()
    for signal, flag in said:
        if flag is None or made.consent.setdefault(signal, flag) is not flag:
            made.consent_unreadable.append(signal)
    made.warnings = [warning for warning in event.warnings if _unknown(warning) not in own]
    made.custom_data = msgspec.structs.replace(event.custom_data, properties=kept)
    return made


def _unknown(warning: str) -> str:
    """Return the squeezed name of the key that a warning calls unknown, which is not true of a signal."""
    path, _, reason = warning.rpartition(":")
    return squeezed(path.rpartition(".")[2]) if reason == UNKNOWN_FIELD else ""


def _among(properties: Mapping[str, Any], own: Own, depth: int) -> Iterator[tuple[str, bool | None]]:
    for name, value in properties.items():
        if (key := squeezed(name)) in own:
            said = answer(value)
            if said is not Answer.SILENT:
                yield own[key], _FLAGS.get(said)
        elif isinstance(value, dict) and depth > 1:
            yield from _among(value, own, depth - 1)


_FLAGS = {Answer.YES: True, Answer.GRANTED: True, Answer.NO: False}
"""What an answer says of a signal; "denied" says of an opt-out what of a grant is the opposite, so it is neither."""


def _without(properties: Mapping[str, Any], own: Own, depth: int) -> dict[str, Any]:
    return {
        name: _without(value, own, depth - 1) if isinstance(value, dict) and depth > 1 else value
        for name, value in properties.items()
        if squeezed(name) not in own
    }
