"""The protobuf messages of google.pubsub.v1, from the descriptors that google-cloud-pubsub ships.

The plain protobuf classes, not the proto-plus wrappers around them: a broker parses and serialises every message.
"""

from collections.abc import Iterable
from typing import Any, TypeAlias

from google.protobuf.field_mask_pb2 import FieldMask
from google.protobuf.timestamp_pb2 import Timestamp
from google.pubsub_v1.types import pubsub

from local.pubsub.errors import InvalidArgumentError
from local.pubsub.leases import Delivery
from local.pubsub.message import Message

Proto: TypeAlias = Any
"""Any message of the API. Its classes are made at run time, so a type checker cannot know their fields."""

Subscription: Proto = pubsub.Subscription.pb()
Topic: Proto = pubsub.Topic.pb()
PubsubMessage: Proto = pubsub.PubsubMessage.pb()
ReceivedMessage: Proto = pubsub.ReceivedMessage.pb()


def message_class(name: str) -> Proto:
    """Look up the protobuf class of that name, such as ``PublishRequest``."""
    return getattr(pubsub, name).pb()


def received_messages(deliveries: Iterable[Delivery], *, counted: bool) -> list[Proto]:
    """Write the deliveries as a pull answers them; ``delivery_attempt`` is 0 unless ``counted``.

    Google counts only where a dead-letter policy is set (ReceivedMessage.delivery_attempt).
    """
    return [
        ReceivedMessage(
            ack_id=delivery.ack_id,
            message=_pubsub_message(delivery.message),
            delivery_attempt=delivery.attempt if counted else 0,
        )
        for delivery in deliveries
    ]


def updated(stored: Proto, update: Proto, mask: FieldMask, mutable: frozenset[str]) -> Proto:
    """Copy ``stored`` with the masked fields taken from ``update``.

    Raises InvalidArgumentError for an empty mask, an unknown field, or one outside ``mutable``.
    """
    if not mask.paths:
        raise InvalidArgumentError("update_mask is empty: name the fields to update.")
    for path in mask.paths:
        field = path.partition(".")[0]
        if field not in stored.DESCRIPTOR.fields_by_name:
            raise InvalidArgumentError(f"update_mask: '{path}' is not a field of {stored.DESCRIPTOR.name}.")
        if field not in mutable:
            raise InvalidArgumentError(f"update_mask: '{path}' of {stored.DESCRIPTOR.name} cannot be changed.")
    copy = type(stored)()
    copy.CopyFrom(stored)
    mask.MergeMessage(update, copy, replace_message_field=True, replace_repeated_field=True)
    return copy


def _pubsub_message(message: Message) -> Proto:
    published = Timestamp()
    published.FromDatetime(message.publish_time)
    return PubsubMessage(
        data=message.data,
        attributes=message.attributes,
        message_id=message.id,
        publish_time=published,
        ordering_key=message.ordering_key,
    )
