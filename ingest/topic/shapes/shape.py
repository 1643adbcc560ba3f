"""What a shape of message is: how it is recognised, which events it holds, and what its keys mean."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Protocol

from ingest.events.header import Header
from ingest.events.plan import Plan
from ingest.values.convert import as_cell
from omnicapi.errors import Refused
from omnicapi.messages import Event, Origin

Item = Mapping[str, Any]
"""One JSON object of a message, as the producer wrote it."""

Record = Mapping[str, Any]
"""One event's values by key: nested objects opened, their keys joined with dots (``user_data.em``)."""


@dataclass(frozen=True, slots=True)
class Arrival:
    """What is known of an event besides its data. Times are Unix milliseconds, UTC; 0 where nobody said."""

    channel: str
    origin: Origin
    received_ms: int = 0
    published_ms: int = 0


class EventReader(Protocol):
    """Turns records of one shape into events. ``channel`` counts events whose message names none."""

    channel: str

    def event(self, record: Record, arrival: Arrival) -> Event:
        """Build the record's event, with an empty id where it has none; raises Refused that names the key."""
        ...


@dataclass(frozen=True)
class Shape:
    """One way in which producers write events; ``name`` is what the ``schema`` attribute calls it.

    ``recognises`` must hold for no object of another shape. ``records`` gives one record an event, or its refusal.
    """

    name: str
    recognises: Callable[[Item], bool]
    records: Callable[[Item], Iterable[Record | Refused]]


@dataclass(frozen=True)
class KeyedShape(Shape):
    """A shape whose keys are fields: ``header`` says which key fills which."""

    header: Callable[[Sequence[str]], Header]


@dataclass(frozen=True)
class GoogleShape(Shape):
    """A shape of Google's: what its parameters mean is in ``maps/ga4.json``.

    ``fallback_id`` makes the id of a record that has none, or returns ``None``. It may add warnings to the event.
    """

    fallback_id: Callable[[Record, Event], str | None]


PLANS, PLAN_KEYS, PLAN_TEXT = 512, 200, 10_000
"""Sets of keys whose plan is remembered, the most keys and characters of one: strangers must not fill the memory."""


class RecordReader:
    """Reads records of a keyed shape. What the keys mean is worked out once for each usual set of keys."""

    def __init__(self, shape: KeyedShape) -> None:
        self.channel = shape.name
        self._make_plan: Callable[[tuple[str, ...]], Plan] = lambda keys: Plan(shape.header(keys))
        self._known_plan = lru_cache(maxsize=PLANS)(self._make_plan)

    def event(self, record: Record, arrival: Arrival) -> Event:
        """Build the record's event, with an empty id where it has none; raises Refused that names the key."""
        values = list(record.values())
        cells = [as_cell(value) for value in values]
        plan = self._plan(tuple(record))
        return plan.event(cells, arrival.channel, arrival.origin, arrival.received_ms, values)

    def _plan(self, keys: tuple[str, ...]) -> Plan:
        is_usual = len(keys) <= PLAN_KEYS and sum(map(len, keys)) <= PLAN_TEXT
        return self._known_plan(keys) if is_usual else self._make_plan(keys)


def opened(item: Item, is_group: Callable[[str], bool]) -> dict[str, Any]:
    """Return the item's values with the objects opened whose dotted key ``is_group``, their keys joined with dots."""
    record: dict[str, Any] = {}
    for key, value in item.items():
        _open(key, value, is_group, record)
    return record


def _open(key: str, value: Any, is_group: Callable[[str], bool], record: dict[str, Any]) -> None:
    if isinstance(value, dict) and is_group(key):
        for inner, nested in value.items():
            _open(f"{key}.{inner}", nested, is_group, record)
    else:
        record[key] = value
