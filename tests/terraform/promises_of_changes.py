"""What terraform/ promises about later: plans are quiet, and what was switched on can be switched off.

Functions like those of :mod:`tests.terraform.promises`.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from local.shown import Values
from tests.terraform.workspace import Deployment

OF_PARTS = ("plans", "-omnicapi-plans", "-omnicapi-build-logs", "-omnicapi-ga4-export")
"""Endings of the names of what builds and the GA4 job leave behind, which is of no use without them."""


def what_holds_nothing_can_be_taken_away(deployment: Deployment) -> None:
    """A service that could not be started, too, which is made anew: protection would be in the way for good."""
    for kind in ("cloud_run_v2_service", "cloud_run_v2_worker_pool", "cloud_run_v2_job"):
        for each in deployment.all(kind):
            assert each["deletion_protection"] is False, each["id"]
    for each in [*deployment.all("pubsub_topic"), *deployment.all("storage_bucket")]:
        if of_a_part(each):
            assert each["deletion_policy"] == "DELETE", each["name"]
            assert each.get("force_destroy") in (None, True), each["name"]


def of_a_part(thing: Values) -> bool:
    """Say whether a topic or bucket is there for builds or the GA4 job alone, and goes with them."""
    return bool(thing["name"].endswith(OF_PARTS))


def the_table_names_the_key_it_inherits(deployment: Deployment) -> None:
    """BigQuery writes the dataset's key into the table, and a table under another key is another table."""
    [dataset] = deployment.all("bigquery_dataset")
    [table] = [each for each in deployment.all("bigquery_table") if not each["view"]]
    keys = [each["kms_key_name"] for each in dataset["default_encryption_configuration"]]
    assert [each["kms_key_name"] for each in table["encryption_configuration"]] == keys


def the_dashboard_says_nothing_that_google_leaves_out(deployment: Deployment) -> None:
    """Zeros and empty texts do not come back, so each would be a change in every plan."""
    [dashboard] = deployment.all("monitoring_dashboard")
    for place, value in _leaves(json.loads(dashboard["dashboard_json"])):
        assert value not in (0, "", False, None), place


def _leaves(value: Any, place: str = "") -> Iterator[tuple[str, Any]]:
    inside = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for name, each in inside:
        yield from _leaves(each, f"{place}.{name}")
    if not inside:
        yield place, value or None if isinstance(value, dict | list) else value


def each_grant_is_made_once(deployment: Deployment) -> None:
    """Twice in the state is once at Google, and taking one away would take the other."""
    for kind, named in (("secret_manager_secret_iam_member", "secret_id"), ("pubsub_topic_iam_member", "topic")):
        grants = [(each[named], each["role"], each["member"]) for each in deployment.all(kind)]
        assert len(grants) == len(set(grants)), kind


CHANGES = (
    what_holds_nothing_can_be_taken_away,
    the_table_names_the_key_it_inherits,
    the_dashboard_says_nothing_that_google_leaves_out,
    each_grant_is_made_once,
)
