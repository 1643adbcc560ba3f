"""What the alerts on services at their limits promise, as functions like those of :mod:`tests.terraform.promises`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import msgspec

from local.shown import Values
from omnicapi.settings import load
from tests.terraform.promises import OF_THE_SERVERS, SETTINGS, Promise, environments
from tests.terraform.workspace import Deployment

WAITS: Mapping[str, str] = {
    "ingest-store": "store_linger",
    "ingest-collect": "store_linger",
    "ingest-files": "file_seconds",
    "ingest-reports": "reports_linger",
    "forward": "batch_linger_under_load",
}
"""By service the setting that lets it wait, on purpose, before it answers."""


def limits(deployment: Deployment, title: str) -> dict[str, float]:
    """Return the limit of each service that an alert has a condition for."""
    found = dict(_conditions(deployment, title))
    for name, threshold in found.items():
        assert f'service_name="{name}"' in threshold["filter"]
    return {name: threshold["threshold_value"] for name, threshold in found.items()}


def _conditions(deployment: Deployment, title: str) -> Iterator[tuple[str, Values]]:
    """Yield the name and threshold of each condition of an alert."""
    [policy] = [
        each for each in deployment.all("monitoring_alert_policy") if each["display_name"] == f"Omni-CAPI: {title}"
    ]
    for condition in policy["conditions"]:
        [threshold] = condition["condition_threshold"]
        yield condition["display_name"], threshold


def answers_are_slow_after_what_a_service_waits_and_before_its_deadline(deployment: Deployment) -> None:
    """An alert on waiting that somebody asked for would be ignored; one after the deadline would come too late."""
    slow = limits(deployment, "Slow answers")
    services = {each["name"]: each["template"][0] for each in deployment.all("cloud_run_v2_service")}
    assert slow.keys() == services.keys()
    for name, template in services.items():
        waits, deadline = _waits(deployment, name), float(template["timeout"].removesuffix("s"))
        assert waits * 1000 < slow[name] < deadline * 1000, name


def _waits(deployment: Deployment, service: str) -> float:
    """Return the seconds that a service's settings let it wait."""
    known = {field.name.upper() for field in msgspec.structs.fields(SETTINGS[service])}
    own = {key: value for key, value in environments(deployment)[service].items() if key not in OF_THE_SERVERS - known}
    waits: float = getattr(load(SETTINGS[service], own), WAITS[service]) if service in WAITS else 0.0
    return waits


def a_service_with_all_its_instances_is_noticed(deployment: Deployment) -> None:
    """At its maximum, not one below and never above; where the maximum is one, that is every day."""
    most = {each["name"]: _most(each) for each in deployment.all("cloud_run_v2_service")}
    assert limits(deployment, "Instances at their maximum") == {
        name: instances - 0.5 for name, instances in most.items() if instances > 1
    }


def _most(service: Any) -> int:
    [scaling] = service["template"][0]["scaling"]
    return int(scaling["max_instance_count"])


def unhealthy_deliveries_are_noticed(deployment: Deployment) -> None:
    """By each criterion of Pub/Sub's, but slow acknowledgements only where the deadline is not minutes."""
    conditions = dict(_conditions(deployment, "Delivery unhealthy"))
    fed = {each["name"]: each for each in deployment.all("pubsub_subscription") if _has_a_stage(each)}
    assert {name for name in fed if any(f'"{name}"' in each["filter"] for each in conditions.values())} == fed.keys()
    for condition in conditions.values():
        [subscription] = [each for name, each in fed.items() if f'"{name}"' in condition["filter"]]
        assert (condition["comparison"], condition["threshold_value"]) == ("COMPARISON_LT", 0.5)
        for criterion in ("expired_ack_deadlines", "nack_requests", "utilization"):
            assert f'"{criterion}"' in condition["filter"]
        assert ('"ack_latency"' in condition["filter"]) == (subscription["ack_deadline_seconds"] <= 60)


def _has_a_stage(subscription: Values) -> bool:
    return bool(subscription["dead_letter_policy"]) and not subscription["bigquery_config"]


ALERTING: tuple[Promise, ...] = (
    answers_are_slow_after_what_a_service_waits_and_before_its_deadline,
    a_service_with_all_its_instances_is_noticed,
    unhealthy_deliveries_are_noticed,
)
