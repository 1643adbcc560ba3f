"""A message of topic ``event-of-interest`` becomes events, or outcomes that say what is wrong with which item."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from ingest.events.event_ids import EventIds
from ingest.events.outcomes import UNKNOWN_CHANNEL, rejected
from ingest.json.items import MOST, Salvaged, is_list, items
from ingest.maps.field_map import Map
from ingest.maps.folder import Maps
from ingest.maps.ga4_tables import Tables
from ingest.topic import unreadable
from ingest.topic.ga4.reader import Ga4Reader
from ingest.topic.shapes import BODIES, mapped, named, recognise
from ingest.topic.shapes.shape import Arrival, EventReader, GoogleShape, Item, KeyedShape, Record, RecordReader, Shape
from omnicapi.errors import Refused
from omnicapi.intake.push import PushMessage
from omnicapi.internal_errors import INTERNAL_ERROR, InternalErrors
from omnicapi.messages import Event, Origin, Outcome
from omnicapi.off_loop import is_large
from omnicapi.values.personal_data import impersonal
from omnicapi.values.placeholders import is_no_id, is_no_name

LONGEST_NAME = 100
"""Characters of a producer's id or name that an outcome repeats; longer is something else."""


@dataclass(frozen=True, slots=True)
class _Way:
    """How the items of a message are read: the shape that opens them and the reader of what it finds."""

    shape: Shape
    reader: EventReader


class TopicReader:
    """Reads messages of producers. ``maps`` has the channels whose maps name keys, and the tables of GA4's events.

    A message may hold ``most`` items.
    """

    def __init__(self, maps: Maps, most: int = MOST) -> None:
        self._maps = maps
        self._most = most
        self._errors = InternalErrors()
        self._keyed: dict[str, _Way] = {}
        self._mapped: dict[str, tuple[Map, _Way]] = {}
        self._googles: dict[str, tuple[Tables, _Way]] = {}

    def takes_long(self, size: int) -> bool:
        """Say whether a message of ``size`` bytes takes long to read, or waits for the maps first."""
        return is_large(size) or self._maps.is_due()

    def events(self, message: PushMessage, received_ms: int) -> Iterator[Event | Outcome]:
        """Yield the event of each item, or the outcome that says why it is none, in the message's order.

        A message that cannot be read at all gives one outcome. Raises ConfigurationError where a map must be mended,
        and at the end where message after message cannot be processed for an error of ours.
        """
        count = failed = 0
        for one in self._all(message, received_ms):
            count += 1
            failed += isinstance(one, Outcome) and one.reason == INTERNAL_ERROR
            yield one
        self._errors.end_message(count, failed)

    def _all(self, message: PushMessage, received_ms: int) -> Iterator[Event | Outcome]:
        channel = message.attributes.get("channel", "").strip().casefold()
        try:
            found = self._found(message, channel)
        except Refused as refused:
            yield rejected(refused, channel or UNKNOWN_CHANNEL, Origin(message_id=message.message_id), received_ms)
            return
        ids, with_nul = EventIds(), unreadable.may_hold_nul(message.data)
        alone = len(found) == 1 and not is_list(message.data)
        for index, one in enumerate(found):
            origin = Origin(message_id=message.message_id, index=None if alone else index)
            if isinstance(one, Refused):
                yield rejected(one, channel or UNKNOWN_CHANNEL, origin, received_ms)
                continue
            reader, record = one
            arrival = Arrival(channel or reader.channel, origin, received_ms, message.publish_ms)
            yield self._event(reader, record, arrival, ids, with_nul=with_nul)

    def _event(
        self, reader: EventReader, record: Record, arrival: Arrival, ids: EventIds, *, with_nul: bool
    ) -> Event | Outcome:
        try:
            event = reader.event(record, arrival)
            event = ids.complete(unreadable.clear(event) if with_nul else event)
        except Refused as error:
            refused = error
        except Exception as error:  # noqa: BLE001 - whatever it is, it must not cost the other items
            refused = self._errors.refusal(error, arrival.origin)
        else:
            return event
        return _about(record, rejected(refused, arrival.channel, arrival.origin, arrival.received_ms))

    def _found(self, message: PushMessage, channel: str) -> list[tuple[EventReader, Record] | Refused]:
        """Return the records of all items, each with its reader; what has none is refused in its place."""
        fixed = self._by_attributes(message, channel)
        place = Origin(message_id=message.message_id)
        return [one for item in items(message.data, self._most) for one in self._records(item, fixed, place)]

    def _records(self, item: Any, fixed: _Way | None, place: Origin) -> Iterator[tuple[EventReader, Record] | Refused]:
        try:
            checked = _object(item)
            way = fixed or self._way(recognise(checked))
            if isinstance(checked, Salvaged) and way.shape not in BODIES:
                raise checked.whole
        except Refused as refused:
            yield refused
            return
        try:
            for record in way.shape.records(checked):
                yield record if isinstance(record, Refused) else (way.reader, record)
        except Refused as refused:
            yield refused
        except Exception as error:  # noqa: BLE001 - whatever it is, it must not cost the other items
            yield self._errors.refusal(error, place)

    def _by_attributes(self, message: PushMessage, channel: str) -> _Way | None:
        """Return the way that the producer asks for by schema or channel; ``None`` where nothing it says decides."""
        if schema := message.attributes.get("schema"):
            return self._way(named(schema))
        if channel not in self._maps.channels():
            return None
        map_ = self._maps.get(channel)
        if not map_.names:
            return None
        known = self._mapped.get(channel)
        if known is None or known[0] is not map_:
            shape = mapped.shape(map_)
            known = self._mapped[channel] = (map_, _Way(shape, RecordReader(shape)))
        return known[1]

    def _way(self, shape: KeyedShape | GoogleShape) -> _Way:
        if isinstance(shape, KeyedShape):
            return self._keyed.setdefault(shape.name, _Way(shape, RecordReader(shape)))
        tables = self._maps.ga4()
        known = self._googles.get(shape.name)
        if known is None or known[0] is not tables:
            known = self._googles[shape.name] = (tables, _Way(shape, Ga4Reader(tables, shape.fallback_id)))
        return known[1]


def _object(item: Any) -> Item:
    if isinstance(item, Refused):
        raise item
    if not isinstance(item, dict) or not item:
        raise Refused("item_not_object", "An event is a JSON object with keys; this one is empty or something else.")
    return item


def _about(record: Record, outcome: Outcome) -> Outcome:
    """Add what the producer calls the event, where it says so in Meta's own words."""
    outcome.event_id = _short(record.get("event_id"))
    outcome.event_name = _short(record.get("event_name"), is_no_name)
    order = record.get("custom_data.order_id") or record.get("order_id") or record.get("transaction_id")
    outcome.order_id = _short(order)
    return outcome


def _short(value: Any, is_placeholder: Callable[[str], bool] = is_no_id) -> str | None:
    is_short = isinstance(value, str) and 0 < len(value) <= LONGEST_NAME and unreadable.NUL not in value
    return None if not is_short or is_placeholder(value) else impersonal(value)
