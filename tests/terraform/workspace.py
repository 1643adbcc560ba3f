"""terraform/ in a directory of a test's own, and Terraform run there against the stub provider."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from local.shown import Resource, Values, resources

ROOT = Path(__file__).parents[2]
MINIMAL = "terraform/examples/minimal"
COMPLETE = "terraform/examples/complete"
TOKEN = "a-token-that-must-not-be-stored"
DATASET = "1234567890123456"


class Failed(Exception):
    """Terraform refused; the text is its own."""


@dataclass(frozen=True)
class Deployment:
    """Everything that was applied."""

    resources: tuple[Resource, ...]
    state: str
    """The state file's text."""

    def all(self, kind: str) -> list[Values]:
        """Return the values of every resource of type ``google_<kind>``."""
        return [resource.values for resource in self.resources if resource.type == f"google_{kind}"]


@dataclass(frozen=True)
class Workspace:
    """A copy of what Terraform reads of the repository."""

    directory: Path
    environment: Mapping[str, str]

    @classmethod
    def copied(cls, directory: Path, reattach: str) -> Workspace:
        """Copy into ``directory``; ``reattach`` says where the stub provider is."""
        for name in ("terraform", "maps"):
            shutil.copytree(ROOT / name, directory / name, ignore=shutil.ignore_patterns(".terraform*", "*.tfstate*"))
        own = {
            "TF_REATTACH_PROVIDERS": reattach,
            "TF_CLI_CONFIG_FILE": os.devnull,
            "CHECKPOINT_DISABLE": "1",
            "TF_VAR_meta_access_tokens": json.dumps({DATASET: TOKEN}),
        }
        inherited = {name: value for name, value in os.environ.items() if not name.startswith("TF_")}
        return cls(directory, inherited | own)

    @contextmanager
    def spoilt(self, file: str, change: Callable[[str], str]) -> Iterator[None]:
        """Change a file for as long as the block lasts."""
        path = self.directory / "terraform" / file
        before = path.read_text(encoding="utf-8")
        self.edit(file, change)
        try:
            yield
        finally:
            path.write_text(before, encoding="utf-8")

    def edit(self, file: str, change: Callable[[str], str]) -> None:
        """Change a file of the copy; raise ``ValueError`` where nothing changes."""
        path = self.directory / "terraform" / file
        before = path.read_text(encoding="utf-8")
        after = change(before)
        if after == before:
            raise ValueError(f"Nothing to change in {file}.")
        path.write_text(after, encoding="utf-8")

    def run(self, *arguments: str, at: str = MINIMAL, answers: str = "") -> str:
        """Run ``terraform`` with ``answers`` on its input and return what it prints. Raises :class:`Failed`."""
        done = subprocess.run(
            ["terraform", *arguments],
            cwd=self.directory / at,
            env=dict(self.environment),
            input=answers,
            capture_output=True,
            text=True,
            check=False,
            timeout=120,
        )
        if done.returncode:
            raise Failed(" ".join((done.stdout + done.stderr).split()))
        return done.stdout

    def init(self, at: str = MINIMAL) -> None:
        """Prepare a configuration."""
        self.run("init", "-backend=false", "-no-color", at=at)

    def apply(self, at: str = MINIMAL) -> Deployment:
        """Apply a configuration and return what exists then."""
        self.init(at)
        self.run("apply", "-auto-approve", "-no-color", at=at)
        shown = self.run("show", "-json", at=at)
        state = (self.directory / at / "terraform.tfstate").read_text(encoding="utf-8")
        return Deployment(tuple(resources(shown.encode())), state)
