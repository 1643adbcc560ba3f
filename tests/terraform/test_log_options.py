"""What can be logged besides, and what need not be."""

from tests.terraform.workspace import Deployment

REQUESTS = 'log_id("run.googleapis.com/requests")'


def test_access_to_every_bucket_is_logged_where_a_bucket_for_it_is_named(complete: Deployment) -> None:
    buckets = complete.all("storage_bucket")
    assert buckets
    for bucket in buckets:
        assert bucket["logging"] == [{"log_bucket": "my-access-logs", "log_object_prefix": bucket["name"]}]


def test_no_access_is_logged_unless_somebody_says_where(deployment: Deployment) -> None:
    assert not any(bucket["logging"] for bucket in deployment.all("storage_bucket"))


def test_entries_of_acknowledged_requests_can_be_left_out_and_no_others(complete: Deployment) -> None:
    [filter_] = [
        each["filter"]
        for each in complete.all("logging_project_exclusion")
        if each["name"] == "omnicapi-acknowledged-requests"
    ]
    assert REQUESTS in filter_
    assert filter_.endswith("httpRequest.status<400")
    for service in complete.all("cloud_run_v2_service"):
        assert f'"{service["name"]}"' in filter_


def test_every_request_is_logged_unless_somebody_says_otherwise(deployment: Deployment) -> None:
    assert deployment.all("logging_project_exclusion") == []
