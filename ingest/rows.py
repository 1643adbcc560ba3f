"""The rows of a file become events, or outcomes that say what to mend in which cell."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import BinaryIO

import msgspec

from ingest.event_id import EventIds
from ingest.header import body
from ingest.maps import Map
from ingest.plan import letters
from ingest.readers import USUAL, Options, read
from omnicapi.errors import Refused
from omnicapi.messages import Event, Origin, Outcome


def events(
    stream: BinaryIO, map_: Map, origin: Origin, received_ms: int, options: Options = USUAL
) -> Iterator[Event | Outcome]:
    """Read a file and yield each data row's event, or the outcome that says why it is none, in the file's order.

    ``origin`` says where the file is; its ``object`` is the file's name. Of ``options`` the limits count, the map says
    the rest. Rows are read as they are taken. Raises
    :class:`~omnicapi.errors.UnreadableFile`, at the latest when the row is reached that cannot be read.
    """
    table = read(origin.object or "", stream, _read_by(map_, options))
    found = body(table, map_)
    base = msgspec.structs.replace(origin, sheet=table.sheet)
    plan, filter_, ids, channel = found.plan, found.filter, EventIds(), map_.channel
    width = found.width
    for row in found.rows:
        place = Origin(base.bucket, base.object, base.generation, base.sheet, row.number)
        if row.fault:
            yield rejected(Refused("row_unreadable", f"Row {row.number}: {row.fault}"), channel, place, received_ms)
            continue
        cells = list(map(str.strip, row.cells))
        if len(cells) < width:
            cells += [""] * (width - len(cells))
        if not any(cells):
            continue
        if filter_ and (failed := filter_.failed(cells)) is not None:
            yield passed_over(failed, channel, place, received_ms)
            continue
        try:
            event = plan.event(cells, channel, place, received_ms)
        except Refused as refused:
            yield rejected(refused, channel, place, received_ms)
        else:
            yield ids.complete(event)


def rejected(refused: Refused, channel: str, origin: Origin, received_ms: int) -> Outcome:
    """Return the outcome of something that ingest refuses."""
    return Outcome(
        stage="ingest",
        verdict="rejected",
        channel=channel,
        origin=origin,
        reason=refused.reason,
        field=refused.field,
        message=str(refused),
        received_ms=received_ms,
    )


def passed_over(column: int, channel: str, origin: Origin, received_ms: int) -> Outcome:
    """Return the outcome of a row that the map does not want read, because of what stands in ``column``."""
    return Outcome(
        stage="ingest",
        verdict="dropped",
        channel=channel,
        origin=origin,
        reason="row_not_wanted",
        message=f'{letters(column)}{origin.row}: the map reads only rows that meet its "only".',
        received_ms=received_ms,
    )


def _read_by(map_: Map, options: Options) -> Options:
    counted = [place for place in map_.places if isinstance(place, int)]
    return replace(
        options,
        delimiter=map_.delimiter,
        encoding=map_.encoding,
        sheet=map_.sheet,
        width=1 + max(counted) if counted else len(set(map_.needed)),
        names=map_.names,
    )
