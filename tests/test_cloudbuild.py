"""Cloud Build's two files: what they build is what there is, and their scripts run, with stand-ins for the tools."""

from __future__ import annotations

import json
import os
import re
import subprocess
from pathlib import Path

import pytest

from tests.cloudbuild import FILES, build, script, shell_of, steps, substitutions

ROOT = Path(__file__).parent.parent
SERVICES = ["ingest", "handle", "forward"]
TARGETS = [*SERVICES, "ga4-export"]
DIGEST = "sha256:" + "ab" * 32


@pytest.fixture
def tools(tmp_path: Path) -> Path:
    """Programs of Cloud Build's images: each writes down how it was called and answers as little as a script needs."""
    folder = tmp_path / "tools"
    folder.mkdir()
    inspect = f'for last; do :; done; case "$1" in inspect) echo "${{last%:*}}@{DIGEST}";; esac'
    for name, more in (("docker", inspect), ("gcloud", ":"), ("terraform", 'case "$1" in state) exit 1;; esac')):
        (folder / name).write_text(f'#!/bin/sh\necho "{name} $*" >> "$CALLS"\n{more}\n', encoding="utf-8")
        (folder / name).chmod(0o755)
    return folder


def run(file: str, step: str, tools: Path, **more: str) -> tuple[int, list[str], Path]:
    """Run a step's script in a directory of its own; return exit code, the calls it made, and the directory."""
    workspace = tools.parent / "workspace"
    (workspace / "terraform").mkdir(parents=True, exist_ok=True)
    calls = tools.parent / "calls"
    calls.write_text("")
    shell = shell_of(script(file, step))
    environment = {
        "PATH": f"{tools}{os.pathsep}{os.environ['PATH']}",
        "CALLS": str(calls),
        **substitutions(file),
        **more,
    }
    done = subprocess.run(
        [shell, "-c", script(file, step)], check=False, cwd=workspace, env=environment, capture_output=True
    )
    return done.returncode, calls.read_text().splitlines(), workspace


@pytest.mark.parametrize("file", FILES)
def test_a_script_uses_only_substitutions_that_there_are(file: str) -> None:
    known = substitutions(file)
    assert build(file)["options"]["automapSubstitutions"] is True
    for step in steps(file).values():
        assert set(re.findall(r"\$\{?(_?[A-Z][A-Z_]*)", step["script"])) <= known.keys()


@pytest.mark.parametrize("file", FILES)
def test_a_step_waits_only_for_steps_before_it(file: str) -> None:
    seen = {"-"}
    for name, step in steps(file).items():
        assert set(step.get("waitFor", [])) <= seen
        seen.add(name)


def test_every_target_of_the_dockerfile_is_built_pushed_and_has_its_provenance_recorded(tools: Path) -> None:
    targets = re.findall(r"^FROM \S+ AS (\S+)", (ROOT / "Dockerfile").read_text(encoding="utf-8"), re.MULTILINE)
    code, built, _ = run("cloudbuild.yaml", "build", tools)
    assert code == 0
    assert set(targets) == {"base", *TARGETS}
    registry = "europe-west1-docker.pkg.dev/my-project/omnicapi"
    for target, call in zip(TARGETS, built, strict=True):
        assert f"--target={target} --tag={registry}/{target}:b-1" in call
        assert "--build-arg=BASE_IMAGE=python:3.11-slim" in call
    assert build("cloudbuild.yaml")["images"] == [f"${{_REGISTRY}}/{target}:${{BUILD_ID}}" for target in TARGETS]
    assert build("cloudbuild.yaml")["options"]["requestedVerifyOption"] == "VERIFIED"


def test_a_deployment_names_its_images_by_the_digests_that_were_pushed(tools: Path) -> None:
    code, _, workspace = run("cloudbuild.yaml", "push", tools)
    assert code == 0
    images = json.loads((workspace / "terraform/images.auto.tfvars.json").read_text())["images"]
    assert list(images) == SERVICES
    for target, image in images.items():
        assert image == f"europe-west1-docker.pkg.dev/my-project/omnicapi/{target}@{DIGEST}"
    _, exported, _ = run("cloudbuild.yaml", "sbom", tools)
    assert exported == [f"gcloud artifacts sbom export --uri={image}" for image in images.values()]


def test_the_registry_is_made_before_the_first_push_and_is_one_that_terraform_knows(tools: Path) -> None:
    code, calls, _ = run("cloudbuild.yaml", "registry", tools)
    assert code == 0
    (target,) = re.findall(r"-target=(\S+)", "\n".join(calls))
    kind, _, name = target.partition(".")
    assert f'resource "{kind}" "{name}"' in (ROOT / "terraform/registry.tf").read_text(encoding="utf-8")
    assert "bucket=my-project-terraform" in calls[0]


def test_nothing_is_applied_but_a_plan_that_was_shown(tools: Path) -> None:
    for name in steps("cloudbuild.yaml"):
        if name not in {"test", "registry"}:
            code, calls, workspace = run("cloudbuild.yaml", name, tools)
            assert code == 0, name
            assert not [call for call in calls if call.startswith("terraform apply")]
            (workspace / "terraform/images.auto.tfvars.json").touch()
            (workspace / "maps").mkdir(exist_ok=True)
    code, applied, _ = run("cloudbuild.apply.yaml", "apply", tools, _PLAN="b-1")
    assert code == 0
    assert applied[1] == "terraform apply -input=false plan"


def test_a_plan_is_applied_with_the_files_it_was_made_of(tools: Path) -> None:
    terraform, maps = (tools.parent / "workspace" / name for name in ("terraform", "maps"))
    for folder in (terraform / ".terraform", maps):
        folder.mkdir(parents=True)
    (terraform / "plan").write_text("the plan")
    (maps / "store.json").write_text("as planned")
    code, kept, workspace = run("cloudbuild.yaml", "keep", tools)
    files = "planned.tgz terraform/plan.txt terraform/images.auto.tfvars.json"
    assert (code, kept) == (0, [f"gcloud storage cp {files} gs://my-project-terraform/plans/b-1/"])

    (maps / "store.json").write_text("of a later commit")
    (maps / "new.json").touch()
    code, fetched, _ = run("cloudbuild.apply.yaml", "fetch", tools, _PLAN="b-1")
    assert (code, fetched) == (0, ["gcloud storage cp gs://my-project-terraform/plans/b-1/planned.tgz planned.tgz"])
    assert sorted(str(file.relative_to(workspace)) for file in workspace.glob("*/*")) == [
        "maps/store.json",
        "terraform/plan",
    ]
    assert (maps / "store.json").read_text() == "as planned"


def test_a_topic_is_told_of_a_plan_where_there_is_one(tools: Path) -> None:
    for folder in ("terraform", "maps"):
        (tools.parent / "workspace" / folder).mkdir(parents=True)
    topic = "projects/my-project/topics/plans"
    _, calls, _ = run("cloudbuild.yaml", "keep", tools, _PLANNED=topic)
    assert calls[1:] == [f"gcloud pubsub topics publish {topic} --attribute=plan=b-1,commit=c0ffee"]


def test_a_plan_compares_and_an_image_has_its_bill_of_materials_unless_a_trigger_says_no(tools: Path) -> None:
    _, planned, workspace = run("cloudbuild.yaml", "plan", tools)
    assert planned[0] == "terraform plan -input=false -lock=false -refresh=true -out=plan"
    _, planned, _ = run("cloudbuild.yaml", "plan", tools, _REFRESH="false")
    assert "-refresh=false" in planned[0]
    (workspace / "terraform/images.auto.tfvars.json").write_text(f'{{"images": {{"ingest": "r/ingest@{DIGEST}"}}}}')
    assert run("cloudbuild.yaml", "sbom", tools, _SBOM="false")[:2] == (0, [])
    assert run("cloudbuild.yaml", "sbom", tools)[:2] == (0, [f"gcloud artifacts sbom export --uri=r/ingest@{DIGEST}"])


def test_an_apply_without_a_plan_is_refused(tools: Path) -> None:
    code, calls, _ = run("cloudbuild.apply.yaml", "fetch", tools)
    assert code != 0
    assert calls == []


@pytest.mark.parametrize("file", FILES)
def test_a_log_is_written_where_no_role_of_the_project_is_needed(file: str) -> None:
    assert build(file)["options"]["logging"] == "GCS_ONLY"
    assert build(file)["logsBucket"] == "${_LOGS}"
