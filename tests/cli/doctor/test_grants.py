from __future__ import annotations

from google.api_core.exceptions import MethodNotImplemented, PermissionDenied
from google.iam.v1.policy_pb2 import Binding, Policy

from cli.doctor.grants import PUBLISHER, SUBSCRIBER, dead_letter_grants
from omnicapi.topology import PIPELINE

AGENT = "serviceAccount:service-12345@gcp-sa-pubsub.iam.gserviceaccount.com"


class Granting:
    """Both of Google's clients as far as grants go: the same members for a role on every resource."""

    def __init__(self, members: dict[str, list[str]], error: Exception | None = None) -> None:
        self._members = members
        self._error = error

    def topic_path(self, project: str, name: str) -> str:
        return f"projects/{project}/topics/{name}"

    subscription_path = topic_path

    def get_iam_policy(self, request: dict[str, str]) -> Policy:
        if self._error:
            raise self._error
        return Policy(bindings=[Binding(role=role, members=members) for role, members in self._members.items()])


def statuses(client: Granting) -> set[tuple[str, str]]:
    found = list(dead_letter_grants(client, client, "p", PIPELINE))
    assert len(found) == sum(subscription.dead_letter is not None for subscription in PIPELINE.subscriptions)
    return {(finding.status, finding.text) for finding in found}


def test_both_grants_of_pubsubs_agent_pass() -> None:
    assert statuses(Granting({PUBLISHER: ["user:a@example.com", AGENT], SUBSCRIBER: [AGENT]})) == {
        ("pass", "Pub/Sub's agent may move dead letters")
    }


def test_a_grant_to_somebody_else_is_none() -> None:
    found = dead_letter_grants(Granting({PUBLISHER: [AGENT]}), Granting({SUBSCRIBER: ["user:a@b.c"]}), "p", PIPELINE)
    signals = next(finding for finding in found if finding.check == "grants for signals-dead-letter")
    assert signals.status == "fail"
    assert "roles/pubsub.subscriber on subscription signals-push" in signals.text
    assert "roles/pubsub.publisher" not in signals.text


def test_a_stand_in_without_grants_is_skipped_and_a_closed_door_is_a_warning() -> None:
    assert {status for status, _ in statuses(Granting({}, MethodNotImplemented("no")))} == {"skip"}
    assert {status for status, _ in statuses(Granting({}, PermissionDenied("no")))} == {"warn"}
