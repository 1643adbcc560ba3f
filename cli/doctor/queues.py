"""Whether topics and subscriptions are there, and set so that nothing can be lost.

What must be there is the topology that the local stack runs and that the tests hold against Terraform's plan.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from google.api_core.exceptions import GoogleAPICallError, NotFound

from cli.doctor.finding import Finding, failed, passed
from omnicapi.topology import PULLABLE, Subscription, Topology

APPLY = "terraform apply"


def topics(publisher: Any, project: str, topology: Topology) -> Iterator[Finding]:
    """Say of each topic whether it is there. ``publisher`` is a ``PublisherClient``."""
    for name in topology.topics:
        check = f"topic {name}"
        try:
            publisher.get_topic(topic=publisher.topic_path(project, name))
        except NotFound:
            yield failed(check, f"is not in project {project}", APPLY)
        except GoogleAPICallError as error:
            yield unanswered(check, error)
        else:
            yield passed(check, "is there")


def subscriptions(subscriber: Any, project: str, topology: Topology, *, in_cloud: bool) -> Iterator[Finding]:
    """Say of each subscription whether it is there and what of it could lose or hold up messages.

    Without ``in_cloud`` a push needs neither HTTPS nor an identity.
    """
    for wanted in topology.subscriptions:
        check = f"subscription {wanted.name}"
        try:
            found = subscriber.get_subscription(subscription=subscriber.subscription_path(project, wanted.name))
        except NotFound:
            yield failed(check, f"is not in project {project}", APPLY)
        except GoogleAPICallError as error:
            yield unanswered(check, error)
        else:
            yield _judged(check, found, wanted, in_cloud=in_cloud)


def _judged(check: str, found: Any, wanted: Subscription, *, in_cloud: bool) -> Finding:
    pulled = wanted.service in PULLABLE and not found.push_config.push_endpoint
    problems = list(_problems(found, wanted))
    if wanted.service is not None and not pulled:
        problems += _problems_of_push(found, wanted, in_cloud=in_cloud)
    if problems:
        return failed(check, "; ".join(problems), APPLY)
    if pulled:
        return Finding("warn", check, "waits to be pulled, as only a worker does", f"Without one: {APPLY}")
    return passed(check, _described(wanted))


def unanswered(check: str, error: GoogleAPICallError) -> Finding:
    """Return the finding of a question to which Google gave no answer; the error's text is left out."""
    return Finding(
        "warn",
        check,
        f"could not be looked at ({type(error).__name__})",
        "Run the doctor as an account that may view Pub/Sub in the project: roles/pubsub.viewer.",
    )


def _problems(found: Any, wanted: Subscription) -> Iterator[str]:
    if found.topic.rpartition("/")[2] != wanted.topic:
        yield f"reads {found.topic or 'nothing'}, not {wanted.topic}"
    if found.expiration_policy.ttl:
        yield f"expires after {found.expiration_policy.ttl.days} idle days"
    if found.message_retention_duration < wanted.retention:
        yield f"keeps messages {_shown(found.message_retention_duration)}, not {_shown(wanted.retention)}"
    if found.detached:
        yield "is detached from its topic"
    if wanted.dead_letter and found.dead_letter_policy.dead_letter_topic.rpartition("/")[2] != wanted.dead_letter.topic:
        yield f"has no dead letters in {wanted.dead_letter.topic}"


def _problems_of_push(found: Any, wanted: Subscription, *, in_cloud: bool) -> Iterator[str]:
    push = found.push_config
    if not push.push_endpoint:
        yield f"pushes nowhere: nothing reaches {wanted.service}"
    if found.ack_deadline_seconds < wanted.ack_deadline.total_seconds():
        yield f"has an ack deadline of {found.ack_deadline_seconds} s, not {_shown(wanted.ack_deadline)}"
    if in_cloud and push.push_endpoint and not push.push_endpoint.startswith("https://"):
        yield "pushes without HTTPS"
    if in_cloud and not push.oidc_token.service_account_email:
        yield f"pushes without an identity: {wanted.service} refuses it"


def _described(wanted: Subscription) -> str:
    return f"pushes to {wanted.service}" if wanted.service else f"keeps messages {_shown(wanted.retention)}"


def _shown(time: timedelta) -> str:
    return f"{time.days} d" if time.days else f"{time.total_seconds():g} s"
