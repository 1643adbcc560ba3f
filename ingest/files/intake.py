"""A dropped file becomes events in the ``events`` queue, chunk by chunk, is moved aside, and gets its report.

What is read is named by bucket, object and generation, never by the notification, which may come twice.
"""

from __future__ import annotations

import logging
from collections.abc import Callable

from ingest.events.outcomes import UNKNOWN_CHANNEL, rejected
from ingest.files import notification
from ingest.files.chunk_publisher import LONGEST_WAIT_MS, ChunkPublisher
from ingest.files.finish import Finish
from ingest.files.notification import Notification
from ingest.files.reading import FileReading, Pace, Queues
from ingest.ledger import records
from ingest.ledger.ledger import Ledgers
from ingest.ledger.records import Records
from ingest.maps.field_map import Map
from ingest.maps.folder import Maps
from ingest.readers.table import USUAL, ReadOptions
from ingest.reports.settlement import Settlement
from ingest.storage.bucket import Bucket, Dropped
from ingest.storage.channel import channel_of
from omnicapi.errors import BadMessage, Refused, UnknownChannel, UnreadableFile
from omnicapi.intake.push import PushMessage
from omnicapi.logs import fields
from omnicapi.messages import Origin
from omnicapi.storage.errors import ObjectGone

log = logging.getLogger(__name__)


class Files:
    """Takes pushes of the bucket's notifications. ``clock_ms`` gives Unix milliseconds, UTC."""

    def __init__(
        self,
        bucket: Bucket,
        maps: Maps,
        queues: Queues,
        clock_ms: Callable[[], int],
        options: ReadOptions = USUAL,
        pace: Pace = Pace(),  # noqa: B008 - frozen
    ) -> None:
        self._bucket = bucket
        self._maps = maps
        self._queues = queues
        self._clock_ms = clock_ms
        self._options = options
        self._pace = pace
        self._ledgers = Ledgers()
        self._finish = Finish(bucket, Settlement(bucket, maps, options), queues.outcomes, clock_ms)

    def receive(self, message: PushMessage) -> None:
        """Return when what the message asks for is done: its rows are events in the queue or outcomes.

        Raises TransientError or ConfigurationError where the message must come again.
        """
        try:
            notice = notification.read(message)
        except BadMessage as error:
            refused = Refused("notification_unreadable", str(error))
            origin = Origin(message_id=message.message_id)
            self._queues.outcomes.write([rejected(refused, UNKNOWN_CHANNEL, origin, self._clock_ms())])
            return
        if notice is not None:
            self._process(notice)

    def _process(self, notice: Notification) -> None:
        try:
            dropped = self._bucket.find(notice.bucket, notice.name, notice.generation)
        except ObjectGone:
            log.info("file already gone", extra=fields(stage="ingest", object=notice.name))
            self._finish.gone(notice.file, self._channel(notice.name))
            return
        try:
            map_ = self._maps.get(channel_of(dropped.name, self._maps.channels()))
            self._read(dropped, notice, map_)
        except (UnknownChannel, UnreadableFile) as error:
            self._finish.refuse(dropped, error)

    def _channel(self, name: str) -> str | None:
        try:
            return channel_of(name, self._maps.channels())
        except UnknownChannel:
            return None

    def _read(self, dropped: Dropped, notice: Notification, map_: Map) -> None:
        objects = self._bucket.objects(dropped.bucket)
        root = records.root(is_dry_run=dropped.is_dry_run)
        kept = Records(objects, root, map_.channel, dropped.name, dropped.generation)
        ledger = self._ledgers.of(objects, map_.channel)
        waits = self._clock_ms() - dropped.created_ms < LONGEST_WAIT_MS
        publisher = ChunkPublisher(kept, ledger, self._queues.outgoing(map_.channel), waits=waits)
        reading = FileReading(self._bucket, dropped, map_, self._queues, self._pace)
        try:
            reading.publish(notice, kept, publisher, self._clock_ms(), self._options)
        except ObjectGone:
            log.warning("file replaced or deleted while it was read", extra=fields(object=dropped.name))
            self._finish.gone(notice.file, map_.channel, dropped)
            return
        chain = kept.chain()
        if records.is_complete(chain):
            self._finish.complete(dropped, map_.channel, chain)
