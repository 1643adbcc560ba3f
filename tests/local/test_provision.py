from datetime import timedelta

import pytest
from google.api_core.exceptions import AlreadyExists

from local.blueprint import OUTCOMES_PULL
from local.clients import PubSubClients
from local.provision import provision
from omnicapi.topology import PIPELINE, Subscription, Topology

PROJECT = "provisioned"
ENDPOINTS = {str(push.service): f"http://127.0.0.1:9/{push.service}" for push in PIPELINE.pushes()}
TOPOLOGY = PIPELINE.with_retries_scaled(0.001).with_subscriptions(OUTCOMES_PULL)


@pytest.fixture(scope="module", autouse=True)
def _provisioned(clients: PubSubClients) -> None:
    provision(TOPOLOGY, clients, PROJECT, ENDPOINTS)


def test_every_topic_exists(clients: PubSubClients) -> None:
    names = {topic.name for topic in clients.publisher.list_topics(project=f"projects/{PROJECT}")}
    assert names == {f"projects/{PROJECT}/topics/{topic}" for topic in TOPOLOGY.topics}


@pytest.mark.parametrize("wanted", TOPOLOGY.subscriptions, ids=lambda subscription: subscription.name)
def test_a_subscription_is_as_the_topology_says(clients: PubSubClients, wanted: Subscription) -> None:
    path = clients.subscriber.subscription_path(PROJECT, wanted.name)
    made = clients.subscriber.get_subscription(subscription=path)
    assert made.topic.endswith(f"/topics/{wanted.topic}")
    assert made.ack_deadline_seconds == wanted.ack_deadline.total_seconds()
    assert made.message_retention_duration == wanted.retention
    assert made.push_config.push_endpoint == (ENDPOINTS[wanted.service] if wanted.service else "")
    if wanted.retry is not None:
        assert made.retry_policy.minimum_backoff == wanted.retry.minimum == timedelta(milliseconds=10)
        assert made.retry_policy.maximum_backoff == wanted.retry.maximum
    if wanted.dead_letter is not None:
        assert made.dead_letter_policy.dead_letter_topic.endswith(f"/topics/{wanted.dead_letter.topic}")
        assert made.dead_letter_policy.max_delivery_attempts == wanted.dead_letter.attempts


def test_nothing_is_made_twice(clients: PubSubClients) -> None:
    with pytest.raises(AlreadyExists):
        provision(TOPOLOGY, clients, PROJECT, ENDPOINTS)


def test_a_push_to_a_service_nobody_started_is_an_error(clients: PubSubClients) -> None:
    lonely = Topology(("lonely",), (Subscription("lonely-push", "lonely", "nobody"),), PIPELINE.notification)
    with pytest.raises(KeyError, match="nobody"):
        provision(lonely, clients, PROJECT, ENDPOINTS)
