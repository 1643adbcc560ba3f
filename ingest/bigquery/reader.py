"""One run of the reader: the rows of the last days that have not been published yet, each once.

A row is published first and remembered after. A run that dies between the two leaves at most ``rows_at_a_time`` rows
that the next one publishes again; as their event ids come from the rows, whoever gets both knows them for one event.
"""

from __future__ import annotations

import itertools
import logging
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from ingest.bigquery.export import DayTable, Export, Row, RowFilter
from ingest.bigquery.export_state import Day, ExportState
from ingest.maps.ga4_tables import Ga4File
from ingest.topic.shapes import ga4_bq
from omnicapi.logs import fields
from omnicapi.publishing.publisher import encode

log = logging.getLogger(__name__)

Publish = Callable[[Sequence[bytes]], None]
"""Publishes rows as JSON and returns when Pub/Sub has them; raises :class:`~omnicapi.errors.PublishFailed`."""

_A_DAY = timedelta(days=1)


@dataclass(frozen=True)
class ExportReader:
    """Publishes what is new in an export. ``now`` gives the time, UTC."""

    export: Export
    state: ExportState
    publish: Publish
    names: Ga4File
    now: Callable[[], datetime]
    window_days: int = 7
    rows_at_a_time: int = 5000

    def run(self) -> int:
        """Publish every new row and return how many there were.

        Raises :class:`~omnicapi.errors.TransientError` where the next run must go on, and
        :class:`~omnicapi.errors.ConfigurationError` where a person must.
        """
        now = self.now()
        # The property's day may be a day ahead of UTC's or behind it.
        days = [f"{now + _A_DAY * n:%Y%m%d}" for n in range(-self.window_days - 1, 2)]
        chosen = self._filter(int((now - _A_DAY * self.window_days).timestamp()))
        tables = self.export.tables(days)
        published = sum(self._read(table, chosen) for table in tables)
        self.state.forget({table.id for table in tables}, days)
        return published

    def _filter(self, since: int) -> RowFilter:
        """Leave out what the tables of events send nowhere: GA4's housekeeping is most of an export."""
        only_those = self.names.other_events == "drop"
        names = sorted(name for name, meta in self.names.events.items() if (meta is not None) == only_those)
        return RowFilter(since, tuple(names), only_those)

    def _read(self, table: DayTable, chosen: RowFilter) -> int:
        version = self.export.version(table)
        if version and version == self.state.version(table.id):
            return 0
        published = 0
        day = self.state.day(table.day)
        for rows in _batched(self.export.rows(table, chosen, self.rows_at_a_time), self.rows_at_a_time):
            published += self._publish_new(rows, day)
        if version:
            self.state.finished(table.id, version)
        log.info("export read", extra=fields(stage="ingest", object=table.id, count=published))
        return published

    def _publish_new(self, rows: Sequence[Row], day: Day) -> int:
        new = {id_: row for row in rows if (id_ := bytes.fromhex(ga4_bq.row_id(row))) not in day}
        if new:
            self.publish([encode(row) for row in new.values()])
            day.add(list(new))
        return len(new)


def _batched(rows: Iterator[Row], size: int) -> Iterator[list[Row]]:
    while batch := list(itertools.islice(rows, size)):
        yield batch


def utc_now() -> datetime:
    """Return the time."""
    return datetime.now(UTC)
