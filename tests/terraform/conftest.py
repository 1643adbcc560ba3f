"""The stub provider, running, and the minimal example applied against it."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator

import pytest

from tests.terraform.workspace import COMPLETE, ROOT, Deployment, Workspace

NewWorkspace = Callable[[], Workspace]


@pytest.fixture(scope="session")
def reattach() -> Iterator[str]:
    """Where Terraform finds the stub provider."""
    if shutil.which("terraform") is None:
        pytest.skip("terraform is not installed: https://developer.hashicorp.com/terraform/install")
    command = [sys.executable, "-m", "tests.terraform.stub_provider.provider"]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            yield process.stdout.readline()
        finally:
            process.terminate()


@pytest.fixture(scope="session")
def new_workspace(reattach: str, tmp_path_factory: pytest.TempPathFactory) -> NewWorkspace:
    """Makes copies to work in."""
    return lambda: Workspace.copied(tmp_path_factory.mktemp("workspace"), reattach)


@pytest.fixture(scope="session")
def workspace(new_workspace: NewWorkspace) -> Workspace:
    """The copy that is as the repository is; not to be changed."""
    return new_workspace()


@pytest.fixture(scope="session")
def deployment(workspace: Workspace) -> Deployment:
    """The minimal example, applied."""
    return workspace.apply()


@pytest.fixture(scope="session")
def complete(workspace: Workspace) -> Deployment:
    """The example with everything in it, applied."""
    return workspace.apply(COMPLETE)


@pytest.fixture(scope="session")
def root(new_workspace: NewWorkspace) -> Workspace:
    """A copy where terraform/ itself is initialised, with the example of variables and a state of its own."""
    workspace = new_workspace()
    folder = workspace.directory / "terraform"
    (folder / "terraform.tfvars.example").rename(folder / "terraform.tfvars")
    (folder / "backend_override.tf").write_text('terraform {\n  backend "local" {}\n}\n', encoding="utf-8")
    workspace.run("init", "-no-color", at="terraform")
    return workspace
