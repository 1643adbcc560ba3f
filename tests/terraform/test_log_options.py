"""What can be logged besides, and what need not be."""

import json
import shlex

from local.shown import resources
from tests.terraform.workspace import Deployment, Workspace

REQUESTS = 'log_id("run.googleapis.com/requests")'


def test_access_to_every_bucket_is_logged_where_a_bucket_for_it_is_named(complete: Deployment) -> None:
    buckets = complete.all("storage_bucket")
    assert buckets
    for bucket in buckets:
        assert bucket["logging"] == [{"log_bucket": "my-access-logs", "log_object_prefix": bucket["name"]}]


def test_no_access_is_logged_unless_somebody_says_where(deployment: Deployment) -> None:
    assert not any(bucket["logging"] for bucket in deployment.all("storage_bucket"))


def test_entries_of_acknowledged_requests_are_left_out_and_no_others(deployment: Deployment) -> None:
    [filter_] = [
        each["filter"]
        for each in deployment.all("logging_project_exclusion")
        if each["name"] == "omnicapi-acknowledged-requests"
    ]
    assert REQUESTS in filter_
    assert filter_.endswith("httpRequest.status<400")
    for service in deployment.all("cloud_run_v2_service"):
        assert f'"{service["name"]}"' in filter_


def test_whoever_may_not_configure_logging_keeps_them_and_is_told_the_command(root: Workspace) -> None:
    root.run("plan", "-out=kept", "-no-color", "-var=request_logs=true", at="terraform")
    shown = root.run("show", "-json", "kept", at="terraform")
    assert "logging_project_exclusion" not in {each.type.removeprefix("google_") for each in resources(shown.encode())}
    command = json.loads(shown)["planned_values"]["outputs"]["request_logs"]["value"]
    words = shlex.split(command)
    assert words[:5] == ["gcloud", "logging", "sinks", "update", "_Default"]
    [exclusion] = [word for word in words if word.startswith("--add-exclusion=")]
    assert 'log_id("run.googleapis.com/requests") httpRequest.status<400' in exclusion.replace("\\", "")
