"""Pushes a subscription's messages to its endpoint, many at a time."""

import asyncio

import aiohttp

from local.pubsub.clock import Clock
from local.pubsub.flow import FlowControl
from local.pubsub.leases import Delivery
from local.pubsub.pushing.push_backoff import PushBackoff
from local.pubsub.pushing.push_http import post
from local.pubsub.pushing.push_request import push_request
from local.pubsub.subscription import Subscription

ACKNOWLEDGED = frozenset({102, 200, 201, 202, 204})
"""The answers that acknowledge a push; every other one is a nack (gcp.md §1.1)."""


class Pusher:
    """Keeps up to ``window`` requests outstanding at one subscription's endpoint until the subscription is deleted.

    Idle while the subscription has no push endpoint. A push that finds no answer before the ack deadline is left to
    that deadline, which ends the lease and counts the failed delivery.
    """

    def __init__(
        self, subscription: Subscription, http: aiohttp.ClientSession, clock: Clock, window: int, backoff_max: float
    ) -> None:
        self._subscription = subscription
        self._http = http
        self._clock = clock
        self._window = FlowControl(max_messages=window)
        self._backoff = PushBackoff(backoff_max)

    async def run(self) -> None:
        """Push until the subscription is deleted; ends when the last request is answered."""
        async with asyncio.TaskGroup() as requests:
            while not self._subscription.deleted:
                pause = self._backoff.remaining(self._clock.seconds())
                deliveries = [] if pause else self._lease()
                for delivery in deliveries:
                    requests.create_task(self._push(delivery))
                if not deliveries:
                    await self._subscription.changed(pause or None)

    def _lease(self) -> list[Delivery]:
        if not self._subscription.push_endpoint:
            return []
        return self._subscription.lease(self._window, self._window.max_messages)

    async def _push(self, delivery: Delivery) -> None:
        sent = self._clock.seconds()
        try:
            acknowledged = await self._acknowledged(delivery)
        except TimeoutError:
            self._backoff.nacked(sent, self._clock.seconds())
            return
        if acknowledged:
            self._backoff.acked()
            self._subscription.ack([delivery.ack_id])
        else:
            self._backoff.nacked(sent, self._clock.seconds())
            self._subscription.modify_deadline([delivery.ack_id], 0)

    async def _acknowledged(self, delivery: Delivery) -> bool:
        if self._subscription.refuses_push():
            return False
        resource = self._subscription.resource
        async with asyncio.timeout(resource.ack_deadline_seconds):
            return await post(self._http, push_request(resource, delivery)) in ACKNOWLEDGED
