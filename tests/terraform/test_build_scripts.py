"""One build applies the plan of another: the scripts of both, with Terraform itself and a directory for the buckets."""

import os
import shutil
import stat
import subprocess
from pathlib import Path

import pytest

from tests.cloudbuild import APPLY, BUILD, script, shell_of, substitutions
from tests.terraform.conftest import NewWorkspace
from tests.terraform.workspace import Workspace

TOOLS = {
    # Copies objects of buckets, which are folders of the directory it is told.
    "gcloud": r"""#!/bin/sh
shift 2
for last; do :; done
target=$(echo "$last" | sed "s,^gs://,$BUCKETS/,")
case "$target" in */) mkdir -p "$target";; esac
while [ $# -gt 1 ]; do cp "$(echo "$1" | sed "s,^gs://,$BUCKETS/,")" "$target"; shift; done
""",
    # The state is a file here.
    "terraform": """#!/bin/sh
case "$1" in init) exec {terraform} init -input=false;; *) exec {terraform} "$@";; esac
""",
}


@pytest.fixture
def copy(new_workspace: NewWorkspace, tmp_path: Path) -> Workspace:
    """A working copy as a build finds it, tools and all."""
    workspace = new_workspace()
    folder = workspace.directory / "terraform"
    (folder / "terraform.tfvars.example").rename(folder / "terraform.tfvars")
    backend = f'terraform {{\n  backend "local" {{\n    path = "{tmp_path}/state"\n  }}\n}}\n'
    (folder / "backend_override.tf").write_text(backend, encoding="utf-8")
    (folder / "images.auto.tfvars.json").write_text("{}", encoding="utf-8")
    for name, text in TOOLS.items():
        tool = tmp_path / "tools" / name
        tool.parent.mkdir(exist_ok=True)
        tool.write_text(text.replace("{terraform}", str(shutil.which("terraform"))), encoding="utf-8")
        tool.chmod(tool.stat().st_mode | stat.S_IEXEC)
    own = {"PATH": f"{tmp_path}/tools{os.pathsep}{os.environ['PATH']}", "BUCKETS": str(tmp_path)}
    return Workspace(workspace.directory, {**workspace.environment, **own})


def step(copy: Workspace, file: str, name: str, **more: str) -> str:
    """Run a step in the working copy; return what it prints."""
    text = script(file, name)
    environment = {**copy.environment, **substitutions(file), **more}
    done = subprocess.run(
        [shell_of(text), "-c", text], check=False, cwd=copy.directory, env=environment, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_a_plan_is_applied_as_it_was_made_whatever_was_pushed_since(copy: Workspace) -> None:
    step(copy, BUILD, "registry")
    step(copy, BUILD, "plan")
    step(copy, BUILD, "keep")

    (copy.directory / "maps" / "store.json").write_text('{"later": true}', encoding="utf-8")
    (copy.directory / "terraform" / "later.tf").write_text("broken", encoding="utf-8")
    assert "of commit c0ffee" in step(copy, APPLY, "fetch", _PLAN="b-1", _COMMIT="c0ffee")
    assert "Apply complete!" in step(copy, APPLY, "apply")
