"""The minimal example keeps every promise; the same configuration planned again changes nothing."""

import pytest

from tests.terraform.promises import PROMISES, Promise
from tests.terraform.workspace import Deployment, Workspace


@pytest.mark.parametrize("promise", PROMISES, ids=lambda promise: promise.__name__)
def test_a_deployment_keeps_its_promise(deployment: Deployment, promise: Promise) -> None:
    promise(deployment)


def test_a_second_plan_is_empty(workspace: Workspace, deployment: Deployment) -> None:
    assert "No changes." in workspace.run("plan", "-detailed-exitcode", "-no-color")


def test_every_file_is_formatted(workspace: Workspace) -> None:
    workspace.run("fmt", "-check", "-recursive", at="terraform")
