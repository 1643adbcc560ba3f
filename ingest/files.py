"""A dropped file becomes events in the ``events`` queue, is moved aside, and says what became of it.

What is read is named by bucket, object and generation, never by the notification, which may come twice. A file whose
notification comes again is either gone, and then done, or read again from its start with the same event ids.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass

from ingest import notification
from ingest.bucket import Bucket, Dropped, ObjectGone
from ingest.channel import INCOMING, channel_of
from ingest.map_folder import Maps
from ingest.maps import Map
from ingest.notification import Notification
from ingest.outgoing import Outgoing
from ingest.readers import USUAL, Options
from ingest.rows import events, rejected
from ingest.topic import UNKNOWN
from omnicapi.errors import BadMessage, PermanentError, Refused, UnknownChannel, UnreadableFile
from omnicapi.logs import fields
from omnicapi.messages import Origin
from omnicapi.outcomes import OutcomeWriter
from omnicapi.publisher import Publisher
from omnicapi.push import PushMessage

log = logging.getLogger(__name__)

PROCESSED, REJECTED = "processed/", "rejected/"

REASON_SUFFIX = ".reason.txt"
"""A rejected file's reason lies beside it under its name and this ending."""

_REASONS: dict[type[PermanentError], str] = {UnknownChannel: "channel_unknown", UnreadableFile: "file_unreadable"}


@dataclass(frozen=True)
class Queues:
    """Where events and outcomes go, and how many messages may wait for Pub/Sub at a time."""

    events: Publisher
    outcomes: OutcomeWriter
    unconfirmed: int = 16

    def outgoing(self, channel: str) -> Outgoing:
        """Return the way out for the rows of one file."""
        return Outgoing(self.events, self.outcomes, channel, self.unconfirmed)


class Files:
    """Takes pushes of the bucket's notifications. ``clock_ms`` gives Unix milliseconds, UTC."""

    def __init__(
        self, bucket: Bucket, maps: Maps, queues: Queues, clock_ms: Callable[[], int], options: Options = USUAL
    ) -> None:
        self._bucket = bucket
        self._maps = maps
        self._queues = queues
        self._clock_ms = clock_ms
        self._options = options

    def receive(self, message: PushMessage) -> None:
        """Return when every row of the file is an event in the queue or an outcome, and the file is moved.

        Raises TransientError or ConfigurationError where the notification must come again.
        """
        try:
            notice = notification.read(message)
        except BadMessage as error:
            self._refuse("notification_unreadable", str(error), Origin(message_id=message.message_id))
            return
        if notice is not None:
            self._process(notice)

    def _process(self, notice: Notification) -> None:
        try:
            dropped = self._bucket.find(notice.bucket, notice.name, notice.generation)
        except ObjectGone:
            log.info("file already gone", extra=fields(stage="ingest", object=notice.name))
            return
        try:
            map_ = self._maps.get(channel_of(dropped.name, self._maps.channels()))
            self._read(dropped, map_)
        except (UnknownChannel, UnreadableFile) as error:
            self._reject(dropped, error)

    def _read(self, dropped: Dropped, map_: Map) -> None:
        started = time.monotonic()
        outgoing = self._queues.outgoing(map_.channel)
        try:
            self._publish_rows(dropped, map_, outgoing)
        except ObjectGone:
            log.warning("file replaced or deleted while it was read", extra=fields(object=dropped.name))
            return
        metadata = {
            "omnicapi-channel": map_.channel,
            "omnicapi-events": str(outgoing.events),
            "omnicapi-rejected": str(outgoing.rejected),
        }
        moved = self._bucket.move(dropped, PROCESSED + dropped.name.removeprefix(INCOMING), metadata)
        log.info(
            "file processed",
            extra=fields(
                stage="ingest",
                channel=map_.channel,
                object=moved,
                count=outgoing.events,
                rejected=outgoing.rejected,
                seconds=round(time.monotonic() - started, 3),
            ),
        )

    def _publish_rows(self, dropped: Dropped, map_: Map, outgoing: Outgoing) -> None:
        origin = _origin(dropped)
        with self._bucket.open(dropped) as stream:
            try:
                for one in events(stream, map_, origin, self._clock_ms(), self._options):
                    outgoing.add(one)
            except UnreadableFile as error:
                outgoing.finish()
                if not outgoing.events and not outgoing.rejected:
                    raise
                raise UnreadableFile(
                    f"{error} Of the rows before, {outgoing.events} were taken as events and {outgoing.rejected} "
                    "rejected. Mend the file and drop it again; events that were taken keep their ids."
                ) from None
        outgoing.finish()

    def _reject(self, dropped: Dropped, error: UnknownChannel | UnreadableFile) -> None:
        reason = _REASONS[type(error)]
        self._refuse(reason, str(error), _origin(dropped))
        metadata = {"omnicapi-reason": reason, "omnicapi-message": str(error)}
        moved = self._bucket.move(dropped, REJECTED + dropped.name.removeprefix(INCOMING), metadata)
        self._bucket.note(dropped.bucket, moved + REASON_SUFFIX, f"{dropped.name}\n\n{error}\n")
        log.warning("file rejected", extra=fields(stage="ingest", object=moved, reason=reason))

    def _refuse(self, reason: str, text: str, origin: Origin) -> None:
        self._queues.outcomes.write([rejected(Refused(reason, text), UNKNOWN, origin, self._clock_ms())])


def _origin(dropped: Dropped) -> Origin:
    return Origin(bucket=dropped.bucket, object=dropped.name, generation=str(dropped.generation))
