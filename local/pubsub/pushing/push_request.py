"""The HTTP request that Pub/Sub pushes, wrapped and unwrapped (gcp.md §1.1, cloud.google.com/pubsub/docs/push)."""

from dataclasses import dataclass

import msgspec

from local.pubsub.api.proto import Proto
from local.pubsub.api.timestamps import rfc3339
from local.pubsub.leases import Delivery
from local.pubsub.message import Message

USER_AGENT = "CloudPubSub-Google"


@dataclass(frozen=True, slots=True)
class PushRequest:
    """A POST to ``url``."""

    url: str
    headers: dict[str, str]
    body: bytes


class _Message(
    msgspec.Struct,
    omit_defaults=True,
    rename={"id": "messageId", "time": "publishTime", "ordering_key": "orderingKey"},
):
    """Both spellings of the id and the time, as Google sends them; what is empty is left out."""

    id: str
    message_id: str
    time: str
    publish_time: str
    data: bytes = b""
    attributes: dict[str, str] = {}
    ordering_key: str = ""


class _Envelope(msgspec.Struct, omit_defaults=True, rename={"delivery_attempt": "deliveryAttempt"}):
    message: _Message
    subscription: str
    delivery_attempt: int = 0


_encoder = msgspec.json.Encoder()


def push_request(subscription: Proto, delivery: Delivery) -> PushRequest:
    """Write the request that delivers one message to a subscription's push endpoint."""
    push = subscription.push_config
    if push.HasField("no_wrapper"):
        headers = _metadata(subscription.name, delivery.message) if push.no_wrapper.write_metadata else {}
        return PushRequest(push.push_endpoint, {"User-Agent": USER_AGENT, **headers}, delivery.message.data)
    attempt = delivery.attempt if subscription.HasField("dead_letter_policy") else 0
    body = _encoder.encode(_Envelope(_wrapped(delivery.message), subscription.name, attempt))
    return PushRequest(push.push_endpoint, {"User-Agent": USER_AGENT, "Content-Type": "application/json"}, body)


def _wrapped(message: Message) -> _Message:
    time = rfc3339(message.publish_time)
    return _Message(
        id=message.id,
        message_id=message.id,
        time=time,
        publish_time=time,
        data=message.data,
        attributes=dict(message.attributes),
        ordering_key=message.ordering_key,
    )


def _metadata(subscription: str, message: Message) -> dict[str, str]:
    """Attributes as plain headers, then Pub/Sub's own, which an attribute of the same name cannot replace."""
    headers = {
        **message.attributes,
        "x-goog-pubsub-subscription-name": subscription,
        "x-goog-pubsub-message-id": message.id,
        "x-goog-pubsub-publish-time": rfc3339(message.publish_time),
    }
    if message.ordering_key:
        headers["x-goog-pubsub-ordering-key"] = message.ordering_key
    return headers
