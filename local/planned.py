"""Reads a blueprint out of Terraform, so that the stack runs what Terraform wires.

Topics, subscriptions, the bucket's notification, maps and policies, every service's image and environment are taken as
they are. Different on this machine are only the addresses of the stand-ins, and the tokens, which are those of Meta's
stand-in. What has no stand-in is left out: subscriptions that write into BigQuery, jobs, load balancers, builds.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

from local.blueprint import SUBSCRIPTION_SETTING, Blueprint
from local.services import COLLECTOR_KEY, TOKEN, Service
from local.shown import NotPlanned, Resource, Values, resources
from omnicapi.topology import FILES, DeadLetterPolicy, Notification, RetryPolicy, Subscription, Topology

SERVICE = "google_cloud_run_v2_service"
WORKER = "google_cloud_run_v2_worker_pool"
SUBSCRIPTION = "google_pubsub_subscription"
TRIGGER = "google_cloudbuild_trigger"

TOKEN_FILE = "token"  # noqa: S105 - a file's name
"""The name under which forward finds a dataset's token, in a directory of the dataset's id; other files are keys."""


def blueprint(shown: bytes, secrets: Path) -> Blueprint:
    """Return what ``terraform show -json`` printed, of a plan or a state, as a blueprint.

    Every file that a service gets out of Secret Manager is written below ``secrets``, and holds the token of Meta's
    stand-in or the local collector's key. Raises :class:`~local.shown.NotPlanned` where an id or address is unknown.
    """
    planned = resources(shown)
    notification, *_ = _of(planned, "google_storage_notification")
    if (topic := _last(notification.known("topic"))) != FILES:
        raise NotPlanned(f"Files are announced on {topic}, not {FILES}: show a plan made with -var=instance= (empty).")
    programs = [*_of(planned, SERVICE), *_of(planned, WORKER)]
    files = {file for program in programs for file in secret_files(program)}
    for file in files:
        _write_secret(_below(secrets, file))
    return Blueprint(
        project=_of(planned, "google_pubsub_topic")[0].values["project"],
        topology=topology(planned),
        services={each.values["name"]: _service(each, secrets) for each in programs},
        bucket=notification.values["bucket"],
        objects=_objects(planned),
        datasets=tuple(sorted(Path(file).parent.name for file in files if Path(file).name == TOKEN_FILE)),
    )


def topology(planned: list[Resource]) -> Topology:
    """Return the queues and the notification of what is planned."""
    notifications = _of(planned, "google_storage_notification")
    prefixes = tuple(sorted(each.values["object_name_prefix"] for each in notifications))
    takers = {each.known("uri"): each.values["name"] for each in _of(planned, SERVICE)}
    takers |= {_pulled(each): each.values["name"] for each in _of(planned, WORKER)}
    return Topology(
        topics=_topics(planned),
        subscriptions=tuple(
            _subscription(each, takers) for each in _of(planned, SUBSCRIPTION) if not each.values["bigquery_config"]
        ),
        notification=Notification(_last(notifications[0].known("topic")), prefixes),
    )


def _pulled(worker: Resource) -> str:
    """Return the subscription that a worker pulls, as its setting says."""
    [name] = [value for setting, value in _settings(worker).items() if setting.endswith(SUBSCRIPTION_SETTING)]
    return name


def _topics(planned: list[Resource]) -> tuple[str, ...]:
    """Return the topics that events go through; one that starts builds is not among them."""
    triggers = _of(planned, TRIGGER)
    of_builds = {_last(each.known("topic", source)) for each in triggers for source in each.values["pubsub_config"]}
    names = (each.values["name"] for each in _of(planned, "google_pubsub_topic"))
    return tuple(name for name in names if name not in of_builds)


def _of(planned: list[Resource], type_: str) -> list[Resource]:
    """Return the resources of a type by address: Terraform shows modules in no particular order."""
    return sorted((each for each in planned if each.type == type_), key=lambda each: each.address)


def _subscription(resource: Resource, takers: Mapping[str, str]) -> Subscription:
    """Return a subscription; ``takers`` has services by their address and workers by the subscription they pull."""
    values = resource.values
    push = next(iter(values["push_config"]), None)
    return Subscription(
        name=values["name"],
        topic=_last(resource.known("topic")),
        service=_pushed_to(resource, push, takers) if push else takers.get(values["name"]),
        pushed=push is not None or values["name"] not in takers,
        ack_deadline=timedelta(seconds=values["ack_deadline_seconds"]),
        retry=next((_retry(each) for each in values["retry_policy"]), None),
        dead_letter=next((_dead_letter(resource, each) for each in values["dead_letter_policy"]), None),
        retention=_seconds(values["message_retention_duration"]),
        filter=values["filter"] or "",
    )


def _pushed_to(resource: Resource, push: Values, takers: Mapping[str, str]) -> str:
    endpoint = resource.known("push_endpoint", push)
    if endpoint not in takers:
        raise NotPlanned(f"{resource.address} pushes to {endpoint}, which is the address of none of the services.")
    return takers[endpoint]


def _retry(policy: Values) -> RetryPolicy:
    return RetryPolicy(_seconds(policy["minimum_backoff"]), _seconds(policy["maximum_backoff"]))


def _dead_letter(resource: Resource, policy: Values) -> DeadLetterPolicy:
    return DeadLetterPolicy(_last(resource.known("dead_letter_topic", policy)), policy["max_delivery_attempts"])


def _service(resource: Resource, secrets: Path) -> Service:
    """Return a service with the settings that are no secrets; of those that name a secret's place, its place here."""
    files, settings = secret_files(resource), _settings(resource)
    for name, value in settings.items():
        if value and any(Path(file).is_relative_to(value) for file in files):
            settings[name] = str(_below(secrets, value))
    image = _last(_container(resource)["image"].partition("@")[0].partition(":")[0])
    return Service(image, settings, listens=resource.type == SERVICE)


def _settings(resource: Resource) -> dict[str, str]:
    return {each["name"]: each["value"] for each in _container(resource)["env"] if not each["value_source"]}


def secret_files(service: Resource) -> list[str]:
    """Return the path of every file that a service gets out of Secret Manager."""
    [template] = service.values["template"]
    directories = {each["name"]: each["mount_path"] for each in _container(service)["volume_mounts"]}
    return [
        f"{directories[volume['name']]}/{item['path']}"
        for volume in template["volumes"]
        for secret in volume["secret"]
        for item in secret["items"]
    ]


def _container(service: Resource) -> dict[str, Any]:
    [template] = service.values["template"]
    container: dict[str, Any] = template["containers"][0]
    return container


def _objects(planned: list[Resource]) -> dict[str, dict[str, str]]:
    objects: dict[str, dict[str, str]] = {}
    for each in _of(planned, "google_storage_bucket_object"):
        objects.setdefault(each.values["bucket"], {})[each.values["name"]] = each.values["content"]
    return objects


def _below(directory: Path, path: str) -> Path:
    return directory / path.lstrip("/")


def _write_secret(file: Path) -> None:
    """Write what this machine has in the secret's place: Meta's stand-in's token, or the collector's key."""
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(TOKEN if file.name == TOKEN_FILE else COLLECTOR_KEY, encoding="utf-8")


def _last(path: str) -> str:
    return path.rpartition("/")[2]


def _seconds(text: str) -> timedelta:
    return timedelta(seconds=float(text.removesuffix("s")))
