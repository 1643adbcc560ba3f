"""A signal as forward holds it: the bytes to post, and the few facts batching, the audit trail and windows need."""

from __future__ import annotations

import hashlib

import msgspec

from omnicapi.errors import BadMessage
from omnicapi.intake.push import BadItem, PushMessage, items, stream
from omnicapi.messages import Origin, Outcome, PostableSignal, Signal
from omnicapi.publishing.publisher import encode
from omnicapi.validation import without_value


class _CustomData(msgspec.Struct):
    order_id: str | int | float | None = None


class _Head(msgspec.Struct):
    event_name: str
    event_time: int
    event_id: str
    action_source: str | None = None
    custom_data: _CustomData | None = None


class _About(msgspec.Struct):
    dataset: str | None = None
    channel: str = "unknown"
    origin: Origin | None = None


class _NoHead(Exception):
    """The event of a signal lacks what every event has; the text says what and quotes nothing."""


_decode_head = msgspec.json.Decoder(_Head).decode
_decode_about = msgspec.json.Decoder(_About).decode


class QueuedSignal(msgspec.Struct, frozen=True, kw_only=True):
    """One signal on its way to Meta. ``event`` is posted byte for byte; ``event_time`` is Unix seconds, UTC.

    ``key`` stands for dataset, event name and event id, Meta's own deduplication key (meta-capi.md §8). ``message_id``
    and ``delivery_attempt`` are those of the Pub/Sub message that brought it, ``index`` is its place there, from 0.
    """

    dataset: str
    channel: str
    event: bytes
    origin: Origin
    event_name: str
    event_time: int
    event_id: str
    key: bytes
    action_source: str | None = None
    order_id: str | None = None
    received_ms: int = 0
    warnings: list[str] = []
    identifiers: list[str] = []
    datasets: int = 1
    message_id: str = ""
    index: int = 0
    delivery_attempt: int = 1
    fault: str | None = None
    """Why it is no signal that could be sent; ``event`` is then the whole item as it came."""

    def outcome(self) -> Outcome:
        """Return the outcome that says Meta took it."""
        return Outcome(
            stage="forward",
            verdict="sent",
            channel=self.channel,
            origin=self.origin,
            event_id=self.event_id,
            event_name=self.event_name,
            event_time=self.event_time,
            order_id=self.order_id,
            dataset=self.dataset,
            received_ms=self.received_ms,
            warnings=self.warnings,
            identifiers=self.identifiers,
            datasets=self.datasets,
        )

    def letter(self) -> bytes:
        """Return it as JSON, as it was on the topic."""
        return self.event if self.fault else encode(self._signal())

    def _signal(self) -> PostableSignal:
        return Signal(
            dataset=self.dataset,
            channel=self.channel,
            event=msgspec.Raw(self.event),
            origin=self.origin,
            received_ms=self.received_ms,
            warnings=self.warnings,
            identifiers=self.identifiers,
            datasets=self.datasets,
        )


def read_signals(message: PushMessage) -> list[QueuedSignal]:
    """Return the signals of one message, in order; an item that can be none stands in its place with its ``fault``.

    Raises :class:`BadMessage` where nothing of it is a signal.
    """
    try:
        return [_queued(signal, message, index) for index, signal in enumerate(items(message, PostableSignal))]
    except (BadMessage, _NoHead):
        read = [_read(item, message, index) for index, item in enumerate(stream(message, PostableSignal))]
    if all(one.fault for one in read):
        raise BadMessage(f"Message {message.message_id} holds no signal: {read[0].fault}.")
    return read


def _read(item: PostableSignal | BadItem, message: PushMessage, index: int) -> QueuedSignal:
    if isinstance(item, BadItem):
        return _faulty(item.data, _about(item.data), item.why, message, index)
    try:
        return _queued(item, message, index)
    except _NoHead as error:
        return _faulty(encode(item), _About(item.dataset, item.channel, item.origin), str(error), message, index)


def _about(data: bytes) -> _About:
    """Return what can be read of an item that is no signal: where it came from, at least the message itself."""
    try:
        return _decode_about(data)
    except (ValueError, RecursionError):
        return _About()


def _faulty(data: bytes, about: _About, fault: str, message: PushMessage, index: int) -> QueuedSignal:
    return QueuedSignal(
        dataset=about.dataset or "",
        channel=about.channel,
        event=data,
        origin=about.origin or Origin(message_id=message.message_id, index=index),
        event_name="",
        event_time=0,
        event_id="",
        key=_digest(f"{message.message_id}\x00{index}"),
        message_id=message.message_id,
        index=index,
        delivery_attempt=message.delivery_attempt or 1,
        fault=fault,
    )


def _queued(signal: PostableSignal, message: PushMessage, index: int) -> QueuedSignal:
    try:
        head = _decode_head(signal.event)
    except (ValueError, RecursionError) as error:
        raise _NoHead(without_value(error)) from None
    order = head.custom_data.order_id if head.custom_data is not None else None
    return QueuedSignal(
        dataset=signal.dataset,
        channel=signal.channel,
        event=bytes(signal.event),
        origin=signal.origin,
        event_name=head.event_name,
        event_time=head.event_time,
        event_id=head.event_id,
        key=_digest(f"{signal.dataset}\x00{head.event_name}\x00{head.event_id}"),
        action_source=head.action_source,
        order_id=None if order is None else str(order),
        received_ms=signal.received_ms,
        warnings=signal.warnings,
        identifiers=signal.identifiers,
        datasets=signal.datasets,
        message_id=message.message_id,
        index=index,
        delivery_attempt=message.delivery_attempt or 1,
    )


def _digest(text: str) -> bytes:
    # A digest, because a memory of a hundred thousand ids of any length would be a large one.
    return hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16).digest()
