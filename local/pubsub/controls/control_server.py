"""The control port: HTTP/JSON to inspect the broker and to make it misbehave.

    GET               /subscriptions                              list of SubscriptionStatus
    GET               /projects/{project}/subscriptions/{id}      SubscriptionStatus
    PUT, DELETE       /projects/{project}/subscriptions/{id}/faults   set SubscriptionFaults, clear them
    GET               /topics                                     list of TopicStatus
    GET               /projects/{project}/topics/{id}             TopicStatus
    PUT, DELETE       /projects/{project}/topics/{id}/faults      set TopicFaults, clear them

An answer is taken in one moment: its numbers fit each other across all subscriptions. Producers may publish here by
HTTP, see ``rest``.
"""

from collections.abc import Awaitable, Callable

import msgspec
from aiohttp import web

from local.pubsub.api.rest import MAX_BODY_BYTES, rest_routes
from local.pubsub.broker import Broker
from local.pubsub.errors import NotFoundError
from local.pubsub.faults import SubscriptionFaults, TopicFaults
from local.pubsub.subscription import Subscription
from local.pubsub.topic import Topic

_SUBSCRIPTION = "/projects/{project}/subscriptions/{id}"
_TOPIC = "/projects/{project}/topics/{id}"

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


def control_app(broker: Broker) -> web.Application:
    """Make the application that commands and inspects ``broker``, and publishes; it runs on the broker's event loop."""
    control = _Control(broker)
    app = web.Application(middlewares=[_refusals], client_max_size=MAX_BODY_BYTES)
    app.add_routes(rest_routes(broker))
    app.add_routes(
        [
            web.get("/subscriptions", control.subscriptions),
            web.get(_SUBSCRIPTION, control.subscription),
            web.put(f"{_SUBSCRIPTION}/faults", control.set_subscription_faults),
            web.delete(f"{_SUBSCRIPTION}/faults", control.clear_subscription_faults),
            web.get("/topics", control.topics),
            web.get(_TOPIC, control.topic),
            web.put(f"{_TOPIC}/faults", control.set_topic_faults),
            web.delete(f"{_TOPIC}/faults", control.clear_topic_faults),
        ]
    )
    return app


class _Control:
    def __init__(self, broker: Broker) -> None:
        self._broker = broker

    async def subscriptions(self, _request: web.Request) -> web.Response:
        return _json(self._broker.statuses())

    async def subscription(self, request: web.Request) -> web.Response:
        return _json(self._subscription(request).status())

    async def set_subscription_faults(self, request: web.Request) -> web.Response:
        faults = msgspec.json.decode(await request.read(), type=SubscriptionFaults)
        subscription = self._subscription(request)
        subscription.faults = faults
        return _json(subscription.status())

    async def clear_subscription_faults(self, request: web.Request) -> web.Response:
        subscription = self._subscription(request)
        subscription.faults = SubscriptionFaults()
        return _json(subscription.status())

    async def topics(self, _request: web.Request) -> web.Response:
        return _json([topic.status() for topic in self._broker.topics.values()])

    async def topic(self, request: web.Request) -> web.Response:
        return _json(self._topic(request).status())

    async def set_topic_faults(self, request: web.Request) -> web.Response:
        faults = msgspec.json.decode(await request.read(), type=TopicFaults)
        topic = self._topic(request)
        topic.faults = faults
        return _json(topic.status())

    async def clear_topic_faults(self, request: web.Request) -> web.Response:
        topic = self._topic(request)
        topic.faults = TopicFaults()
        return _json(topic.status())

    def _subscription(self, request: web.Request) -> Subscription:
        return self._broker.subscription(_SUBSCRIPTION[1:].format_map(request.match_info))

    def _topic(self, request: web.Request) -> Topic:
        return self._broker.topic(_TOPIC[1:].format_map(request.match_info))


@web.middleware
async def _refusals(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Answer a bad request with its reason."""
    try:
        return await handler(request)
    except NotFoundError as error:
        return _json({"error": str(error)}, status=404)
    except msgspec.MsgspecError as error:
        return _json({"error": f"The body is not what {request.path} takes: {error}"}, status=400)


def _json(value: object, status: int = 200) -> web.Response:
    return web.Response(body=msgspec.json.encode(value), status=status, content_type="application/json")
