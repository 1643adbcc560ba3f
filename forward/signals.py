"""A signal as forward holds it: the bytes to post, and the few facts batching, the audit trail and windows need."""

from __future__ import annotations

import hashlib

import msgspec

from omnicapi.errors import BadMessage
from omnicapi.messages import Origin, Outcome, PostableSignal, Signal
from omnicapi.push import PushMessage, items


class _CustomData(msgspec.Struct):
    order_id: str | int | float | None = None


class _Head(msgspec.Struct):
    event_name: str
    event_time: int
    event_id: str
    action_source: str | None = None
    custom_data: _CustomData | None = None


_decode_head = msgspec.json.Decoder(_Head).decode


class QueuedSignal(msgspec.Struct, frozen=True, kw_only=True):
    """One signal on its way to Meta. ``event`` is posted byte for byte; ``event_time`` is Unix seconds, UTC.

    ``key`` stands for dataset, event name and event id, Meta's own deduplication key (meta-capi.md §8). ``message_id``
    and ``delivery_attempt`` are those of the Pub/Sub message that brought it.
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
    delivery_attempt: int = 1

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

    def signal(self) -> PostableSignal:
        """Return it as it was on the topic."""
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
    """Return the signals of one message; raise :class:`BadMessage` where it holds something else."""
    return [_queued(signal, message) for signal in items(message, PostableSignal)]


def _queued(signal: PostableSignal, message: PushMessage) -> QueuedSignal:
    try:
        head = _decode_head(signal.event)
    except (msgspec.DecodeError, UnicodeDecodeError):
        raise BadMessage(
            f"Message {message.message_id} holds a signal without event_name, event_time or event_id."
        ) from None
    order = head.custom_data.order_id if head.custom_data is not None else None
    return QueuedSignal(
        dataset=signal.dataset,
        channel=signal.channel,
        event=bytes(signal.event),
        origin=signal.origin,
        event_name=head.event_name,
        event_time=head.event_time,
        event_id=head.event_id,
        key=_key(signal.dataset, head),
        action_source=head.action_source,
        order_id=None if order is None else str(order),
        received_ms=signal.received_ms,
        warnings=signal.warnings,
        identifiers=signal.identifiers,
        datasets=signal.datasets,
        message_id=message.message_id,
        delivery_attempt=message.delivery_attempt or 1,
    )


def _key(dataset: str, head: _Head) -> bytes:
    # A digest, because a memory of a hundred thousand ids of any length would be a large one.
    text = f"{dataset}\x00{head.event_name}\x00{head.event_id}"
    return hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16).digest()
