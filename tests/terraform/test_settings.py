"""Terraform and the services name the same settings, in both directions."""

import json
from pathlib import Path

import msgspec
import pytest

from forward.tokens import Tokens
from local.services import SERVICES
from tests.terraform.promises import OF_THE_SERVERS, SETTINGS, environments, token_files
from tests.terraform.workspace import DATASET, Deployment, Workspace

NOT_SET = {"forward": {"META_ACCESS_TOKEN"}}
"""Tokens are files: a variable stays as it was when the instance started, and there may be several datasets."""

Names = dict[str, list[str]]


@pytest.fixture(scope="module")
def tunable(root: Workspace) -> Names:
    """What ``settings`` may set, by service."""
    printed = root.run("console", at="terraform", answers="jsonencode(local.tunable)\n")
    names: Names = json.loads(json.loads(printed))
    return names


@pytest.fixture(scope="module")
def secret_tunable(root: Workspace) -> list[str]:
    """What ``secret_settings`` may set, of forward."""
    printed = root.run("console", at="terraform", answers="jsonencode(local.secret_tunable)\n")
    names: list[str] = json.loads(json.loads(printed))
    return names


@pytest.mark.parametrize("service", SERVICES)
def test_every_setting_is_wired_or_can_be_set(
    service: str, deployment: Deployment, tunable: Names, secret_tunable: list[str]
) -> None:
    wired = environments(deployment)[service].keys() - OF_THE_SERVERS
    secret = set(secret_tunable) if service == "forward" else set()
    settings = {field.name.upper() for field in msgspec.structs.fields(SETTINGS[service])}
    assert wired | set(tunable[service]) | secret | NOT_SET.get(service, set()) == settings


@pytest.mark.parametrize("service", SERVICES)
def test_what_is_wired_cannot_be_set_as_well(service: str, deployment: Deployment, tunable: Names) -> None:
    assert not environments(deployment)[service].keys() & set(tunable[service])


def test_forward_finds_each_token_where_it_is_mounted(deployment: Deployment, tmp_path: Path) -> None:
    [path] = token_files(deployment)
    file = tmp_path / path.lstrip("/")
    file.parent.mkdir(parents=True)
    file.write_text("the-token", encoding="utf-8")
    directory = environments(deployment)["forward"]["META_ACCESS_TOKENS_DIR"]
    assert Tokens(None, str(tmp_path / directory.lstrip("/"))).of(DATASET).reveal() == "the-token"


def test_the_example_of_variables_can_be_planned(root: Workspace) -> None:
    assert "0 to change, 0 to destroy" in root.run("plan", "-no-color", at="terraform")


def test_bad_variables_are_refused_with_a_helpful_message(root: Workspace) -> None:
    """The cases are in terraform/tests/refusals.tftest.hcl."""
    assert "0 failed" in root.run("test", "-no-color", at="terraform")
