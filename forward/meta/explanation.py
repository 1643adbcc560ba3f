"""What an event itself shows of why Meta may call a parameter of it invalid, where Meta does not say which.

A list of suspicions, the certain faults first: handle lets none of those pass, but a signal can wait, and others may
write signals. Only names of Meta's parameters are told, never what stands in them (meta-capi.md §2,
§4.1, §7.1).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

import msgspec

from omnicapi.server_event import ServerEvent, UserData
from omnicapi.values.currencies import DIGITS
from omnicapi.values.field_names import HASHED
from omnicapi.values.identifiers import SHA256
from omnicapi.window import is_too_far_ahead

Event = Mapping[str, Any]


class Suspicion(NamedTuple):
    """What may be wrong: a check of an event at a moment (Unix seconds, UTC), and what to say where it holds."""

    holds: Callable[[Event, int], bool]
    text: str


def _object(event: Event, name: str) -> Mapping[str, Any]:
    found = event.get(name)
    return found if isinstance(found, dict) else {}


def _unknown_keys(event: Event, _now: int) -> bool:
    return not event.keys() <= set(ServerEvent.__struct_fields__)


def _unknown_identifiers(event: Event, _now: int) -> bool:
    return not _object(event, "user_data").keys() <= set(UserData.__struct_fields__)


def _not_hashed(event: Event, _now: int) -> bool:
    user = _object(event, "user_data")
    given = [value for name in HASHED for value in _listed(user.get(name))]
    return not all(isinstance(value, str) and SHA256.fullmatch(value) for value in given)


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [] if value is None else [value]


def _ahead(event: Event, now: int) -> bool:
    return is_too_far_ahead(event.get("event_time", now), now)


def _currency(event: Event, _now: int) -> bool:
    currency = _object(event, "custom_data").get("currency")
    return currency is not None and str(currency).upper() not in DIGITS


def _no_page(event: Event, _now: int) -> bool:
    return event.get("action_source") == "website" and not event.get("event_source_url")


def _limited(event: Event, _now: int) -> bool:
    return bool(event.get("data_processing_options"))


def _own_structures(event: Event, _now: int) -> bool:
    data = _object(event, "custom_data")
    own = [value for name, value in data.items() if name not in ("contents", "content_ids", "store_data")]
    return any(isinstance(value, dict | list) for value in own)


SUSPICIONS: tuple[Suspicion, ...] = (
    Suspicion(_unknown_keys, "it has keys that are none of Meta's for an event"),
    Suspicion(_unknown_identifiers, "user_data has keys that are none of Meta's"),
    Suspicion(_not_hashed, "user_data has values that are no SHA-256 hashes where Meta wants hashes"),
    Suspicion(_ahead, "event_time is ahead of the clock"),
    Suspicion(_currency, "custom_data.currency is no currency of ISO 4217"),
    Suspicion(_no_page, "event_source_url is missing, which a website event needs"),
    Suspicion(
        _limited,
        "data_processing_options are set, which Meta refuses where the account has not made its choice about Limited "
        "Data Use: make it in Events Manager",
    ),
    Suspicion(_own_structures, "custom_data has lists or objects of the client's own, which Meta may not take"),
)
"""What is looked for, in the order in which it is told."""

NOTHING_SHOWS = "The event itself shows nothing that Meta documents as wrong."


def explanation(events: Sequence[bytes], now: int) -> str:
    """Say in a sentence what all of ``events``, Meta's JSON of each, have that may be the cause.

    Empty where several share nothing. Never raises for events that :mod:`forward.signals` has read: what Meta took
    beside them must not be undone by a text.
    """
    read = [_read(event) for event in events]
    found = [one.text for one in SUSPICIONS if all(one.holds(event, now) for event in read)]
    if found:
        return f"What may be wrong: {'; '.join(found)}."
    return NOTHING_SHOWS if len(events) == 1 else ""


def _read(event: bytes) -> Event:
    try:
        return _decode(event)
    except (ValueError, RecursionError):
        return {}


_decode = msgspec.json.Decoder(dict[str, Any]).decode
