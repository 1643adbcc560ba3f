from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from google.api_core.exceptions import PermissionDenied
from google.cloud.pubsub_v1.types import Subscription

from cli.doctor.queues import subscriptions, topics
from local.clients import PubSubClients
from local.provision import provision
from local.pubsub import EmbeddedPubSub
from omnicapi.topology import PIPELINE

PROJECT = "doctored"
SERVICES = {push.service or "": f"http://127.0.0.1:9/{push.service}" for push in PIPELINE.pushes()}


@pytest.fixture(scope="module")
def clients() -> Iterator[PubSubClients]:
    with EmbeddedPubSub() as broker, PubSubClients(broker.endpoint) as clients:
        provision(PIPELINE, clients, PROJECT, SERVICES)
        yield clients


def test_everything_that_was_provisioned_passes(clients: PubSubClients) -> None:
    found = [
        *topics(clients.publisher, PROJECT, PIPELINE),
        *subscriptions(clients.subscriber, PROJECT, PIPELINE, in_cloud=False),
    ]
    assert len(found) == len(PIPELINE.topics) + len(PIPELINE.subscriptions)
    assert [finding for finding in found if finding.status != "pass"] == []


def test_what_is_missing_fails_and_names_the_mend(clients: PubSubClients) -> None:
    found = [
        *topics(clients.publisher, "elsewhere", PIPELINE),
        *subscriptions(clients.subscriber, "elsewhere", PIPELINE, in_cloud=False),
    ]
    assert {(finding.status, finding.text, finding.fix) for finding in found} == {
        ("fail", "is not in project elsewhere", "terraform apply")
    }


def test_in_the_cloud_a_push_needs_https_and_an_identity(clients: PubSubClients) -> None:
    found = {finding.check: finding for finding in subscriptions(clients.subscriber, PROJECT, PIPELINE, in_cloud=True)}
    push = found["subscription signals-push"]
    assert push.text == "pushes without HTTPS; pushes without an identity: forward refuses it"
    assert found["subscription signals-dead-letter-pull"].status == "pass"


class Answering:
    """A subscriber client that answers with one subscription, whatever it is asked for."""

    def __init__(self, answer: Subscription | Exception) -> None:
        self._answer = answer

    def subscription_path(self, project: str, name: str) -> str:
        return f"projects/{project}/subscriptions/{name}"

    def get_subscription(self, subscription: str) -> Subscription:
        if isinstance(self._answer, Exception):
            raise self._answer
        return self._answer


def judged(of: str = "signals", **about: Any) -> str:
    push = next(one for one in PIPELINE.subscriptions if one.name == f"{of}-push")
    good: dict[str, Any] = {
        "topic": f"projects/{PROJECT}/topics/{of}",
        "push_config": {"push_endpoint": "https://f.run.app", "oidc_token": {"service_account_email": "i@example.com"}},
        "ack_deadline_seconds": 60,
        "message_retention_duration": timedelta(days=7),
        "expiration_policy": {},
        "dead_letter_policy": {"dead_letter_topic": f"projects/{PROJECT}/topics/{of}-dead-letter"},
    }
    one = replace(PIPELINE, subscriptions=(push,))
    (finding,) = subscriptions(Answering(Subscription({**good, **about})), PROJECT, one, in_cloud=True)
    assert (finding.status == "pass") == (finding.fix == "")
    return finding.text


@pytest.mark.parametrize(
    ("about", "text"),
    [
        ({}, "pushes to forward"),
        ({"topic": "_deleted-topic_"}, "reads _deleted-topic_, not signals"),
        ({"expiration_policy": {"ttl": timedelta(days=31)}}, "expires after 31 idle days"),
        ({"message_retention_duration": timedelta(minutes=10)}, "keeps messages 600 s, not 7 d"),
        ({"detached": True}, "is detached from its topic"),
        ({"push_config": {}}, "waits to be pulled, as only a worker does"),
        ({"ack_deadline_seconds": 10}, "has an ack deadline of 10 s, not 60 s"),
        ({"dead_letter_policy": {}}, "has no dead letters in signals-dead-letter"),
    ],
)
def test_a_subscription_that_could_lose_or_hold_up_messages_is_told(about: dict[str, Any], text: str) -> None:
    assert judged(**about) == text


def test_only_what_a_worker_may_pull_needs_no_push() -> None:
    text = "pushes nowhere: nothing reaches ingest-files; "
    assert judged("files", push_config={}).startswith(text)


def test_an_account_that_may_not_look_gets_a_warning_not_a_failure() -> None:
    denied = PermissionDenied("secret words of Google's")
    found = list(subscriptions(Answering(denied), PROJECT, PIPELINE, in_cloud=True))
    assert {finding.status for finding in found} == {"warn"}
    assert "roles/pubsub.viewer" in found[0].fix
    assert "secret" not in repr(found)
