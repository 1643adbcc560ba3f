"""Pub/Sub push requests in, typed items out (gcp.md §1.1)."""

from __future__ import annotations

import base64
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import TypeVar

import msgspec

from omnicapi.errors import BadEnvelope, BadMessage
from omnicapi.json_list import has_more, split_list
from omnicapi.packed import ATTRIBUTE, plain
from omnicapi.validation import without_value


@dataclass(frozen=True)
class PushMessage:
    """One message as Pub/Sub pushed it. ``publish_ms`` is Unix milliseconds, UTC; 0 where the push did not say.

    ``delivery_attempt`` counts from 1 and is there only where the subscription has a dead-letter policy. Data and
    attributes stay out of ``repr``.
    """

    data: bytes = field(repr=False)
    attributes: Mapping[str, str] = field(default_factory=dict, repr=False)
    message_id: str = ""
    publish_ms: int = 0
    subscription: str = ""
    delivery_attempt: int | None = None


class _Message(msgspec.Struct):
    data: str = ""
    attributes: dict[str, str] = {}
    messageId: str = ""  # noqa: N815 - the wire's own name
    publishTime: datetime | None = None  # noqa: N815 - the wire's own name


class _Envelope(msgspec.Struct):
    message: _Message
    subscription: str = ""
    deliveryAttempt: int | None = None  # noqa: N815 - the wire's own name


MOST_ITEMS = 100_000
"""Items of one message. Ours hold 500; small enough, millions would fit into Pub/Sub's 10 MB and take gigabytes."""

_decode_raws = msgspec.json.Decoder(list[msgspec.Raw]).decode
_decode_envelope = msgspec.json.Decoder(_Envelope).decode

T = TypeVar("T")


def parse(body: bytes) -> PushMessage:
    """Read the body of a push request.

    Raises :class:`BadEnvelope` where it is none; the text never quotes the body.
    """
    try:
        envelope = _decode_envelope(body)
        data = base64.b64decode(envelope.message.data, validate=True)
    except (ValueError, RecursionError):
        raise BadEnvelope(
            "The request body is not a Pub/Sub push message; this address takes pushes of its subscription only."
        ) from None
    message = envelope.message
    return PushMessage(
        data=data,
        attributes=message.attributes,
        message_id=message.messageId,
        publish_ms=int(message.publishTime.timestamp() * 1000) if message.publishTime else 0,
        subscription=envelope.subscription,
        delivery_attempt=envelope.deliveryAttempt,
    )


@dataclass(frozen=True)
class BadItem:
    """An item of a message's list that is not what its topic carries; ``why`` names the path and no value."""

    index: int
    """Position in the list, counted from 0."""
    data: bytes = field(repr=False)
    why: str


def stream(message: PushMessage, type_: type[T]) -> Iterator[T | BadItem]:
    """Yield the items of a message one by one: each is decoded when its turn comes and free when it is done.

    A message of 500 is larger than a processor's cache, and half of the time would go into waiting for memory.
    An item that does not fit stands in its place as a :class:`BadItem` and costs no other. Raises :class:`BadMessage`
    where the data is neither a list nor a ``type_``, and at the end where nothing of the list was one: then it is the
    topic that is wrong, not the items.
    """
    message = unpacked(message)
    if not _is_list(message.data):
        yield from items(message, type_)
        return
    decode = msgspec.json.Decoder(type_).decode
    good, first = False, None
    for index, raw in enumerate(_raws(message, type_)):
        try:
            item: T | BadItem = decode(raw)
            good = True
        except (ValueError, RecursionError) as error:
            item = BadItem(index, bytes(raw), _why(error, f"[{index}]"))
            first = first or item.why
        yield item
    if first is not None and not good:
        raise _bad_message(message, first)


def size(message: PushMessage) -> int:
    """Return about how many bytes a message has once it is unpacked; our events pack to an eighth."""
    return len(message.data) * (8 if ATTRIBUTE in message.attributes else 1)


def unpacked(message: PushMessage) -> PushMessage:
    """Return the message with its data as it was before a publisher of ours packed it; raises :class:`BadMessage`."""
    if ATTRIBUTE not in message.attributes:
        return message
    attributes = {name: value for name, value in message.attributes.items() if name != ATTRIBUTE}
    return replace(message, data=plain(message.data, message.attributes), attributes=attributes)


def _check_count(message: PushMessage) -> None:
    """Raise :class:`BadMessage` where a list may have too many items, and has, before any of them is an object."""
    if message.data.count(b",") >= MOST_ITEMS and has_more(message.data, MOST_ITEMS):
        raise _bad_message(message, f"it has more than {MOST_ITEMS:,} items; publish fewer in a message")


def _raws(message: PushMessage, type_: type[T]) -> Iterable[bytes | msgspec.Raw]:
    _check_count(message)
    try:
        return _decode_raws(message.data)
    except RecursionError:
        return split_list(message.data)
    except ValueError:
        items(message, type_)  # which says where in the list it is
        raise


def items(message: PushMessage, type_: type[T]) -> list[T]:
    """Decode the message's data: a JSON list of ``type_``, or one of them alone.

    Raises :class:`BadMessage` that names the path of what does not fit and never its value.
    """
    message = unpacked(message)
    data = message.data
    try:
        if _is_list(data):
            _check_count(message)
            return msgspec.json.decode(data, type=list[type_])  # type: ignore[valid-type]  # a type known at run time
        return [msgspec.json.decode(data, type=type_)]
    except (ValueError, RecursionError) as error:
        raise _bad_message(message, without_value(error)) from None


def _bad_message(message: PushMessage, why: str) -> BadMessage:
    return BadMessage(f"Message {message.message_id} does not hold what its topic carries: {why}.")


def _why(error: Exception, place: str) -> str:
    """Say what is wrong with an item, with its place in the list."""
    text = without_value(error)
    return text.replace("`$", f"`${place}") if "`$" in text else f"{text} - at `${place}`"


def _is_list(data: bytes) -> bool:
    return data.lstrip()[:1] == b"["
