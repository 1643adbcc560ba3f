"""What a shape of message is: how it is recognised, which events it holds, and what its keys mean."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from ingest.convert import as_cell
from ingest.plan import Header, Plan
from omnicapi.messages import Event, Origin

Item = Mapping[str, Any]
"""One JSON object of a message, as the producer wrote it."""

Record = Mapping[str, Any]
"""One event's values by key: nested objects opened, their keys joined with dots (``user_data.em``)."""


@dataclass(frozen=True)
class Shape:
    """One way in which producers write events; ``name`` is what the ``schema`` attribute calls it.

    ``recognises`` must hold for no object of another shape. ``records`` gives one record an event, ``header`` says
    which key fills which field.
    """

    name: str
    recognises: Callable[[Item], bool]
    records: Callable[[Item], Iterable[Record]]
    header: Callable[[Sequence[str]], Header]


class RecordReader:
    """Turns records of one shape into events. What the keys mean is worked out once for each set of keys."""

    def __init__(self, shape: Shape) -> None:
        self.shape = shape
        self._plan = lru_cache(maxsize=512)(lambda keys: Plan(shape.header(keys)))

    def event(self, record: Record, channel: str, origin: Origin, received_ms: int) -> Event:
        """Build the record's event, with an empty id where it has none; raises Refused that names the key."""
        values = list(record.values())
        cells = [as_cell(value) for value in values]
        return self._plan(tuple(record)).event(cells, channel, origin, received_ms, values)


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
