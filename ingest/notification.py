"""The bucket's notification of a new object, as Cloud Storage publishes it (gcp.md §1.8)."""

from __future__ import annotations

from dataclasses import dataclass

from ingest.channel import INCOMING
from omnicapi.errors import BadMessage
from omnicapi.push import PushMessage

FINALIZE = "OBJECT_FINALIZE"


@dataclass(frozen=True)
class Notification:
    """One object and the generation of it that was written. The three together name one content, for ever."""

    bucket: str
    name: str
    generation: int


def read(message: PushMessage) -> Notification | None:
    """Return the object to process, or ``None`` where the message is about something else.

    Only new objects under ``incoming/`` concern us, not folders, and not what we move ourselves. Raises
    :class:`~omnicapi.errors.BadMessage` where the message is no notification at all.
    """
    attributes = message.attributes
    try:
        event, bucket, name = attributes["eventType"], attributes["bucketId"], attributes["objectId"]
        generation = int(attributes["objectGeneration"])
    except (KeyError, ValueError):
        raise BadMessage(
            f"Message {message.message_id} is no notification of Cloud Storage: it lacks eventType, bucketId, objectId "
            "or objectGeneration; topic files takes notifications of the bucket only."
        ) from None
    if event != FINALIZE or not name.startswith(INCOMING) or name.endswith("/"):
        return None
    return Notification(bucket, name, generation)
