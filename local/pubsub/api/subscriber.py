"""The gRPC service google.pubsub.v1.Subscriber, but for StreamingPull, which has its own module."""

import asyncio

from google.protobuf.empty_pb2 import Empty

from local.pubsub.api.paging import page
from local.pubsub.api.proto import Proto, message_class, received_messages, updated
from local.pubsub.api.rpc import Method, service
from local.pubsub.api.streaming_pull import streaming_pull
from local.pubsub.broker import Broker
from local.pubsub.errors import InvalidArgumentError
from local.pubsub.flow import FlowControl
from local.pubsub.leases import Delivery
from local.pubsub.resources import MUTABLE_SUBSCRIPTION_FIELDS
from local.pubsub.subscription import Subscription

_ListSubscriptionsResponse = message_class("ListSubscriptionsResponse")
_PullResponse = message_class("PullResponse")

PULL_WAIT = 10.0
"""Seconds that a pull waits for a first message; Google says only that the time is bounded."""


class SubscriberService:
    """Subscriptions and pulling; each method answers what Google's documentation of the same name says."""

    def __init__(self, broker: Broker) -> None:
        self._broker = broker

    def handler(self) -> Proto:
        """Make what a gRPC server is given."""
        unary: dict[str, tuple[Method, str, str]] = {
            "CreateSubscription": (self.create_subscription, "Subscription", "Subscription"),
            "GetSubscription": (self.get_subscription, "GetSubscriptionRequest", "Subscription"),
            "UpdateSubscription": (self.update_subscription, "UpdateSubscriptionRequest", "Subscription"),
            "ListSubscriptions": (self.list_subscriptions, "ListSubscriptionsRequest", "ListSubscriptionsResponse"),
            "DeleteSubscription": (self.delete_subscription, "DeleteSubscriptionRequest", ""),
            "ModifyPushConfig": (self.modify_push_config, "ModifyPushConfigRequest", ""),
            "Pull": (self.pull, "PullRequest", "PullResponse"),
            "Acknowledge": (self.acknowledge, "AcknowledgeRequest", ""),
            "ModifyAckDeadline": (self.modify_ack_deadline, "ModifyAckDeadlineRequest", ""),
        }
        return service("google.pubsub.v1.Subscriber", unary, {"StreamingPull": self.streaming_pull})

    async def create_subscription(self, request: Proto, _context: Proto) -> Proto:
        """Create a push or pull subscription."""
        return self._broker.create_subscription(request).resource

    async def get_subscription(self, request: Proto, _context: Proto) -> Proto:
        """Show a subscription."""
        return self._broker.subscription(request.subscription).resource

    async def update_subscription(self, request: Proto, _context: Proto) -> Proto:
        """Change what the mask names; topic, filter and name are for ever."""
        subscription = self._broker.subscription(request.subscription.name)
        wanted = updated(subscription.resource, request.subscription, request.update_mask, MUTABLE_SUBSCRIPTION_FIELDS)
        self._broker.update_subscription(subscription, wanted)
        return subscription.resource

    async def list_subscriptions(self, request: Proto, _context: Proto) -> Proto:
        """Show a project's subscriptions."""
        found = self._broker.subscriptions
        names = [name for name in found if name.startswith(f"{request.project}/")]
        shown, token = page(names, request.page_size, request.page_token)
        return _ListSubscriptionsResponse(subscriptions=[found[name].resource for name in shown], next_page_token=token)

    async def delete_subscription(self, request: Proto, _context: Proto) -> Proto:
        """Delete a subscription and its messages."""
        self._broker.delete_subscription(request.subscription)
        return Empty()

    async def modify_push_config(self, request: Proto, _context: Proto) -> Proto:
        """Push elsewhere; with an empty configuration stop pushing, which is how one pauses a push subscription."""
        subscription = self._broker.subscription(request.subscription)
        wanted = type(subscription.resource)()
        wanted.CopyFrom(subscription.resource)
        wanted.push_config.CopyFrom(request.push_config)
        self._broker.update_subscription(subscription, wanted)
        return Empty()

    async def pull(self, request: Proto, _context: Proto) -> Proto:
        """Lease up to ``max_messages``; wait up to PULL_WAIT for a first one unless ``return_immediately``."""
        subscription = self._broker.subscription(request.subscription)
        if request.max_messages < 1:
            raise InvalidArgumentError("max_messages must be at least 1.")
        wait = 0.0 if request.return_immediately else PULL_WAIT
        deliveries = await _leased(subscription, request.max_messages, wait)
        return _PullResponse(received_messages=received_messages(deliveries, counted=subscription.counts_attempts))

    async def acknowledge(self, request: Proto, _context: Proto) -> Proto:
        """Acknowledge messages."""
        subscription = self._broker.subscription(request.subscription)
        if not request.ack_ids:
            raise InvalidArgumentError("No ack ids specified.")
        subscription.ack(request.ack_ids)
        return Empty()

    async def modify_ack_deadline(self, request: Proto, _context: Proto) -> Proto:
        """Move ack deadlines; zero seconds is a nack."""
        subscription = self._broker.subscription(request.subscription)
        if not request.ack_ids:
            raise InvalidArgumentError("No ack ids specified.")
        subscription.modify_deadline(request.ack_ids, request.ack_deadline_seconds)
        return Empty()

    async def streaming_pull(self, _requests: Proto, context: Proto) -> Proto:
        """Deliver messages as they come, until the client ends the stream."""
        await streaming_pull(self._broker, context)


async def _leased(subscription: Subscription, limit: int, wait: float) -> list[Delivery]:
    loop = asyncio.get_running_loop()
    end = loop.time() + wait
    while True:
        deliveries = subscription.lease(FlowControl(), limit)
        if deliveries or loop.time() >= end or subscription.deleted:
            return deliveries
        await subscription.changed(end - loop.time())
