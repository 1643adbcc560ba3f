"""Both examples keep every promise; the same configuration planned again changes nothing."""

import pytest

from local.shown import resources
from tests.terraform.alerting import ALERTING
from tests.terraform.promises import PROMISES, Promise
from tests.terraform.promises_of_changes import CHANGES
from tests.terraform.workspace import COMPLETE, Deployment, Workspace

EVERY = [*PROMISES, *ALERTING, *CHANGES]


@pytest.mark.parametrize("promise", EVERY, ids=lambda promise: promise.__name__)
def test_the_minimal_example_keeps_its_promise(deployment: Deployment, promise: Promise) -> None:
    promise(deployment)


@pytest.mark.parametrize("promise", EVERY, ids=lambda promise: promise.__name__)
def test_the_complete_example_keeps_its_promise(complete: Deployment, promise: Promise) -> None:
    promise(complete)


def test_a_collector_is_not_public_unless_somebody_says_so(root: Workspace) -> None:
    root.run("plan", "-out=private", "-no-color", '-var=collect={keys={crm="a-secret"}}', at="terraform")
    planned = resources(root.run("show", "-json", "private", at="terraform").encode())
    [service] = [each.values for each in planned if each.values.get("name") == "ingest-collect"]
    assert service["ingress"] == "INGRESS_TRAFFIC_INTERNAL_ONLY"
    assert "allUsers" not in {each.values.get("member") for each in planned}


def test_a_second_plan_of_the_minimal_example_is_empty(workspace: Workspace, deployment: Deployment) -> None:
    assert deployment.resources
    assert "No changes." in workspace.run("plan", "-detailed-exitcode", "-no-color")


def test_a_second_plan_of_the_complete_example_is_empty(workspace: Workspace, complete: Deployment) -> None:
    assert complete.resources
    assert "No changes." in workspace.run("plan", "-detailed-exitcode", "-no-color", at=COMPLETE)


def test_every_file_is_formatted(workspace: Workspace) -> None:
    workspace.run("fmt", "-check", "-recursive", at="terraform")
