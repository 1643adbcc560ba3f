"""The gRPC service google.pubsub.v1.Publisher."""

from google.protobuf.empty_pb2 import Empty

from local.pubsub.api.paging import page
from local.pubsub.api.proto import Proto, message_class, updated
from local.pubsub.api.rpc import Method, service
from local.pubsub.broker import Broker
from local.pubsub.resources import MUTABLE_TOPIC_FIELDS, topic_resource

_ListTopicsResponse = message_class("ListTopicsResponse")
_ListTopicSubscriptionsResponse = message_class("ListTopicSubscriptionsResponse")
_PublishResponse = message_class("PublishResponse")


class PublisherService:
    """Topics and publishing; each method answers what Google's documentation of the same name says."""

    def __init__(self, broker: Broker) -> None:
        self._broker = broker

    def handler(self) -> Proto:
        """Make what a gRPC server is given."""
        unary: dict[str, tuple[Method, str, str]] = {
            "CreateTopic": (self.create_topic, "Topic", "Topic"),
            "UpdateTopic": (self.update_topic, "UpdateTopicRequest", "Topic"),
            "GetTopic": (self.get_topic, "GetTopicRequest", "Topic"),
            "ListTopics": (self.list_topics, "ListTopicsRequest", "ListTopicsResponse"),
            "ListTopicSubscriptions": (
                self.list_topic_subscriptions,
                "ListTopicSubscriptionsRequest",
                "ListTopicSubscriptionsResponse",
            ),
            "DeleteTopic": (self.delete_topic, "DeleteTopicRequest", ""),
            "Publish": (self.publish, "PublishRequest", "PublishResponse"),
        }
        return service("google.pubsub.v1.Publisher", unary, {})

    async def create_topic(self, request: Proto, _context: Proto) -> Proto:
        """Create a topic."""
        return self._broker.create_topic(request).resource

    async def update_topic(self, request: Proto, _context: Proto) -> Proto:
        """Change labels, retention, storage policy or key; only stored, for nothing here depends on them."""
        topic = self._broker.topic(request.topic.name)
        topic.resource = topic_resource(
            updated(topic.resource, request.topic, request.update_mask, MUTABLE_TOPIC_FIELDS)
        )
        return topic.resource

    async def get_topic(self, request: Proto, _context: Proto) -> Proto:
        """Show a topic."""
        return self._broker.topic(request.topic).resource

    async def list_topics(self, request: Proto, _context: Proto) -> Proto:
        """Show a project's topics."""
        names = [name for name in self._broker.topics if name.startswith(f"{request.project}/")]
        shown, token = page(names, request.page_size, request.page_token)
        return _ListTopicsResponse(topics=[self._broker.topics[name].resource for name in shown], next_page_token=token)

    async def list_topic_subscriptions(self, request: Proto, _context: Proto) -> Proto:
        """Show the names of a topic's subscriptions."""
        topic = self._broker.topic(request.topic)
        names = [subscription.name for subscription in self._broker.subscriptions_of(topic)]
        shown, token = page(names, request.page_size, request.page_token)
        return _ListTopicSubscriptionsResponse(subscriptions=shown, next_page_token=token)

    async def delete_topic(self, request: Proto, _context: Proto) -> Proto:
        """Delete a topic."""
        self._broker.delete_topic(request.topic)
        return Empty()

    async def publish(self, request: Proto, _context: Proto) -> Proto:
        """Publish up to 1000 messages and 10 MB."""
        ids = self._broker.publish(request.topic, request.messages, request.ByteSize())
        return _PublishResponse(message_ids=ids)
