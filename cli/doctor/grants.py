"""Whether Pub/Sub's own agent may move dead letters: without both grants it retries for ever, unheard (gcp.md §1.3)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from google.api_core.exceptions import GoogleAPICallError, MethodNotImplemented

from cli.doctor.finding import Finding, failed, passed
from cli.doctor.queues import APPLY, unanswered
from omnicapi.topology import Topology

PUBLISHER, SUBSCRIBER = "roles/pubsub.publisher", "roles/pubsub.subscriber"

_is_agent = re.compile(r"serviceAccount:service-\d+@gcp-sa-pubsub\.iam\.gserviceaccount\.com").fullmatch


def dead_letter_grants(publisher: Any, subscriber: Any, project: str, topology: Topology) -> Iterator[Finding]:
    """Say of each dead-letter policy whether Pub/Sub's agent may publish there and acknowledge here."""
    for subscription in topology.subscriptions:
        if subscription.dead_letter is None:
            continue
        dead = subscription.dead_letter.topic
        check = f"grants for {dead}"
        try:
            publishes = _agent_has(PUBLISHER, publisher, publisher.topic_path(project, dead))
            takes = _agent_has(SUBSCRIBER, subscriber, subscriber.subscription_path(project, subscription.name))
        except MethodNotImplemented:
            yield Finding("skip", check, "this Pub/Sub has no grants")
        except GoogleAPICallError as error:
            yield unanswered(check, error)
        else:
            lacking = [
                *([] if publishes else [f"{PUBLISHER} on topic {dead}"]),
                *([] if takes else [f"{SUBSCRIBER} on subscription {subscription.name}"]),
            ]
            if lacking:
                yield failed(
                    check, f"Pub/Sub's agent lacks {' and '.join(lacking)}: dead letters stay where they are", APPLY
                )
            else:
                yield passed(check, "Pub/Sub's agent may move dead letters")


def _agent_has(role: str, client: Any, resource: str) -> bool:
    policy = client.get_iam_policy(request={"resource": resource})
    return any(binding.role == role and any(map(_is_agent, binding.members)) for binding in policy.bindings)
