"""A blueprint of what ``terraform show -json`` prints, from a document in its form; tests/terraform has real ones."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from local import planned
from local.services import COLLECTOR_KEY, TOKEN, Service
from local.shown import NotPlanned
from omnicapi.topology import DeadLetterPolicy, Notification, RetryPolicy, Subscription

Resource = dict[str, Any]


def resource(type_: str, name: str, **values: Any) -> Resource:
    return {"address": f"module.m.google_{type_}.{name}", "type": f"google_{type_}", "values": {"name": name, **values}}


def template(image: str, env: dict[str, str], secrets: dict[str, str] | None = None) -> list[Resource]:
    """Return a Cloud Run template; ``secrets`` are files by their directory."""
    mounts = secrets or {}
    container = {
        "image": f"europe-west1-docker.pkg.dev/p/omnicapi/{image}@sha256:0",
        "env": [{"name": name, "value": value, "value_source": []} for name, value in env.items()]
        + [{"name": "META_APP_SECRET", "value": None, "value_source": [{"secret_key_ref": [{"secret": "s"}]}]}],
        "volume_mounts": [{"name": directory, "mount_path": directory} for directory in mounts],
    }
    volumes = [
        {"name": directory, "secret": [{"secret": "s", "items": [{"path": file}]}]}
        for directory, file in mounts.items()
    ]
    return [{"containers": [container], "volumes": volumes}]


def subscription(name: str, topic: str, **about: Any) -> Resource:
    usual: Resource = {
        "topic": f"projects/p/topics/{topic}",
        "ack_deadline_seconds": 60,
        "message_retention_duration": "604800s",
        "filter": None,
        **{block: [] for block in ("push_config", "bigquery_config", "retry_policy", "dead_letter_policy")},
    }
    return resource("pubsub_subscription", name, **usual | about)


PUSHED = subscription(
    "events-push",
    "events",
    push_config=[{"push_endpoint": "https://handle.run.app"}],
    filter='attributes.channel = "web"',
    retry_policy=[{"minimum_backoff": "10s", "maximum_backoff": "600s"}],
    dead_letter_policy=[{"dead_letter_topic": "projects/p/topics/events-dead-letter", "max_delivery_attempts": 100}],
)

RESOURCES = [
    resource("pubsub_topic", "events", project="p"),
    resource("pubsub_topic", "events-dead-letter", project="p"),
    resource("pubsub_topic", "signals", project="p"),
    PUSHED,
    subscription("events-dead-letter-pull", "events-dead-letter"),
    subscription("signals-push", "signals"),
    subscription("outcomes-bigquery", "outcomes", bigquery_config=[{"table": "t"}]),
    resource(
        "storage_notification",
        "n",
        topic="//pubsub.googleapis.com/projects/p/topics/files",
        object_name_prefix="in/",
        bucket="b",
    ),
    resource("storage_bucket_object", "maps/web.json", bucket="config", content="{}"),
    resource(
        "cloud_run_v2_service",
        "handle",
        uri="https://handle.run.app",
        template=template("handle", {"KEYS": "/keys", "EMPTY": ""}, {"/keys/crm": "keys"}),
    ),
    resource(
        "cloud_run_v2_worker_pool",
        "forward-worker",
        template=template(
            "forward",
            {"SIGNALS_SUBSCRIPTION": "signals-push", "META_ACCESS_TOKENS_DIR": "/tokens"},
            {"/tokens/42": "token"},
        ),
    ),
]


def shown(resources: list[Resource], kind: str = "values") -> bytes:
    return json.dumps({kind: {"root_module": {"child_modules": [{"resources": resources}]}}}).encode()


@pytest.fixture(params=["values", "planned_values"])
def document(request: pytest.FixtureRequest) -> bytes:
    return shown(RESOURCES, request.param)


def test_queues_are_as_planned(document: bytes, tmp_path: Path) -> None:
    topology = planned.blueprint(document, tmp_path).topology
    assert topology.topics == ("events", "events-dead-letter", "signals")
    assert topology.notification == Notification("files", ("in/",))
    by_name = {each.name: each for each in topology.subscriptions}
    assert by_name["events-push"] == Subscription(
        "events-push",
        "events",
        service="handle",
        retry=RetryPolicy(timedelta(seconds=10), timedelta(seconds=600)),
        dead_letter=DeadLetterPolicy("events-dead-letter", 100),
        filter='attributes.channel = "web"',
    )
    assert by_name["events-dead-letter-pull"].service is None


def test_what_writes_into_bigquery_is_left_out(document: bytes, tmp_path: Path) -> None:
    assert "outcomes-bigquery" not in repr(planned.blueprint(document, tmp_path))


def test_a_worker_pulls_the_subscription_it_is_told(document: bytes, tmp_path: Path) -> None:
    blueprint = planned.blueprint(document, tmp_path)
    [pulled] = [each for each in blueprint.topology.subscriptions if not each.pushed]
    assert (pulled.name, pulled.service) == ("signals-push", "forward-worker")
    assert blueprint.listening() == ["handle"]


def test_services_have_their_settings_and_their_secrets_here(document: bytes, tmp_path: Path) -> None:
    blueprint = planned.blueprint(document, tmp_path)
    assert blueprint.services["handle"] == Service("handle", {"KEYS": str(tmp_path / "keys"), "EMPTY": ""})
    assert (tmp_path / "keys/crm/keys").read_text(encoding="utf-8") == COLLECTOR_KEY
    assert (tmp_path / "tokens/42/token").read_text(encoding="utf-8") == TOKEN
    assert blueprint.datasets == ("42",)


def test_buckets_and_objects_are_those_of_the_plan(document: bytes, tmp_path: Path) -> None:
    blueprint = planned.blueprint(document, tmp_path)
    assert (blueprint.project, blueprint.bucket) == ("p", "b")
    assert blueprint.objects == {"config": {"maps/web.json": "{}"}}


def test_an_address_that_only_google_will_know_is_asked_for(tmp_path: Path) -> None:
    unknown = [{**each, "values": {**each["values"], "uri": None}} for each in RESOURCES]
    with pytest.raises(NotPlanned, match=r"handle: uri is known only after the first apply"):
        planned.blueprint(shown(unknown), tmp_path)


def test_a_push_to_a_stranger_is_refused(tmp_path: Path) -> None:
    astray = {**PUSHED, "values": {**PUSHED["values"], "push_config": [{"push_endpoint": "https://elsewhere"}]}}
    with pytest.raises(NotPlanned, match="pushes to https://elsewhere"):
        planned.blueprint(shown([astray if each is PUSHED else each for each in RESOURCES]), tmp_path)


@pytest.mark.parametrize(
    ("text", "complaint"), [(b"{}", "neither a plan nor a state"), (b"Terraform will", "not what terraform show -json")]
)
def test_something_else_is_refused(text: bytes, complaint: str, tmp_path: Path) -> None:
    with pytest.raises(NotPlanned, match=complaint):
        planned.blueprint(text, tmp_path)
