"""The triggers are there when asked for, and give the files of Cloud Build what those expect."""

from __future__ import annotations

import json
import re

import pytest

from local.shown import Values
from tests.cloudbuild import APPLY, BUILD, build, script
from tests.terraform.workspace import COMPLETE, Deployment, Workspace


@pytest.fixture
def triggers(complete: Deployment) -> dict[str, Values]:
    return {each["name"]: each for each in complete.all("cloudbuild_trigger")}


def test_by_default_there_is_nothing_that_builds(deployment: Deployment) -> None:
    accounts = {each["account_id"] for each in deployment.all("service_account")}
    assert not accounts & {"omnicapi-builder", "omnicapi-deployer"}
    assert deployment.all("cloudbuild_trigger") == []
    assert "cloudbuild.googleapis.com" not in {each["service"] for each in deployment.all("project_service")}


def test_a_push_builds_and_its_plan_starts_the_apply(triggers: dict[str, Values]) -> None:
    pushed, apply = triggers["omnicapi-build"], triggers["omnicapi-apply"]
    assert pushed["filename"] == BUILD
    assert pushed["repository_event_config"][0]["push"][0]["branch"] == "^release$"
    assert [each["topic"] for each in apply["pubsub_config"]] == [pushed["substitutions"]["_PLANNED"]]
    [steps] = apply["git_file_source"]
    assert (steps["path"], steps["revision"]) == (APPLY, "refs/heads/release")
    assert apply["source_to_build"][0]["ref"] == steps["revision"]


@pytest.mark.parametrize(("trigger", "file"), [("omnicapi-build", BUILD), ("omnicapi-apply", APPLY)])
def test_a_trigger_sets_only_what_its_file_knows(triggers: dict[str, Values], trigger: str, file: str) -> None:
    assert triggers[trigger]["substitutions"].keys() <= build(file)["substitutions"].keys()


def test_both_triggers_mean_the_same_places(triggers: dict[str, Values]) -> None:
    pushed, apply = (triggers[f"omnicapi-{name}"]["substitutions"] for name in ("build", "apply"))
    assert pushed["_STATE"] == "gs://my-terraform-states"
    for place in ("_STATE", "_PLANS", "_LOGS"):
        assert pushed[place] == apply[place]


def test_the_apply_reads_what_the_build_announces(triggers: dict[str, Values]) -> None:
    announced = re.search(r'--attribute="(.*)"', script(BUILD, "keep"))
    assert announced
    attributes = [each.partition("=")[0] for each in announced[1].split(",")]
    read = {value for value in triggers["omnicapi-apply"]["substitutions"].values() if "$(" in value}
    assert read == {f"$(body.message.attributes.{name})" for name in attributes}


def test_new_images_change_nothing_but_what_the_deployer_may(workspace: Workspace, complete: Deployment) -> None:
    """So an upgrade needs no more than its roles, and a plan that looks at the state alone finds it."""
    assert complete.resources
    with workspace.spoilt("examples/complete/main.tf", lambda text: text.replace("0" * 64, "1" * 64)):
        workspace.run("plan", "-refresh=false", "-lock=false", "-out=upgrade", "-no-color", at=COMPLETE)
    planned = json.loads(workspace.run("show", "-json", "upgrade", at=COMPLETE))["resource_changes"]
    changes = {(each["type"], *each["change"]["actions"]) for each in planned}
    assert changes - {(kind, "no-op") for kind, *_ in changes} == {
        ("google_cloud_run_v2_service", "update"),
        ("google_cloud_run_v2_worker_pool", "update"),
        ("google_cloud_run_v2_job", "update"),
    }
