"""A published message, and the limits Pub/Sub sets on publishing (gcp.md §1.4, cloud.google.com/pubsub/quotas)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from local.pubsub.errors import InvalidArgumentError

MAX_REQUEST_BYTES = 10_000_000
"""One Publish request, encoded; a message travels in a request, so this bounds the message too."""

MAX_REQUEST_MESSAGES = 1000
MAX_ATTRIBUTES = 100
MAX_ATTRIBUTE_KEY_BYTES = 256
MAX_ATTRIBUTE_VALUE_BYTES = 1024
MAX_ORDERING_KEY_BYTES = 1024


@dataclass(frozen=True, slots=True)
class Message:
    """One message as it was published: ``publish_time`` is UTC, ``id`` is unique in the broker."""

    id: str
    data: bytes
    attributes: Mapping[str, str]
    publish_time: datetime
    ordering_key: str = ""

    @property
    def size(self) -> int:
        """Bytes that flow control counts: data, attribute keys and values."""
        return len(self.data) + sum(len(key) + len(value) for key, value in self.attributes.items())


def check_request(messages: int, size: int) -> None:
    """Raise InvalidArgumentError unless a Publish request of ``messages`` messages and ``size`` bytes is allowed."""
    if not messages:
        raise InvalidArgumentError("No messages to publish: a request carries at least one.")
    if messages > MAX_REQUEST_MESSAGES:
        raise InvalidArgumentError(f"{messages} messages in one request; the maximum is {MAX_REQUEST_MESSAGES}.")
    if size > MAX_REQUEST_BYTES:
        raise InvalidArgumentError(f"The request has {size} bytes; the maximum is {MAX_REQUEST_BYTES}.")


def check_message(place: int, data: bytes, attributes: Mapping[str, str], ordering_key: str) -> None:
    """Raise InvalidArgumentError unless the message at ``place`` of its request is within Pub/Sub's limits.

    The error names the place and the attribute's key, never a value: it may be personal data.
    """
    if not data and not attributes:
        raise InvalidArgumentError(f"Message {place} is empty: it needs data or at least one attribute.")
    if len(attributes) > MAX_ATTRIBUTES:
        raise InvalidArgumentError(
            f"Message {place} has {len(attributes)} attributes; the maximum is {MAX_ATTRIBUTES}."
        )
    if _bytes(ordering_key) > MAX_ORDERING_KEY_BYTES:
        raise InvalidArgumentError(f"Message {place}: the ordering key exceeds {MAX_ORDERING_KEY_BYTES} bytes.")
    for key, value in attributes.items():
        if _bytes(key) > MAX_ATTRIBUTE_KEY_BYTES:
            raise InvalidArgumentError(
                f"Message {place}: an attribute key of {_bytes(key)} bytes; the maximum is {MAX_ATTRIBUTE_KEY_BYTES}."
            )
        if _bytes(value) > MAX_ATTRIBUTE_VALUE_BYTES:
            raise InvalidArgumentError(
                f"Message {place}: the value of attribute '{key}' has {_bytes(value)} bytes; "
                f"the maximum is {MAX_ATTRIBUTE_VALUE_BYTES}."
            )


def _bytes(text: str) -> int:
    return len(text.encode())
