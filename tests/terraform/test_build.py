"""The triggers are there when asked for, and give the files of Cloud Build what those expect."""

from __future__ import annotations

import re
from typing import Any

import pytest
import yaml

from local.shown import Values
from tests.terraform.workspace import ROOT, Deployment


def written(file: str) -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load((ROOT / file).read_text(encoding="utf-8"))
    return loaded


@pytest.fixture
def triggers(complete: Deployment) -> dict[str, Values]:
    return {each["name"]: each for each in complete.all("cloudbuild_trigger")}


def test_by_default_there_is_nothing_that_builds(deployment: Deployment) -> None:
    accounts = {each["account_id"] for each in deployment.all("service_account")}
    assert not accounts & {"omnicapi-builder", "omnicapi-deployer"}
    assert deployment.all("cloudbuild_trigger") == []
    assert "cloudbuild.googleapis.com" not in {each["service"] for each in deployment.all("project_service")}


def test_a_push_builds_and_its_plan_starts_the_apply(triggers: dict[str, Values]) -> None:
    build, apply = triggers["omnicapi-build"], triggers["omnicapi-apply"]
    assert build["filename"] == "cloudbuild.yaml"
    assert build["repository_event_config"][0]["push"][0]["branch"] == "^release$"
    assert [each["topic"] for each in apply["pubsub_config"]] == [build["substitutions"]["_PLANNED"]]
    [steps] = apply["git_file_source"]
    assert (steps["path"], steps["revision"]) == ("cloudbuild.apply.yaml", "refs/heads/release")
    assert apply["source_to_build"][0]["ref"] == steps["revision"]


@pytest.mark.parametrize(
    ("trigger", "file"), [("omnicapi-build", "cloudbuild.yaml"), ("omnicapi-apply", "cloudbuild.apply.yaml")]
)
def test_a_trigger_sets_only_what_its_file_knows(triggers: dict[str, Values], trigger: str, file: str) -> None:
    assert triggers[trigger]["substitutions"].keys() <= written(file)["substitutions"].keys()


def test_both_triggers_mean_the_same_places(triggers: dict[str, Values]) -> None:
    build, apply = (triggers[f"omnicapi-{name}"]["substitutions"] for name in ("build", "apply"))
    assert build["_STATE"] == "gs://my-terraform-states"
    for place in ("_STATE", "_PLANS", "_LOGS"):
        assert build[place] == apply[place]


def test_the_apply_reads_what_the_build_announces(triggers: dict[str, Values]) -> None:
    [keep] = [step["script"] for step in written("cloudbuild.yaml")["steps"] if step["id"] == "keep"]
    announced = re.search(r'--attribute="(.*)"', keep)
    assert announced
    attributes = [each.partition("=")[0] for each in announced[1].split(",")]
    read = {value for value in triggers["omnicapi-apply"]["substitutions"].values() if "$(" in value}
    assert read == {f"$(body.message.attributes.{name})" for name in attributes}
