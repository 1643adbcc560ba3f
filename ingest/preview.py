"""Ingest without a cloud: a local file or a stream of messages becomes the same events and outcomes."""

from __future__ import annotations

import itertools
import os
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any, BinaryIO

from ingest.events.outcomes import UNKNOWN_CHANNEL, rejected
from ingest.json.items import NOT_JSON, decode
from ingest.maps.field_map import Map
from ingest.maps.folder import Maps
from ingest.rows.conversion import events
from ingest.rows.noticed import Noticed
from ingest.storage.channel import channel_of
from ingest.topic.reader import TopicReader
from omnicapi.errors import BadEnvelope, Refused, UnreadableFile
from omnicapi.intake.push import PushMessage, parse
from omnicapi.messages import Event, Origin, Outcome
from omnicapi.publishing.publisher import encode


def from_file(
    path: Path, maps: Maps, channel: str | None = None, received_ms: int = 0, noticed: Noticed | None = None
) -> Iterator[Event | Outcome]:
    """Yield what becomes of each data row of a file, as it is read.

    ``channel`` is found out from the folder or the name where ``None``; where ``maps`` has but one, it is that.
    ``noticed`` takes what a person should know of how the file was read.

    Raises UnknownChannel, UnreadableFile or BadMap, and OSError where there is no such file.
    """
    map_ = _map(path, maps, channel)
    with path.open("rb") as stream:
        before = _state(stream)
        yield from events(stream, map_, Origin(object=path.name), received_ms, noticed=noticed)
        if _state(stream) != before:
            raise UnreadableFile(f"{path.name} was changed while it was read; let its program finish, and try again.")


def _map(path: Path, maps: Maps, channel: str | None) -> Map:
    channels = maps.channels()
    chosen = channel or (
        min(channels) if len(channels) == 1 else channel_of(f"{path.parent.name}/{path.name}", channels)
    )
    return maps.get(chosen.casefold())


def _state(stream: BinaryIO) -> tuple[int, int]:
    found = os.fstat(stream.fileno())
    return found.st_size, found.st_mtime_ns


def from_messages(
    stream: BinaryIO, maps: Maps, channel: str | None = None, received_ms: int = 0
) -> Iterator[Event | Outcome]:
    """Yield what becomes of each item of the messages in ``stream``, as they are read.

    A line holds a message's data as a producer publishes it, or a whole Pub/Sub push request with attributes; a stream
    may also be one JSON document over several lines. Messages without an id are numbered from 1. ``channel`` is the
    channel attribute of messages that have none.
    """
    reader = TopicReader(maps)
    for number, data in enumerate(_documents(stream), start=1):
        try:
            message = _message(data, number)
        except BadEnvelope as error:
            yield rejected(
                Refused("not_json", str(error)), UNKNOWN_CHANNEL, Origin(message_id=str(number)), received_ms
            )
            continue
        if channel and "channel" not in message.attributes:
            message = replace(message, attributes={**message.attributes, "channel": channel})
        yield from reader.events(message, received_ms)


def _documents(stream: Iterable[bytes]) -> Iterator[bytes]:
    """One document a line if the first line is one; otherwise everything is one document, or a list of pushes."""
    lines = (line for line in stream if line.strip())
    first = next(lines, None)
    if first is None:
        return
    value = _value(first)
    if value is None:
        whole = b"".join(itertools.chain([first], lines))
        value = _value(whole)
        if not isinstance(value, list) or not all(map(_is_push, value)):
            yield whole
            return
        yield from map(encode, value)
        return
    yield first
    yield from lines


def _value(data: bytes) -> Any:
    try:
        return decode(data)
    except NOT_JSON:
        return None  # whoever reads the message says what is wrong with it


def _is_push(value: Any) -> bool:
    return isinstance(value, dict) and isinstance(value.get("message"), dict)


def _message(data: bytes, number: int) -> PushMessage:
    message = parse(data) if _is_push(_value(data)) else PushMessage(data)
    return message if message.message_id else replace(message, message_id=str(number))
