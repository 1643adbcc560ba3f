"""Makes a topology's topics and subscriptions through Pub/Sub's own admin API."""

from __future__ import annotations

from collections.abc import Mapping

from google.protobuf.duration_pb2 import Duration

from local.clients import PubSubClients
from omnicapi.topology import Subscription, Topology


def provision(topology: Topology, clients: PubSubClients, project: str, endpoints: Mapping[str, str]) -> None:
    """Create everything in ``topology``; ``endpoints`` gives each service's push address by its name.

    Raises ``google.api_core.exceptions.AlreadyExists`` where a part of it exists, and ``KeyError`` where a subscription
    names a service without an address.
    """
    for topic in topology.topics:
        clients.publisher.create_topic(name=clients.publisher.topic_path(project, topic))
    for subscription in topology.subscriptions:
        clients.subscriber.create_subscription(request=_request(subscription, clients, project, endpoints))


def _request(
    subscription: Subscription, clients: PubSubClients, project: str, endpoints: Mapping[str, str]
) -> dict[str, object]:
    """Return the ``google.pubsub.v1.Subscription`` to create.

    An expiration policy without a time to live means never: by default a subscription ends after 31 idle days
    (gcp.md §1.3).
    """
    request: dict[str, object] = {
        "name": clients.subscriber.subscription_path(project, subscription.name),
        "topic": clients.publisher.topic_path(project, subscription.topic),
        "ack_deadline_seconds": int(subscription.ack_deadline.total_seconds()),
        "message_retention_duration": _duration(subscription.retention.total_seconds()),
        "expiration_policy": {},
        "filter": subscription.filter,
    }
    if subscription.service is not None and subscription.pushed:
        request["push_config"] = {"push_endpoint": endpoints[subscription.service]}
    if subscription.retry is not None:
        request["retry_policy"] = {
            "minimum_backoff": _duration(subscription.retry.minimum.total_seconds()),
            "maximum_backoff": _duration(subscription.retry.maximum.total_seconds()),
        }
    if subscription.dead_letter is not None:
        request["dead_letter_policy"] = {
            "dead_letter_topic": clients.publisher.topic_path(project, subscription.dead_letter.topic),
            "max_delivery_attempts": subscription.dead_letter.attempts,
        }
    return request


def _duration(seconds: float) -> Duration:
    duration = Duration()
    duration.FromNanoseconds(round(seconds * 1e9))
    return duration
