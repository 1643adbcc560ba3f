"""The bucket's notification of a new object, as Cloud Storage publishes it (gcp.md §1.8), and our own in its form.

A file that one request cannot carry goes on with a message of ours: the notification again, and where to go on.
"""

from __future__ import annotations

from dataclasses import dataclass

import msgspec

from ingest.files.chunks import FIRST, Start
from ingest.reports.summary import File
from ingest.storage.channel import INCOMING, PREVIEW
from omnicapi.errors import BadMessage
from omnicapi.intake.push import PushMessage
from omnicapi.publishing.publisher import Publisher

FINALIZE = "OBJECT_FINALIZE"

_START = "start"
"""Attribute of our own messages."""


@dataclass(frozen=True)
class Notification:
    """One object and the generation of it that was written. The three together name one content, for ever.

    ``start`` is where in it to begin.
    """

    bucket: str
    name: str
    generation: int
    start: Start = FIRST

    @property
    def file(self) -> File:
        """The content that was written."""
        return File(self.bucket, self.name, self.generation)


def read(message: PushMessage) -> Notification | None:
    """Return the object to process, or ``None`` where the message is about something else.

    Only new objects under ``incoming/`` and ``preview/`` concern us, not folders, nor what we write ourselves. Raises
    :class:`~omnicapi.errors.BadMessage` where the message is no notification at all.
    """
    attributes = message.attributes
    try:
        event, bucket, name = attributes["eventType"], attributes["bucketId"], attributes["objectId"]
        generation = int(attributes["objectGeneration"])
        start = msgspec.json.decode(attributes[_START], type=Start) if _START in attributes else FIRST
    except (KeyError, ValueError):
        raise BadMessage(
            f"Message {message.message_id} is no notification of Cloud Storage: it lacks eventType, bucketId, objectId "
            "or objectGeneration; topic files takes notifications of the bucket only."
        ) from None
    if event != FINALIZE or not name.startswith((INCOMING, PREVIEW)) or name.endswith("/"):
        return None
    return Notification(bucket, name, generation, start)


def publish(notice: Notification, publisher: Publisher) -> None:
    """Let some instance go on with the file at ``notice.start``; raise PublishFailed where Pub/Sub does not take it."""
    attributes = {
        "eventType": FINALIZE,
        "bucketId": notice.bucket,
        "objectId": notice.name,
        "objectGeneration": str(notice.generation),
        _START: msgspec.json.encode(notice.start).decode(),
    }
    publisher.tell(**attributes)
