"""Both examples keep every promise; the same configuration planned again changes nothing."""

import pytest

from tests.terraform.promises import PROMISES, Promise
from tests.terraform.workspace import COMPLETE, Deployment, Workspace


@pytest.mark.parametrize("promise", PROMISES, ids=lambda promise: promise.__name__)
def test_the_minimal_example_keeps_its_promise(deployment: Deployment, promise: Promise) -> None:
    promise(deployment)


@pytest.mark.parametrize("promise", PROMISES, ids=lambda promise: promise.__name__)
def test_the_complete_example_keeps_its_promise(complete: Deployment, promise: Promise) -> None:
    promise(complete)


def test_a_second_plan_of_the_minimal_example_is_empty(workspace: Workspace, deployment: Deployment) -> None:
    assert deployment.resources
    assert "No changes." in workspace.run("plan", "-detailed-exitcode", "-no-color")


def test_a_second_plan_of_the_complete_example_is_empty(workspace: Workspace, complete: Deployment) -> None:
    assert complete.resources
    assert "No changes." in workspace.run("plan", "-detailed-exitcode", "-no-color", at=COMPLETE)


def test_every_file_is_formatted(workspace: Workspace) -> None:
    workspace.run("fmt", "-check", "-recursive", at="terraform")
