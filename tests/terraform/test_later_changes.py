"""What is applied after the first time: without a token, with another one, with less than before, after a failure."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from local.shown import resources
from tests.terraform.conftest import NewWorkspace
from tests.terraform.workspace import COMPLETE, MINIMAL, TOKEN, Deployment, Failed, Workspace

ROUTED = '"2345678901234567" = { token_of = "1234567890123456" }'
OF_ITS_OWN = '"2345678901234567" = { token_version = "1" }'


@pytest.fixture
def without_token(workspace: Workspace, deployment: Deployment) -> Workspace:
    """The minimal example, applied, where somebody goes on who has no token, or a build does."""
    assert deployment.resources
    return replace(workspace, environment=dict(workspace.environment) | {"TF_VAR_meta_access_tokens": "{}"})


def test_whoever_has_no_token_plans_no_change(without_token: Workspace) -> None:
    assert "No changes." in without_token.run("plan", "-detailed-exitcode", "-no-color")


@pytest.fixture(scope="module")
def changed(new_workspace: NewWorkspace) -> Workspace:
    """A deployment that each test changes as it likes."""
    workspace = new_workspace()
    workspace.apply()
    return workspace


def test_a_new_version_without_a_token_is_refused_with_a_sentence_and_changes_nothing(changed: Workspace) -> None:
    nobody = replace(changed, environment=dict(changed.environment) | {"TF_VAR_meta_access_tokens": "{}"})
    before = version(changed)
    with nobody.spoilt("examples/minimal/main.tf", lambda text: text.replace('version = "1"', 'version = "2"')):
        nobody.run("plan", "-no-color")
        for _ in range(2):
            with pytest.raises(Failed, match="there is no token for it: set TF_VAR_meta_access_tokens"):
                nobody.run("apply", "-auto-approve", "-no-color")
        assert version(changed) == before
        changed.run("apply", "-auto-approve", "-no-color")
        assert version(changed)["secret_data_wo_version"] == "2"


def version(workspace: Workspace) -> Any:
    """Return the token's version in the state."""
    shown = resources(workspace.run("show", "-json").encode())
    [found] = [each.values for each in shown if each.type == "google_secret_manager_secret_version"]
    return found


def test_a_token_is_kept_when_terraform_stops_holding_it(changed: Workspace) -> None:
    assert version(changed)["deletion_policy"] == "ABANDON"
    assert TOKEN not in (changed.directory / MINIMAL / "terraform.tfstate").read_text(encoding="utf-8")


def test_a_revision_that_did_not_start_is_told_by_every_later_plan(changed: Workspace) -> None:
    file = changed.directory / MINIMAL / "terraform.tfstate"
    state = json.loads(file.read_text(encoding="utf-8"))
    for each in state["resources"]:
        if each["type"] == "google_cloud_run_v2_service" and '"handle"' in each["module"]:
            each["instances"][0]["attributes"]["terminal_condition"] = [{"state": "CONDITION_FAILED"}]
    file.write_text(json.dumps(state | {"serial": state["serial"] + 1, "check_results": None}), encoding="utf-8")
    said = " ".join(changed.run("plan", "-no-color").split())
    assert "The newest revision of handle did not start" in said
    assert "with another text in revision" in said


@pytest.fixture(scope="module")
def everything(new_workspace: NewWorkspace) -> Workspace:
    """The example with everything in it, and a second dataset with a token of its own."""
    workspace = new_workspace()
    workspace.edit("examples/complete/main.tf", lambda text: text.replace(ROUTED, OF_ITS_OWN))
    tokens = json.dumps({"1234567890123456": TOKEN, "2345678901234567": TOKEN})
    workspace = replace(workspace, environment=dict(workspace.environment) | {"TF_VAR_meta_access_tokens": tokens})
    workspace.apply(COMPLETE)
    return workspace


def without(text: str, *names: str) -> str:
    """Return the example without some of the module's arguments, each of which ends with its closing brace."""
    lines = text.splitlines(keepends=True)
    for name in names:
        [first] = [number for number, line in enumerate(lines) if line.startswith(f"  {name} ") and "= {" in line]
        last = next(number for number in range(first, len(lines)) if lines[number] == "  }\n")
        del lines[first : last + 1]
    return "".join(lines)


def test_what_holds_nothing_is_switched_off_in_one_apply(everything: Workspace) -> None:
    everything.edit(
        "examples/complete/main.tf",
        lambda text: without(text, "collect", "build").replace('throughput = "high"', "").replace("workers  ", "#"),
    )
    everything.run("apply", "-auto-approve", "-no-color", at=COMPLETE)
    left = {each.type for each in resources(everything.run("show", "-json", at=COMPLETE).encode())}
    assert not left & {"google_cloud_run_v2_worker_pool", "google_cloudbuild_trigger", "google_compute_url_map"}


def test_what_holds_data_goes_when_the_protection_has_been_lifted(everything: Workspace) -> None:
    """A removed dataset is the case: its secret may hold the only copy of a token."""
    routes = everything.directory / COMPLETE / "datasets.json"
    fewer = json.loads(routes.read_text(encoding="utf-8"))
    del fewer["datasets"]["2345678901234567"]
    fewer["routes"] = fewer["routes"][1:]
    unprotected = "  deletion_protection = false\n  datasets ="
    main = "examples/complete/main.tf"
    with everything.spoilt(main, lambda text: text.replace(OF_ITS_OWN, "")):
        write(routes, fewer)
        with pytest.raises(Failed, match='without setting deletion_policy="DELETE"'):
            everything.run("apply", "-auto-approve", "-no-color", at=COMPLETE)
    with everything.spoilt(main, lambda text: text.replace("  datasets =", unprotected)):
        everything.run("apply", "-auto-approve", "-no-color", at=COMPLETE)
        everything.edit(main, lambda text: text.replace(OF_ITS_OWN, ""))
        everything.run("apply", "-auto-approve", "-no-color", at=COMPLETE)


def write(file: Path, value: Any) -> None:
    file.write_text(json.dumps(value), encoding="utf-8")


def test_channels_that_differ_in_a_sign_or_are_long_have_volumes_of_their_own(root: Workspace) -> None:
    channels = ["a_b", "a-b", "c" * 63]
    keys = ",".join(f'"{channel}"="secret-of-{number}"' for number, channel in enumerate(channels))
    root.run("plan", "-out=volumes", "-no-color", f"-var=collect={{keys={{{keys}}}}}", at="terraform")
    planned = resources(root.run("show", "-json", "volumes", at="terraform").encode())
    [collector] = [each.values for each in planned if each.values.get("name") == "ingest-collect"]
    [template] = collector["template"]
    names = [each["name"] for each in template["volumes"]]
    assert len(set(names)) == len(channels)
    assert all(len(name) <= 63 and name.replace("-", "").isalnum() for name in names)
    mounts = {each["name"]: each["mount_path"] for each in template["containers"][0]["volume_mounts"]}
    assert mounts.keys() == set(names)


def test_another_text_makes_new_revisions_of_what_is_there(root: Workspace) -> None:
    root.run("plan", "-out=again", "-no-color", "-var=revision=2", at="terraform")
    planned = resources(root.run("show", "-json", "again", at="terraform").encode())
    services = [each.values for each in planned if each.type == "google_cloud_run_v2_service"]
    assert services
    assert {json.dumps(each["template"][0]["annotations"]) for each in services} == {'{"omnicapi/revision": "2"}'}


def test_a_module_without_its_maps_is_refused(root: Workspace, tmp_path: Path) -> None:
    with pytest.raises(Failed, match=r"There are no maps \(\*\.json\) in .* so that no event could be read"):
        root.run("plan", "-no-color", f"-var=maps_dir={tmp_path}", at="terraform")
