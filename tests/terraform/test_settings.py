"""Terraform and the services name the same settings, in both directions."""

import json
from pathlib import Path
from typing import Any

import msgspec
import pytest

from forward.meta.tokens import Tokens
from tests.terraform.promises import OF_THE_SERVERS, SETTINGS, environments, secret_files
from tests.terraform.workspace import DATASET, Deployment, Workspace

WITH_SECRETS = {"forward", "forward-worker"}

NOT_SET = {service: {"META_ACCESS_TOKEN"} for service in WITH_SECRETS}
"""Tokens are files: a variable stays as it was when the instance started, and there may be several datasets."""

Names = dict[str, list[str]]


def _names(root: Workspace, expression: str) -> Any:
    """Evaluate an expression of terraform/ that names settings."""
    return json.loads(json.loads(root.run("console", at="terraform", answers=f"jsonencode({expression})\n")))


@pytest.fixture(scope="module")
def wired(root: Workspace) -> Names:
    """What the wiring decides, by service."""
    every = "for name, own in local.wired_settings : name => keys(merge(local.common_settings, own))"
    names: Names = _names(root, f"{{ {every} }}")
    pulled = _names(root, "local.pullable")
    return names | {f"{name}-worker": [*names[name], pulls] for name, pulls in pulled.items()}


@pytest.fixture(scope="module")
def tunable(root: Workspace) -> Names:
    """What ``settings`` may set, by service."""
    names: Names = _names(root, "local.every_tunable")
    return names


@pytest.fixture(scope="module")
def secret_tunable(root: Workspace) -> list[str]:
    """What ``secret_settings`` may set, of forward and its worker."""
    names: list[str] = _names(root, "local.secret_tunable")
    return names


@pytest.mark.parametrize("service", SETTINGS)
def test_every_setting_is_wired_or_can_be_set(
    service: str, wired: Names, tunable: Names, secret_tunable: list[str]
) -> None:
    secret = set(secret_tunable) if service in WITH_SECRETS else set()
    settings = {field.name.upper() for field in msgspec.structs.fields(SETTINGS[service])}
    ours = set(wired[service]) - (OF_THE_SERVERS - settings)
    assert ours | set(tunable[service]) | secret | NOT_SET.get(service, set()) == settings


@pytest.mark.parametrize("service", SETTINGS)
def test_what_is_wired_cannot_be_set_as_well(service: str, wired: Names, tunable: Names) -> None:
    assert not set(wired[service]) & set(tunable[service])


def test_what_a_service_waits_for_on_purpose_is_what_its_alert_allows(root: Workspace) -> None:
    """``answers`` in saturation.tf repeats defaults, because Terraform cannot ask the services."""
    for service, answer in _names(root, "local.answers").items():
        defaults = {field.name.upper(): field.default for field in msgspec.structs.fields(SETTINGS[service])}
        assert answer["by_default"] == defaults.get(answer["waits"], 0), service


def test_a_service_gets_what_is_wired_and_nothing_else(deployment: Deployment, wired: Names) -> None:
    for service, environment in environments(deployment).items():
        assert environment.keys() == {*wired[service]}


def test_forward_finds_each_token_where_it_is_mounted(deployment: Deployment, tmp_path: Path) -> None:
    [path] = secret_files(deployment)
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
