"""A file in chunks: the rows of each become events in one go, and reading can go on at any chunk's end.

A chunk is what one record in the ledger stands for, what is held in memory at once, and what a crash costs at most.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import dropwhile
from typing import BinaryIO

import msgspec
import numpy as np

from ingest.ledger.digests import digest, unpack
from ingest.ledger.records import Content, Progress
from ingest.maps.field_map import Map
from ingest.publishing.outgoing import encoded
from ingest.readers.file_types import begins_anywhere, read
from ingest.readers.table import BEGINNING, Position, ReadOptions, Row
from ingest.rows.conversion import Conversion, begin, read_by
from ingest.rows.noticed import Noticed
from omnicapi.errors import UnreadableFile
from omnicapi.messages import Event, Origin, Outcome

MAX_ROWS = 25_000
"""Rows of a chunk: some 20 MB of events, half a second of work."""

MAX_CHUNK_BYTES = 32_000_000
"""Bytes of encoded events at which a chunk of fewer rows ends."""

STRETCH_ROWS = 8 * MAX_ROWS
"""Rows of a shared file that one message asks for: some seconds of work."""

WARM_UP_ROWS = 40_000
"""Rows on which what comes after them depends: 25,000 for event ids (:mod:`ingest.events.event_ids`), 35,000 for orders
(:mod:`ingest.orders.orders`), which are remembered for 15,000 and may take in rows of 10,000, twice where one row does
not say of which event it is."""


class Start(msgspec.Struct, frozen=True):
    """Where to go on: at ``position``, once the rows from ``warm_up`` on, on which ids depend, were read again."""

    position: Position
    warm_up: Position


FIRST = Start(BEGINNING, BEGINNING)


def resumed(start: Start, known: Sequence[Progress]) -> Start:
    """Return where to go on behind chunks that are published, the first of which began at ``start``."""
    if not known:
        return start
    end = known[-1].end
    far_enough = [each.start for each in known if each.start.row <= end.row - WARM_UP_ROWS]
    return Start(end, far_enough[-1] if far_enough else start.warm_up)


@dataclass
class Chunk:
    """The events of some rows as they will travel, and the refusals. ``rows`` has the first row of each event.

    ``noticed`` is what a person should know of these rows, and in the first chunk of the whole file.
    """

    start: Position
    end: Position
    last: bool = False
    dry_run: bool = False
    accounted: int = 0
    events: list[bytes] = field(default_factory=list)
    rows: list[int] = field(default_factory=list)
    refused: list[Outcome] = field(default_factory=list)
    size: int = 0
    noticed: Noticed = field(default_factory=Noticed)
    _digests: bytearray = field(default_factory=bytearray)

    def add(self, one: Event | Outcome) -> None:
        """Take what became of a row, or of the rows of one event."""
        self.accounted += len(one.origin.rows) or 1
        if type(one) is Outcome:  # of a struct isinstance() takes five times as long
            self.refused.append(one)
            return
        if self.dry_run:
            one.dry_run = True
        item = encoded(one)
        if type(item) is Outcome:
            self.refused.append(item)
            return
        self.events.append(item)
        self.rows.append(one.origin.row or 0)
        self._digests += digest(one)
        self.size += len(item)

    def content(self) -> Content:
        """Return what the ledger keeps of the events."""
        return Content(np.array(self.rows, np.uint32), unpack(self._digests))


@dataclass(frozen=True)
class FileInput:
    """A file and how to read it. ``origin`` says where it is; its ``object`` is the file's name."""

    stream: BinaryIO
    map: Map
    origin: Origin
    options: ReadOptions
    dry_run: bool = False
    """Whether the events are only to be judged."""

    def rows(self, start: Position) -> Iterator[Row]:
        """Yield the rows from ``start`` on, whatever they hold."""
        return read(self.origin.object or "", self.stream, read_by(self.map, self.options), start).rows


def chunks(source: FileInput, received_ms: int, start: Start = FIRST, until: Position | None = None) -> Iterator[Chunk]:
    """Yield the chunks of a file from ``start`` on, as they are read, before ``until``.

    The same rows give the same events wherever reading starts. The rows before one that cannot be read are a chunk;
    then :class:`~omnicapi.errors.UnreadableFile` is raised.
    """
    found = begin(source.stream, source.map, source.origin, source.options)
    conversion = Conversion(found, received_ms)
    notes = found.body.notes if start == FIRST else ()
    rows = found.rows
    if start.warm_up.row > 1 and begins_anywhere(source.origin.object or "", start.warm_up):
        rows = source.rows(start.warm_up)
    del found  # and with it, where the rows are others, what was opened to find the header
    rows = dropwhile(lambda row: row.number < start.warm_up.row, rows)
    yield from _cut(_warmed(rows, conversion, start.position), conversion, _begun(source, start, notes), until)


def _begun(source: FileInput, start: Start, notes: Iterable[str]) -> Chunk:
    # Only what cuts the chunks may hold one: whoever else named the first would keep its events to the file's end.
    chunk = Chunk(start.position, start.position, dry_run=source.dry_run)
    chunk.noticed.add_notes(notes)
    return chunk


def _warmed(rows: Iterator[Row], conversion: Conversion, start: Position) -> Iterator[Row]:
    for row in rows:
        if row.number >= start.row:
            yield row
            break
        for _ in conversion.add(row):
            pass  # it was published before; only what it means for later rows counts
    yield from rows


def _cut(rows: Iterable[Row], conversion: Conversion, chunk: Chunk, until: Position | None) -> Iterator[Chunk]:
    following = chunk.start.row
    full = following + MAX_ROWS
    try:
        for row in rows:
            if following >= full or chunk.size >= MAX_CHUNK_BYTES or (until is not None and row.number >= until.row):
                chunk.end = row.position
                yield chunk
                if until is not None and row.number >= until.row:
                    return
                chunk = Chunk(row.position, row.position, dry_run=chunk.dry_run)
                full = row.number + MAX_ROWS
            conversion.noticed = chunk.noticed
            for one in conversion.add(row):
                chunk.add(one)
            following = row.number + 1
    except UnreadableFile:
        chunk.end = Position(following) if following > chunk.start.row else chunk.start
        for one in conversion.break_off():
            chunk.add(one)
        if chunk.accounted:
            yield chunk
        raise
    for one in conversion.end():
        chunk.add(one)
    chunk.end = Position(following) if following > chunk.start.row else chunk.start
    chunk.last = True
    yield chunk


def next_stretch(source: FileInput, start: Position) -> Start | None:
    """Return where the stretch that begins at ``start`` ends and the next one begins.

    ``None`` where the file ends before, where it cannot be read on, and in formats in which one cannot begin anywhere.
    Finding it only looks for the ends of rows, a small part of the work.
    """
    warm_up = start
    try:
        for row in source.rows(start):
            if row.offset is None and row.number:
                return None
            if row.number <= start.row + STRETCH_ROWS - WARM_UP_ROWS:
                warm_up = row.position
            if row.number >= start.row + STRETCH_ROWS:
                return Start(row.position, warm_up)
    except UnreadableFile:
        return None  # whoever makes events of the rows says what is wrong
    return None
