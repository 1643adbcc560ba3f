"""What terraform/ promises, each as a function that raises ``AssertionError`` where a deployment breaks it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from typing import Any

import msgspec

from forward.settings import ForwardSettings
from forward.worker import WorkerSettings as ForwardWorkerSettings
from handle.consent.policy import read_policy
from handle.datasets import read_datasets
from handle.settings import HandleSettings
from handle.worker import WorkerSettings as HandleWorkerSettings
from ingest.bigquery.settings import ExportSettings
from ingest.settings import CollectSettings, FilesSettings, ReportsSettings, StoreSettings
from ingest.worker import WorkerSettings as StoreWorkerSettings
from local import planned
from local.services import OPTIONAL, SERVICES
from local.shown import Resource, Values
from omnicapi.errors import ConfigurationError
from omnicapi.settings import ServiceSettings, load
from omnicapi.topology import OUTCOMES, PIPELINE, PULLABLE, Subscription
from tests.terraform.promises_of_builds import (
    DEPLOYER,
    builds_may_roll_out_and_nothing_else,
    plans_are_applied_when_somebody_has_agreed,
    topics_of_builds,
)
from tests.terraform.promises_of_changes import of_a_part
from tests.terraform.workspace import TOKEN, Deployment

AGENT = "serviceAccount:service-123456789012@gcp-sa-pubsub.iam.gserviceaccount.com"
INVOKER = "omnicapi-invoker@my-project.iam.gserviceaccount.com"

SETTINGS: dict[str, type[ServiceSettings]] = {
    "ingest-store": StoreSettings,
    "ingest-store-worker": StoreWorkerSettings,
    "ingest-files": FilesSettings,
    "ingest-reports": ReportsSettings,
    "ingest-collect": CollectSettings,
    "handle": HandleSettings,
    "handle-worker": HandleWorkerSettings,
    "forward": ForwardSettings,
    "forward-worker": ForwardWorkerSettings,
    "ga4-export": ExportSettings,
}

OF_THE_SERVERS = {"FUNCTION_TARGET"}
"""Variables that functions-framework reads."""

Promise = Callable[[Deployment], None]


def queues_are_those_of_the_local_stack(deployment: Deployment) -> None:
    """Topics, subscriptions and the notification are equal, beside pull for push."""
    wired = planned.topology(list(deployment.resources))
    assert {*wired.topics} == {*PIPELINE.topics}
    assert {_by_push(each) for each in wired.subscriptions} == {*PIPELINE.subscriptions}
    assert wired.notification == PIPELINE.notification


def _by_push(subscription: Subscription) -> Subscription:
    """Return what a subscription is where no worker pulls it."""
    if subscription.pushed:
        return subscription
    return replace(subscription, service=str(subscription.service).removesuffix("-worker"), pushed=True)


def the_bucket_notifies_of_new_objects_only(deployment: Deployment) -> None:
    """And not of what is deleted, archived or relabelled."""
    for notification in deployment.all("storage_notification"):
        assert notification["event_types"] == ["OBJECT_FINALIZE"]


def subscriptions_never_expire(deployment: Deployment) -> None:
    """By default one does after 31 idle days (gcp.md §1.3)."""
    for each in deployment.all("pubsub_subscription"):
        assert each["expiration_policy"] == [{"ttl": ""}], each["name"]


def pushes_carry_the_invokers_identity(deployment: Deployment) -> None:
    """With the service's own address as audience, and the invoker may call exactly these services."""
    for each in deployment.all("pubsub_subscription"):
        for push in each["push_config"]:
            [token] = push["oidc_token"]
            assert token == {"service_account_email": INVOKER, "audience": push["push_endpoint"]}, each["name"]
    grants = {
        (each["name"], each["role"], each["member"])
        for each in deployment.all("cloud_run_v2_service_iam_member")
        if each["name"] not in OPTIONAL and each["member"] != DEPLOYER
    }
    assert grants == {(name, "roles/run.invoker", f"serviceAccount:{INVOKER}") for name in SERVICES}


def dead_letters_have_both_grants(deployment: Deployment) -> None:
    """Without either, messages are retried for ever and no plan shows it (gcp.md §3.2)."""
    publishes = {
        each["topic"]
        for each in deployment.all("pubsub_topic_iam_member")
        if (each["role"], each["member"]) == ("roles/pubsub.publisher", AGENT)
    }
    acknowledges = {
        each["subscription"]
        for each in deployment.all("pubsub_subscription_iam_member")
        if (each["role"], each["member"]) == ("roles/pubsub.subscriber", AGENT)
    }
    policies = [(each, dead) for each in deployment.all("pubsub_subscription") for dead in each["dead_letter_policy"]]
    assert publishes == {dead["dead_letter_topic"].rpartition("/")[2] for _, dead in policies}
    assert acknowledges == {each["name"] for each, _ in policies}


def dead_letters_are_kept(deployment: Deployment) -> None:
    """Every dead-letter topic has a subscription, else its messages are lost."""
    subscribed = {each["topic"] for each in deployment.all("pubsub_subscription")}
    for each in deployment.all("pubsub_subscription"):
        for dead in each["dead_letter_policy"]:
            assert dead["dead_letter_topic"] in subscribed


def roles_are_on_single_resources_for_named_members(deployment: Deployment) -> None:
    """No role of a whole project where a smaller one will do, nobody unnamed, no basic role."""
    for resource in deployment.resources:
        kind = resource.type.removeprefix("google_")
        assert not kind.startswith(("folder_iam", "organization_iam", "service_account_key")), kind
        assert not kind.startswith("project_iam") or resource.values["role"] in OF_PROJECTS_ONLY, resource.address
        assert not kind.endswith(("_iam_policy", "_iam_binding")), f"{resource.address} takes others' grants away"
        if kind.endswith("_iam_member"):
            assert not resource.values["member"].startswith("all") or asked_for(resource), resource.address
            assert resource.values["role"] not in {"roles/owner", "roles/editor", "roles/viewer"}, resource.address


def workers_act_for_their_service(deployment: Deployment) -> None:
    """A worker has its service's account, so what that may do, and may pull its subscription; nobody pushes it then."""
    pulled = set()
    for worker in deployment.all("cloud_run_v2_worker_pool"):
        [template] = worker["template"]
        settings = environments(deployment)[worker["name"]]
        member = f"serviceAccount:{template['service_account']}"
        grants = deployment.all("pubsub_subscription_iam_member")
        pulls = {each["subscription"] for each in grants if (each["role"], each["member"]) == (PULLS, member)}
        assert pulls == {value for name, value in settings.items() if name.endswith("_SUBSCRIPTION")}
        service = worker["name"].removesuffix("-worker")
        assert service in PULLABLE
        assert template["service_account"] == f"omnicapi-{service}@my-project.iam.gserviceaccount.com"
        pulled |= pulls
    waiting = {each["name"] for each in deployment.all("pubsub_subscription") if not takes(each)}
    assert {name for name in waiting if not name.endswith("-dead-letter-pull")} == pulled


PULLS = "roles/pubsub.subscriber"


def takes(subscription: Values) -> bool:
    """Say whether Pub/Sub itself delivers, to a service or into BigQuery."""
    return bool(subscription["push_config"] or subscription["bigquery_config"])


def asked_for(grant: Resource) -> bool:
    """Say whether anybody may call, and this is the service that exists for it: by default there is none."""
    return grant.type == "google_cloud_run_v2_service_iam_member" and grant.values["name"] == "ingest-collect"


OF_PROJECTS_ONLY = {"roles/bigquery.jobUser", "roles/cloudbuild.builds.approver"}
"""Roles that nothing smaller than a project knows."""


def services_publish_where_the_pipeline_goes(deployment: Deployment) -> None:
    """And nowhere else."""
    hops = {
        ("omnicapi-ingest-store", "events"),
        ("omnicapi-ingest-files", "events"),
        ("omnicapi-ingest-files", "files"),
        ("omnicapi-handle", "signals"),
        ("omnicapi-forward", "signals-dead-letter"),
        *(("omnicapi-ingest-collect", topic) for topic in ("events", OUTCOMES) if collects(deployment)),
        *(("omnicapi-builder", name) for name in topics_of_builds(deployment)),
        *((f"omnicapi-{job['name']}", "event-of-interest") for job in deployment.all("cloud_run_v2_job")),
        *((f"omnicapi-{service}", OUTCOMES) for service in SERVICES if service != "ingest-reports"),
    }
    accounts = {f"serviceAccount:{each['email']}": each["account_id"] for each in deployment.all("service_account")}
    grants = deployment.all("pubsub_topic_iam_member")
    assert hops == {(accounts[each["member"]], each["topic"]) for each in grants if each["member"] in accounts}


def collects(deployment: Deployment) -> bool:
    """Say whether there is a collector."""
    return any(each["name"] == "ingest-collect" for each in deployment.all("cloud_run_v2_service"))


def a_public_collector_is_guarded(deployment: Deployment) -> None:
    """With a domain there is no way around Cloud Armor, nothing in the clear, and no log of who called."""
    for group in deployment.all("compute_region_network_endpoint_group"):
        name = group["cloud_run"][0]["service"]
        [service] = [each for each in deployment.all("cloud_run_v2_service") if each["name"] == name]
        assert service["ingress"] == "INGRESS_TRAFFIC_INTERNAL_LOAD_BALANCER"
        [backend] = deployment.all("compute_backend_service")
        assert [each["group"] for each in backend["backend"]] == [group["id"]]
        assert backend["security_policy"] in {each["id"] for each in deployment.all("compute_security_policy")}
        assert not backend["log_config"][0]["enable"]
    assert {each["port_range"] for each in deployment.all("compute_global_forwarding_rule")} <= {"443"}
    excluded = [each["filter"] for each in deployment.all("logging_project_exclusion")]
    assert sum('service_name="ingest-collect"' in each for each in excluded) == collects(deployment)


def services_are_told_what_they_understand(deployment: Deployment) -> None:
    """Every variable is a setting of the service, and the service accepts all the values."""
    for name, environment in environments(deployment).items():
        known = {field.name.upper() for field in msgspec.structs.fields(SETTINGS[name])}
        own = {key: value for key, value in environment.items() if key not in OF_THE_SERVERS - known}
        assert own.keys() <= known, f"{name}: {own.keys() - known}"
        with accepted(name):
            load(SETTINGS[name], own)


def policies_and_routes_are_understood(deployment: Deployment) -> None:
    """What lies in the config bucket is what handle reads."""
    for each in deployment.all("storage_bucket_object"):
        read = {"datasets.json": read_datasets, "consent.json": read_policy}.get(each["name"])
        if read is not None:
            with accepted(each["name"]):
                read(each["content"].encode(), each["name"])


@contextmanager
def accepted(what: str) -> Iterator[None]:
    """Turn our services' own complaint into a broken promise."""
    try:
        yield
    except ConfigurationError as error:
        raise AssertionError(f"{what}: {error}") from None


def environments(deployment: Deployment) -> dict[str, dict[str, str]]:
    """Return the environment of each service and worker, without what comes out of Secret Manager."""
    return {
        name: {each["name"]: each["value"] for each in box["env"] if not each["value_source"]}
        for name, box in containers(deployment)
    }


def containers(deployment: Deployment) -> Iterator[tuple[str, Any]]:
    """Yield the name and container of each service, worker and job."""
    for job in deployment.all("cloud_run_v2_job"):
        yield job["name"], job["template"][0]["template"][0]["containers"][0]
    for service in [*deployment.all("cloud_run_v2_service"), *deployment.all("cloud_run_v2_worker_pool")]:
        [template] = service["template"]
        [container] = template["containers"]
        yield service["name"], container


def services_run_as_cloud_run_needs_them(deployment: Deployment) -> None:
    """As many requests as Cloud Run gives, CPU while one is open (or always), probes, own account, inside only."""
    services = deployment.all("cloud_run_v2_service")
    assert {each["name"] for each in services} - OPTIONAL.keys() == SERVICES.keys()
    deadlines = {each.service: each.ack_deadline for each in PIPELINE.pushes()}
    for service in services:
        [template], name = service["template"], service["name"]
        [container] = template["containers"]
        at_once = 2 if name == "ingest-files" else 1000
        assert template["max_instance_request_concurrency"] == at_once, name
        [resources] = container["resources"]
        never_idle = name == "ingest-collect" and bool(deployment.all("cloud_run_v2_worker_pool"))
        assert (resources["cpu_idle"], resources["startup_cpu_boost"]) == (not never_idle, True), name
        for probe in ("startup_probe", "liveness_probe"):
            assert container[probe][0]["http_get"][0]["path"] == "/health", name
        assert template["service_account"] == f"omnicapi-{name}@my-project.iam.gserviceaccount.com"
        assert not service["invoker_iam_disabled"] or name in OPTIONAL, name  # the collector, where it is public
        if name in SERVICES:
            assert timedelta(seconds=int(template["timeout"].removesuffix("s"))) == deadlines[name]
            assert service["ingress"] == "INGRESS_TRAFFIC_INTERNAL_ONLY", name


def secrets_are_their_services_alone_and_not_in_the_state(deployment: Deployment) -> None:
    """Only forward's account reads tokens, only the collector's its keys; each is a file; Terraform keeps no token."""
    assert TOKEN not in deployment.state
    forward, collect = (f"serviceAccount:omnicapi-{name}@my-project.iam.gserviceaccount.com" for name in READERS)
    grants = deployment.all("secret_manager_secret_iam_member")
    assert {each["role"] for each in grants} == {"roles/secretmanager.secretAccessor"}
    for each in grants:
        assert each["member"] == (collect if each["secret_id"].startswith("collect-keys-") else forward), each
    secrets = [each["secret_id"].rpartition("-")[2] for each in deployment.all("secret_manager_secret")]
    tokens = {file for file in secret_files(deployment) if file.startswith("/tokens/")}
    assert tokens >= {f"/tokens/{dataset}/token" for dataset in secrets}
    assert tokens == {f"/tokens/{dataset}/token" for dataset in _told(deployment)}


def _told(deployment: Deployment) -> set[str]:
    """Return the datasets that handle may route to."""
    told = {environments(deployment)["handle"]["META_DATASET_ID"]} - {""}
    files = [each for each in deployment.all("storage_bucket_object") if each["name"] == "datasets.json"]
    return told.union(*(json.loads(each["content"])["datasets"] for each in files))


READERS = ("forward", "ingest-collect")


def secret_files(deployment: Deployment) -> set[str]:
    """Return the path of every secret's file."""
    programs = (each for each in deployment.resources if each.type in {planned.SERVICE, planned.WORKER})
    return {file for program in programs for file in planned.secret_files(program)}


def buckets_are_private(deployment: Deployment) -> None:
    """And forget what holds personal data."""
    for bucket in deployment.all("storage_bucket"):
        assert bucket["public_access_prevention"] == "enforced", bucket["name"]
        assert bucket["uniform_bucket_level_access"] is True, bucket["name"]
        assert bucket["force_destroy"] is of_a_part(bucket), bucket["name"]
    [drops] = [each for each in deployment.all("storage_bucket") if each["name"].endswith("-drops")]
    assert any(rule["condition"][0]["age"] for rule in drops["lifecycle_rule"])


def one_key_encrypts_everything_or_nothing(deployment: Deployment) -> None:
    """A resource forgotten would keep personal data under a key that its owner cannot withdraw."""
    keys = {
        *(each["kms_key_name"] for each in deployment.all("pubsub_topic")),
        *(each["kms_key_name"] for each in deployment.all("artifact_registry_repository")),
        *(_within(each, "encryption", "default_kms_key_name") for each in deployment.all("storage_bucket")),
        *(
            _within(each, "default_encryption_configuration", "kms_key_name")
            for each in deployment.all("bigquery_dataset")
        ),
        *(_within(each, "template", "encryption_key") for each in deployment.all("cloud_run_v2_service")),
        *(_within(each, "template", "encryption_key") for each in deployment.all("cloud_run_v2_worker_pool")),
        *(_within(each, "template", "template", "encryption_key") for each in deployment.all("cloud_run_v2_job")),
        *(
            _within(each, "replication", "user_managed", "replicas", "customer_managed_encryption", "kms_key_name")
            for each in deployment.all("secret_manager_secret")
        ),
    }
    assert len(keys) == 1, keys
    granted = deployment.all("kms_crypto_key_iam_member")
    assert {each["crypto_key_id"] for each in granted} == keys - {None}
    assert len({each["member"] for each in granted}) == (0 if keys == {None} else AGENTS_WITH_KEYS)


AGENTS_WITH_KEYS = 6
"""Pub/Sub, Cloud Storage, Secret Manager, BigQuery, Artifact Registry and Cloud Run have an account each."""


def _within(values: Values, *path: str) -> Any:
    """Return the attribute at the end of a path of blocks, ``None`` where one of them is absent."""
    for name in path[:-1]:
        if not values[name]:
            return None
        values = values[name][0]
    return values[path[-1]]


def what_is_lost_for_good_is_protected(deployment: Deployment) -> None:
    """No apply deletes a queue with its backlog, a token, files or outcomes before somebody lifts the protection."""
    for kind in ("pubsub_topic", "pubsub_subscription", "secret_manager_secret", "storage_bucket"):
        for each in deployment.all(kind):
            assert each["deletion_policy"] == "PREVENT" or of_a_part(each), each["id"]
    for each in deployment.all("secret_manager_secret_version"):
        assert each["deletion_policy"] == "ABANDON", each["id"]
    [table] = [each for each in deployment.all("bigquery_table") if not each["view"]]
    assert table["deletion_protection"] is True


PROMISES: tuple[Promise, ...] = (
    queues_are_those_of_the_local_stack,
    the_bucket_notifies_of_new_objects_only,
    subscriptions_never_expire,
    pushes_carry_the_invokers_identity,
    dead_letters_have_both_grants,
    dead_letters_are_kept,
    roles_are_on_single_resources_for_named_members,
    workers_act_for_their_service,
    services_publish_where_the_pipeline_goes,
    a_public_collector_is_guarded,
    services_are_told_what_they_understand,
    policies_and_routes_are_understood,
    one_key_encrypts_everything_or_nothing,
    services_run_as_cloud_run_needs_them,
    secrets_are_their_services_alone_and_not_in_the_state,
    buckets_are_private,
    what_is_lost_for_good_is_protected,
    plans_are_applied_when_somebody_has_agreed,
    builds_may_roll_out_and_nothing_else,
)
