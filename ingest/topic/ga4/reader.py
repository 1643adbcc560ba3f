"""GA4's event data, in whatever shape it came, to a canonical event, by the tables (ga4-gtm.md §3, §5, §6)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from ingest.damage.message_ids import mender
from ingest.events.consent_filling import fill_from_properties
from ingest.events.currency import CONTRADICTED
from ingest.events.filling import Column
from ingest.events.header import Header
from ingest.events.plan import RESPELLED, Plan
from ingest.maps.ga4_tables import NAME, Tables
from ingest.topic.ga4 import products
from ingest.topic.ga4.consent import ConsentReader, says_yes
from ingest.topic.ga4.customer import opened
from ingest.topic.ga4.device import app_data, is_app
from ingest.topic.ga4.lookup import first, found
from ingest.topic.shapes.shape import Arrival, Record
from ingest.values.convert import Cell, as_cell, as_json
from ingest.values.fields import find
from omnicapi.errors import PassedOver, Refused
from omnicapi.messages import Event
from omnicapi.values.standard_names import LONGEST, key_of, standard_event

_FILLED_HERE = (
    "event_name",
    "event_time",
    "action_source",
    "custom_data.value",
    "custom_data.currency",
    "custom_data.content_ids",
    "custom_data.content_name",
    "custom_data.content_category",
    "custom_data.contents",
    "custom_data.num_items",
)
"""Fields that are worked out where the tables find nothing."""

_MS = 1000
_APP = "app"

FallbackId = Callable[[Record, Event], str | None]
"""Makes the id of an event that has none and no order either, or ``None`` where the event as a whole must do."""


class Ga4Reader:
    """Turns records of one of Google's shapes into events, by one version of the tables."""

    channel = NAME

    def __init__(self, tables: Tables, fallback_id: FallbackId) -> None:
        self._tables = tables
        self._fallback_id = fallback_id
        self._spellings = _spellings(tables.file.events)
        known = {each.field.path for each in tables.fields}
        fields = [each.field for each in tables.fields]
        fields += [field for path in _FILLED_HERE if path not in known and (field := find(path))]
        self._at = {field.path: index for index, field in enumerate(fields)}
        names = list(enumerate(tables.properties, start=len(fields)))
        self._consent = ConsentReader(tables.read)
        self._width = len(fields) + len(names)
        self._fields = tuple((self._at[each.field.path], each) for each in tables.fields)
        self._properties = tuple((index, tables.properties[name]) for index, name in names)
        columns = [Column(index, field, field.path) for index, field in enumerate(fields)]
        self._plan = Plan(
            Header(
                columns,
                mend=mender(columns),
                properties=[(name, index) for index, name in names],
            )
        )

    def event(self, record: Record, arrival: Arrival) -> Event:
        """Build the record's event, its id empty where only the event as a whole can tell it from others.

        Raises :class:`~omnicapi.errors.PassedOver` where the tables drop such events, and
        :class:`~omnicapi.errors.Refused` where the event cannot do without what is unreadable.
        """
        given = str(record.get("event_name") or "").strip()
        name = self._known_name(given)
        mapped = self._meta_name(name)
        meta_name = standard_event(mapped)
        data = dict(record)
        opened(data)
        cells, raw, hashed = self._cells(data)
        cells[self._at["event_name"]] = meta_name
        is_respelled = given not in {name, meta_name} or meta_name != mapped
        warnings = [f"event_name:{RESPELLED}"] if is_respelled else []
        self._fill_in(cells, data, arrival, warnings)
        channel = self._channel(arrival, data)
        event = self._plan.event(cells, channel, arrival.origin, arrival.received_ms, raw)
        event.user_data.google_hashed = hashed
        self._consent.fill(event, data)
        if event.action_source == _APP or is_app(data):
            event.app_data = app_data(data, self._tables)
        event.warnings += warnings
        if properties := _custom_properties(data):
            event.custom_data.properties |= properties
            fill_from_properties(event)
        if not event.event_id:
            order = event.custom_data.order_id
            event.event_id = f"{name}.{order}" if order else self._fallback_id(record, event) or ""
        return event

    def _known_name(self, name: str) -> str:
        """Return the tables' spelling of a name that they send; any other, and one they drop, counts as it is."""
        is_known = name in self._tables.file.events or len(name) > LONGEST
        return name if is_known else self._spellings.get(key_of(name), name)

    def _meta_name(self, name: str) -> str:
        file = self._tables.file
        if not name:
            raise Refused("event_name_missing", "event_name is missing; every event needs it.", "event_name")
        mapped = file.events.get(name, name if file.other_events == "custom" else None)
        if mapped is None:
            raise PassedOver(
                "event_not_mapped", "maps/ga4.json sends no event of this name to Meta; give it a name there."
            )
        return mapped

    def _channel(self, arrival: Arrival, data: Mapping[str, Any]) -> str:
        debug = self._tables.file.debug_channel
        return debug if debug and is_debugging(data) else arrival.channel

    def _cells(self, data: Mapping[str, Any]) -> tuple[list[Cell], list[Any], list[str]]:
        """Return the cells of all fields, the raw values of properties, and which fields Google hashed."""
        cells: list[Cell] = [""] * self._width
        raw: list[Any] = [None] * self._width
        hashed: list[str] = []
        for index, of in self._fields:
            cells[index], by_google = found(data, of)
            if by_google:
                hashed.append(of.field.attribute)
        for index, paths in self._properties:
            raw[index] = first(data, paths)
            cells[index] = as_cell(raw[index])
        return cells, raw, hashed

    def _fill_in(self, cells: list[Cell], data: dict[str, Any], arrival: Arrival, warnings: list[str]) -> None:
        at = self._at
        items = products.items(first(data, self._tables.items))
        if items:
            self._fill_in_products(cells, items, warnings)
        if not cells[at["event_time"]]:
            cells[at["event_time"]] = str((arrival.published_ms or arrival.received_ms) // _MS)
        if not cells[at["action_source"]]:
            cells[at["action_source"]] = self._action_source(cells, data)

    def _fill_in_products(self, cells: list[Cell], items: list[dict[str, Any]], warnings: list[str]) -> None:
        def fill(path: str, value: Any) -> bool:
            if value in (None, "", []) or cells[self._at[path]]:
                return False
            cells[self._at[path]] = as_cell(value)
            return True

        lines = products.products(items, self._tables.item_fields)
        fill("custom_data.currency", products.currency(items))
        others = products.leave_out_prices(lines, items, cells[self._at["custom_data.currency"]])
        warnings += [f"custom_data.contents[{index}].item_price:{CONTRADICTED}" for index in others]
        fill("custom_data.contents", lines)
        fill("custom_data.content_ids", [as_cell(line["id"]) for line in lines if "id" in line])
        if len(lines) == 1:
            fill("custom_data.content_name", lines[0].get("title"))
            fill("custom_data.content_category", lines[0].get("category"))
        if cells[self._at["event_name"]] in self._tables.file.num_items_for:
            fill("custom_data.num_items", products.count(lines))
        if not cells[self._at["custom_data.value"]] and fill("custom_data.value", products.total(lines)):
            warnings.append("custom_data.value:summed_from_items")

    def _action_source(self, cells: list[Cell], data: Mapping[str, Any]) -> str:
        if is_app(data):
            return _APP
        page = self._at.get("event_source_url")
        return "website" if page is not None and cells[page] else self._tables.file.action_source_without_page


def _spellings(events: Mapping[str, str | None]) -> dict[str, str]:
    """Return the names that are sent to Meta by what of them counts: Google's, and where that is none, Meta's."""
    sent = {name: meta_name for name, meta_name in events.items() if meta_name is not None}
    by_meta_name = {key_of(meta_name): name for name, meta_name in reversed(sent.items())}
    return by_meta_name | {key_of(name): name for name in sent}


def is_debugging(data: Mapping[str, Any]) -> bool:
    """Tell whether an event comes from a debugging session: GA4's debug mode, a preview, or a test event code."""
    system, container = data.get("x-ga-system_properties"), data.get("container")
    return (
        says_yes(data.get("debug_mode"))
        or (isinstance(system, dict) and says_yes(system.get("dbg")))
        or (isinstance(container, dict) and says_yes(container.get("preview")))
        or bool(data.get("test_event_code"))
    )


def _custom_properties(data: Mapping[str, Any]) -> dict[str, Any]:
    """Return what the site gives Meta's tag as ``custom_properties``: an object, or one as JSON in a text (§3.4)."""
    given = data.get("custom_properties")
    given = as_json(given) if isinstance(given, str) else given
    return given if isinstance(given, dict) else {}
