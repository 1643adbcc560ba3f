"""What Terraform wires is what runs: the demo on stacks built from a plan and from a state."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from cli.main import app
from local import planned
from local.blueprint import Blueprint
from local.services import SERVICES
from tests.terraform.workspace import COMPLETE, DATASET, Deployment, Workspace


@pytest.fixture(scope="module")
def shown(workspace: Workspace, deployment: Deployment, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What Terraform shows of a plan made after the first apply, when every id and address is known."""
    workspace.run("plan", "-out=second", "-no-color")
    file = tmp_path_factory.mktemp("shown") / "plan.json"
    file.write_text(workspace.run("show", "-json", "second"), encoding="utf-8")
    return file


@pytest.fixture
def blueprint(shown: Path, tmp_path: Path) -> Blueprint:
    return planned.blueprint(shown.read_bytes(), tmp_path)


def test_the_plans_services_run_the_images_of_the_local_stack(blueprint: Blueprint) -> None:
    assert {name: service.image for name, service in blueprint.services.items()} == {
        name: service.image for name, service in SERVICES.items()
    }


def test_the_state_says_the_same_as_the_plan(workspace: Workspace, blueprint: Blueprint, tmp_path: Path) -> None:
    assert planned.blueprint(workspace.run("show", "-json").encode(), tmp_path) == blueprint


def test_services_find_their_tokens_here(blueprint: Blueprint) -> None:
    directory = Path(blueprint.services["forward"].settings["META_ACCESS_TOKENS_DIR"])
    assert (directory / DATASET / "token").read_text(encoding="utf-8") == "local-token"
    assert blueprint.datasets == (DATASET,)


def test_maps_are_objects_where_the_services_look_for_them(blueprint: Blueprint) -> None:
    bucket, _, folder = blueprint.services["ingest-store"].settings["MAPS"].removeprefix("gs://").partition("/")
    assert f"{folder}/store.json" in blueprint.objects[bucket]


@pytest.mark.stack
def test_the_demo_runs_on_what_terraform_wires(shown: Path, tmp_path: Path) -> None:
    run_demo(shown, tmp_path)


@pytest.mark.stack
def test_the_demo_runs_with_a_worker_and_several_datasets_too(
    workspace: Workspace, complete: Deployment, tmp_path: Path
) -> None:
    assert complete.all("cloud_run_v2_worker_pool")
    shown = tmp_path / "state.json"
    shown.write_text(workspace.run("show", "-json", at=COMPLETE), encoding="utf-8")
    run_demo(shown, tmp_path)
    assert (tmp_path / "logs" / "ingest-collect.jsonl").exists()
    of_worker = (tmp_path / "logs" / "forward-worker.jsonl").read_text(encoding="utf-8")
    assert '"pulling"' in of_worker
    assert "outcomes written" in of_worker
    assert "outcomes written" not in (tmp_path / "logs" / "forward.jsonl").read_text(encoding="utf-8")


def run_demo(shown: Path, tmp_path: Path) -> None:
    result = CliRunner().invoke(app, ["demo", "--state", str(tmp_path), "--terraform", str(shown)])
    assert result.exit_code == 0, result.output
    assert "Every event is accounted for." in result.output
