"""Names, addresses and emails as Google forms them, for attributes that Google would fill in."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tests.terraform.stub_provider.schemas import Type

_FORMS = {
    ("google_compute_global_address", "address"): "203.0.113.7",
    ("google_cloud_run_v2_job", "id"): "projects/{project}/locations/{location}/jobs/{name}",
    ("google_cloud_run_v2_service", "id"): "projects/{project}/locations/{location}/services/{name}",
    ("google_cloud_run_v2_service", "uri"): "https://{name}-abc123-ew.a.run.app",
    ("google_monitoring_dashboard", "id"): "projects/{project}/dashboards/5f2c",
    ("google_monitoring_slo", "name"): "projects/{project}/services/{service}/serviceLevelObjectives/{slo_id}",
    ("google_pubsub_subscription", "id"): "projects/{project}/subscriptions/{name}",
    ("google_pubsub_topic", "id"): "projects/{project}/topics/{name}",
    ("google_secret_manager_secret", "id"): "projects/{project}/secrets/{secret_id}",
    ("google_secret_manager_secret", "name"): "projects/{project}/secrets/{secret_id}",
    ("google_service_account", "email"): "{account_id}@{project}.iam.gserviceaccount.com",
    ("google_service_account", "member"): "serviceAccount:{account_id}@{project}.iam.gserviceaccount.com",
    ("google_service_account", "name"): (
        "projects/{project}/serviceAccounts/{account_id}@{project}.iam.gserviceaccount.com"
    ),
}


def value_of(resource: str, attribute: str, type_: Type, known: Mapping[str, Any]) -> Any:
    """Return the value of a computed attribute; ``known`` are the resource's other values."""
    form = _FORMS.get((resource, attribute))
    if form is not None:
        return form.format_map(known)
    if attribute == "terminal_condition":
        return [{"state": "CONDITION_SUCCEEDED"}]
    if type_ == "string":
        return f"{resource}-{attribute}"
    return {"number": 1, "bool": False}.get(type_ if isinstance(type_, str) else "", [])
