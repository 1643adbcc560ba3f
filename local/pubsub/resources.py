"""What a topic or subscription may be: names, bounds and defaults as Google's API documents them.

Sources: the comments of google/pubsub/v1/pubsub.proto, cloud.google.com/pubsub/docs/pubsub-basics#resource_names
and gcp.md §1.1, §1.3.
"""

import re
from urllib.parse import urlsplit

from google.protobuf.duration_pb2 import Duration

from local.pubsub.api.proto import Proto, Subscription, Topic
from local.pubsub.errors import InvalidArgumentError, UnsupportedError
from local.pubsub.policies import IMMEDIATELY, DeadLetterPolicy, RetryPolicy

DELETED_TOPIC = "_deleted-topic_"
"""What a subscription's topic is called once it is deleted; the subscription keeps its messages."""

MUTABLE_TOPIC_FIELDS = frozenset({"kms_key_name", "labels", "message_retention_duration", "message_storage_policy"})
MUTABLE_SUBSCRIPTION_FIELDS = frozenset(
    {
        "ack_deadline_seconds",
        "dead_letter_policy",
        "expiration_policy",
        "labels",
        "message_retention_duration",
        "push_config",
        "retain_acked_messages",
        "retry_policy",
    }
)

MIN_ACK_DEADLINE = 10
_MAX_ACK_DEADLINE = 600
_MAX_BACKOFF = 600
_DEFAULT_MIN_BACKOFF = 10
_MIN_ATTEMPTS = 5
_MAX_ATTEMPTS = 100
_MIN_RETENTION = 10 * 60
_MAX_RETENTION = 31 * 24 * 3600
_DEFAULT_RETENTION = 7 * 24 * 3600

# 3 to 255 characters, a letter first, never "goog" first.
_NAME = r"projects/[^/]+/{kind}/(?!goog)[A-Za-z][A-Za-z0-9._~+%-]{{2,254}}"
_UNSUPPORTED = (
    "analytics_hub_subscription_info",
    "bigquery_config",
    "bigtable_config",
    "cloud_storage_config",
    "enable_exactly_once_delivery",
    "enable_message_ordering",
    "message_transforms",
    "schema_settings",
    "ingestion_data_source_settings",
)


def topic_resource(wanted: Proto) -> Proto:
    """Check and complete the topic that a client asks for; raises PubSubError when it may not be."""
    topic = Topic()
    topic.CopyFrom(wanted)
    _check_name(topic.name, "topics")
    _check_supported(topic)
    if topic.HasField("message_retention_duration"):
        _check_retention(topic.message_retention_duration)
    topic.state = Topic.ACTIVE
    return topic


def subscription_resource(wanted: Proto) -> Proto:
    """Check and complete, with Google's defaults, what a client asks for; raises PubSubError when it may not be."""
    subscription = Subscription()
    subscription.CopyFrom(wanted)
    _check_name(subscription.name, "subscriptions")
    _check_supported(subscription)
    _complete_times(subscription)
    _complete_policies(subscription)
    _check_endpoint(subscription.push_config.push_endpoint)
    subscription.push_config.SetInParent()
    subscription.state = Subscription.ACTIVE
    return subscription


def retry_policy(subscription: Proto) -> RetryPolicy:
    """When the subscription's failed messages are tried again."""
    if not subscription.HasField("retry_policy"):
        return IMMEDIATELY
    policy = subscription.retry_policy
    return RetryPolicy(_seconds(policy.minimum_backoff), _seconds(policy.maximum_backoff))


def dead_letter_policy(subscription: Proto) -> DeadLetterPolicy | None:
    """When the subscription gives a message up, if ever."""
    if not subscription.HasField("dead_letter_policy"):
        return None
    policy = subscription.dead_letter_policy
    return DeadLetterPolicy(policy.dead_letter_topic, policy.max_delivery_attempts)


def check_deadline(field: str, seconds: int, minimum: int) -> None:
    """Raise InvalidArgumentError unless an ack deadline is between ``minimum`` and 600 seconds."""
    _check_bounds(field, seconds, minimum, _MAX_ACK_DEADLINE)


def _check_name(name: str, kind: str) -> None:
    if not re.fullmatch(_NAME.format(kind=kind), name):
        raise InvalidArgumentError(
            f"Invalid name '{name}': expected projects/PROJECT/{kind}/ID with an ID of 3 to 255 letters, digits and "
            "-._~+% that begins with a letter and not with 'goog'."
        )


def _check_supported(resource: Proto) -> None:
    for field, _ in resource.ListFields():
        if field.name in _UNSUPPORTED:
            raise UnsupportedError(f"{resource.name}: the embedded Pub/Sub does not support '{field.name}'.")


def _check_retention(retention: Duration) -> None:
    _check_bounds("message_retention_duration", _seconds(retention), _MIN_RETENTION, _MAX_RETENTION)


def _check_endpoint(endpoint: str) -> None:
    parts = urlsplit(endpoint)
    if endpoint and not (parts.scheme in {"http", "https"} and parts.hostname):
        raise InvalidArgumentError(f"Unsupported push_endpoint '{endpoint}': expected an http or https URL.")


def _check_bounds(field: str, value: float, minimum: float, maximum: float) -> None:
    if not minimum <= value <= maximum:
        raise InvalidArgumentError(f"{field} is {value:.10g}; it must be between {minimum:.10g} and {maximum:.10g}.")


def _complete_times(subscription: Proto) -> None:
    subscription.ack_deadline_seconds = subscription.ack_deadline_seconds or MIN_ACK_DEADLINE
    check_deadline("ack_deadline_seconds", subscription.ack_deadline_seconds, MIN_ACK_DEADLINE)
    if not subscription.HasField("message_retention_duration"):
        subscription.message_retention_duration.FromSeconds(_DEFAULT_RETENTION)
    _check_retention(subscription.message_retention_duration)


def _complete_policies(subscription: Proto) -> None:
    if subscription.HasField("retry_policy"):
        policy = subscription.retry_policy
        if not policy.HasField("minimum_backoff"):
            policy.minimum_backoff.FromSeconds(_DEFAULT_MIN_BACKOFF)
        if not policy.HasField("maximum_backoff"):
            policy.maximum_backoff.FromSeconds(_MAX_BACKOFF)
        shortest = _seconds(policy.minimum_backoff)
        _check_bounds("retry_policy.minimum_backoff", shortest, 0, _MAX_BACKOFF)
        _check_bounds("retry_policy.maximum_backoff", _seconds(policy.maximum_backoff), shortest, _MAX_BACKOFF)
    if subscription.HasField("dead_letter_policy"):
        dead = subscription.dead_letter_policy
        dead.max_delivery_attempts = dead.max_delivery_attempts or _MIN_ATTEMPTS
        _check_bounds("max_delivery_attempts", dead.max_delivery_attempts, _MIN_ATTEMPTS, _MAX_ATTEMPTS)


def _seconds(duration: Duration) -> float:
    return duration.ToTimedelta().total_seconds()
