"""What one request reads of one file: all of it, what the time allows, or 200,000 rows of a file that many share.

The records of published chunks say how far a file has come (:mod:`ingest.ledger.records`): whoever is told of the file
again, after a crash or because the time was up, goes on behind them.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace

from ingest.files import notification
from ingest.files.chunk_publisher import ChunkPublisher
from ingest.files.chunks import FIRST, STRETCH_ROWS, FileInput, chunks, next_stretch, resumed
from ingest.files.finish import shortened
from ingest.files.notification import Notification
from ingest.ledger import records
from ingest.ledger.records import EMPTY, Progress, Records
from ingest.maps.field_map import Map
from ingest.publishing.outgoing import Outgoing
from ingest.readers.table import Position, ReadOptions
from ingest.storage.bucket import Bucket, Dropped
from omnicapi.errors import TransientError, UnreadableFile
from omnicapi.logs import fields
from omnicapi.messages import Origin
from omnicapi.outcomes import OutcomeWriter
from omnicapi.publishing.publisher import Publisher

log = logging.getLogger(__name__)

_NOTED_EVERY = 2.0
"""Seconds between two notes of the progress: Cloud Storage takes one change of an object a second."""


@dataclass(frozen=True)
class Queues:
    """Where events, outcomes and the rest of a file go, and how many messages may wait for Pub/Sub at a time."""

    events: Publisher
    outcomes: OutcomeWriter
    files: Publisher
    unconfirmed: int = 16

    def outgoing(self, channel: str) -> Outgoing:
        """Return the way out for the rows of one file."""
        return Outgoing(self.events, self.outcomes, channel, self.unconfirmed)


@dataclass(frozen=True)
class Pace:
    """How much of a file one request reads: what it can in ``seconds``, one stretch of a text of ``shared_bytes``."""

    seconds: float = 240.0
    shared_bytes: int = 100_000_000


class FileReading:
    """One file, and how it is read."""

    def __init__(self, bucket: Bucket, dropped: Dropped, map_: Map, queues: Queues, pace: Pace) -> None:
        self._bucket = bucket
        self._dropped = dropped
        self._map = map_
        self._queues = queues
        self._pace = pace
        self._noted = 0.0

    def publish(
        self, notice: Notification, kept: Records, publisher: ChunkPublisher, received_ms: int, options: ReadOptions
    ) -> None:
        """Publish what is left of the file, or of this message's stretch of it, or as much as the time allows.

        What others are to do is published as messages of topic ``files`` before this returns. Raises UnreadableFile
        where nothing of the file can be read; where only its end cannot, its records say so.
        """
        known = kept.chain(notice.start.position)
        if known and (known[-1].last or self._is_passed_on(notice, known)):
            return
        with self._bucket.open(self._dropped) as stream:
            source = FileInput(stream, self._map, _origin(self._dropped), options, self._dropped.is_dry_run)
            until = self._pass_on(notice, source)
            try:
                self._publish(notice, source, known, publisher, received_ms, until)
            except UnreadableFile as error:
                if not known and notice.start == FIRST:
                    raise
                end = known[-1].end if known else notice.start.position
                kept.write(Progress(end, end, last=True, published=True, error=shortened(str(error))), EMPTY)

    def _publish(
        self,
        notice: Notification,
        source: FileInput,
        known: list[Progress],
        publisher: ChunkPublisher,
        received_ms: int,
        until: Position | None,
    ) -> None:
        started = time.monotonic()
        for chunk in chunks(source, received_ms, resumed(notice.start, known), until):
            known.append(publisher.publish(chunk))
            self._tell(known)
            if until is None and not chunk.last and time.monotonic() - started >= self._pace.seconds:
                start = resumed(notice.start, known)
                notification.publish(replace(notice, start=start), self._queues.files)
                log.info("file goes on in another request", extra=fields(object=notice.name, row=start.position.row))
                return

    def _pass_on(self, notice: Notification, source: FileInput) -> Position | None:
        """Let another instance go on where this stretch ends, and return where, if the file is shared."""
        if not self._may_be_shared():
            return None
        following = next_stretch(source, notice.start.position)
        if following is None:
            return None
        notification.publish(replace(notice, start=following), self._queues.files)
        return following.position

    def _is_passed_on(self, notice: Notification, known: Sequence[Progress]) -> bool:
        """Say whether this stretch is published to its end: then the next one was passed on before.

        Where a stretch ends another one can begin, at a byte of the file. So many rows of a format in which nobody
        can begin anywhere are no stretch: whoever reads them goes on to the end.
        """
        rows = known[-1].end.row - notice.start.position.row
        return self._may_be_shared() and known[-1].end.offset is not None and rows >= STRETCH_ROWS

    def _may_be_shared(self) -> bool:
        return self._dropped.size >= self._pace.shared_bytes and not self._dropped.is_packed

    def _tell(self, known: Sequence[Progress]) -> None:
        """Make the progress visible: in the log, and in the object's metadata, which nothing depends on."""
        sums, last = records.totals(known), known[-1]
        # Of a packed file the offset counts other bytes than the size.
        offset = None if self._dropped.is_packed else last.end.offset
        share = round(100 * offset / max(1, self._dropped.size)) if offset else None
        log.info(
            "chunk published",
            extra=fields(stage="ingest", object=self._dropped.name, row=last.end.row, percent=share, **sums),
        )
        if time.monotonic() - self._noted < _NOTED_EVERY:
            return
        self._noted = time.monotonic()
        metadata = {f"omnicapi-{name}": str(count) for name, count in sums.items()}
        try:
            self._bucket.annotate(self._dropped, {**metadata, "omnicapi-row": str(last.end.row)})
        except TransientError:
            log.info("progress not noted", extra=fields(object=self._dropped.name))


def _origin(dropped: Dropped) -> Origin:
    return Origin(bucket=dropped.bucket, object=dropped.name, generation=str(dropped.generation))
