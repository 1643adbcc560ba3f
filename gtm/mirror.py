"""``python -m gtm.mirror REPOSITORY``: makes a checkout of the template's own repository what the gallery asks for.

The gallery takes one template a repository, and finds its versions by the shas in ``metadata.yaml``. So this makes two
commits: the files, then the metadata that names the first commit as the newest version. It pushes nothing.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import yaml

from gtm.build import HERE

FILES = ("template.tpl", "README.md", "LICENSE", "pictures")
METADATA = "metadata.yaml"


class Mirror:
    """A checkout of the template's repository, clean and with the remote ``origin`` from which the gallery reads."""

    def __init__(self, checkout: Path) -> None:
        self._checkout = checkout

    def publish(self) -> str:
        """Bring template and metadata up to date and commit both; return the sha of the template's commit.

        Raises ``subprocess.CalledProcessError`` where git refuses, as it does where nothing has changed.
        """
        for name in FILES:
            self._copy(name)
        self._commit("Take over the template from Omni-CAPI", *FILES)
        sha = self._git("rev-parse", "HEAD")
        metadata = yaml.safe_dump(self._metadata(sha), sort_keys=False, allow_unicode=True, width=120)
        (self._checkout / METADATA).write_text(metadata, encoding="utf-8")
        self._commit("Name the new version", METADATA)
        return sha

    def _copy(self, name: str) -> None:
        source, target = HERE / name, self._checkout / name
        if source.is_dir():
            shutil.copytree(source, target, dirs_exist_ok=True)
        else:
            shutil.copy(source, target)

    def _metadata(self, sha: str) -> dict[str, Any]:
        """Return our metadata with the new version before those that the repository has already."""
        ours = yaml.safe_load((HERE / METADATA).read_text(encoding="utf-8"))
        known = self._checkout / METADATA
        older = yaml.safe_load(known.read_text(encoding="utf-8"))["versions"] if known.exists() else []
        repository = self._git("remote", "get-url", "origin").removesuffix(".git")
        newest = {**ours["versions"][0], "sha": sha}
        return {**ours, "documentation": f"{repository}#readme", "versions": [newest, *older]}

    def _commit(self, subject: str, *names: str) -> None:
        self._git("add", *names)
        self._git("commit", "--quiet", "--message", subject)

    def _git(self, *arguments: str) -> str:
        command = ["git", "-C", str(self._checkout), *arguments]
        return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()  # noqa: S603 - git


if __name__ == "__main__":
    sys.stdout.write(f"Version {Mirror(Path(sys.argv[1])).publish()} is committed; push it.\n")
