"""Builds the Dockerfile without a container engine: Debian's ``buildah`` with chroot isolation, on a base of packages.

``python:3.11-slim`` is in a registry that a machine without internet does not reach; Debian's own Python 3.11, from
Debian's packages, takes its place through the Dockerfile's ``BASE_IMAGE``. Needs root, ``buildah`` and ``debootstrap``.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

from local.services import Launch
from omnicapi.supplied import ROOT

SUITE = "bookworm"
"""The Debian release whose Python is 3.11."""

CERTIFICATES = Path("/etc/ssl/certs/ca-certificates.crt")
BASE = "localhost/omnicapi-base"
TOOLS = ("buildah", "debootstrap", "chroot", "mount", "umount")
USER = "10001"


def missing() -> str:
    """Say what this machine lacks to build images; empty where it can."""
    absent = [tool for tool in TOOLS if shutil.which(tool) is None]
    return f"needs {', '.join(absent)}" if absent else "" if os.geteuid() == 0 else "needs root"


def run(*command: str | Path) -> str:
    """Run a program and return what it prints; its errors are the test's."""
    done = subprocess.run([*map(str, command)], check=False, capture_output=True, text=True, cwd=ROOT)
    assert done.returncode == 0, f"{command}\n{done.stdout[-4000:]}\n{done.stderr[-4000:]}"
    return done.stdout.strip()


class Images:
    """Images in a store of their own under ``directory``, thrown away with it."""

    def __init__(self, directory: Path) -> None:
        self._buildah = ("buildah", "--root", directory / "store", "--runroot", directory / "run")
        self._driver = ("--storage-driver", "vfs")

    def buildah(self, verb: str, *arguments: str | Path) -> str:
        """Run buildah on this store."""
        return run(*self._buildah, *self._driver, verb, *arguments)

    def make_base(self, root: Path) -> None:
        """Make the base image out of Debian's packages: Python, pip and this machine's certificates."""
        run("debootstrap", "--variant=minbase", "--include=python3,python3-pip,ca-certificates", SUITE, root)
        shutil.copy(CERTIFICATES, root / CERTIFICATES.relative_to("/"))
        (root / "usr/bin/python").symlink_to("python3")
        container = self.buildah("from", "scratch")
        self.buildah("copy", "--quiet", container, root, "/")
        for pair in ("PATH=/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin", "PIP_BREAK_SYSTEM_PACKAGES=1"):
            self.buildah("config", "--env", pair, container)
        self.buildah("config", "--env", f"SSL_CERT_FILE={CERTIFICATES}", "--env", f"PIP_CERT={CERTIFICATES}", container)
        self.buildah("commit", "--quiet", "--rm", container, BASE)

    def build(self, target: str) -> None:
        """Build one target of the Dockerfile."""
        arguments = ("--isolation", "chroot", "--build-arg", f"BASE_IMAGE={BASE}", "--target", target)
        self.buildah("build", *arguments, "--tag", f"localhost/{target}", ".")

    def config(self, target: str) -> dict[str, Any]:
        """Return what the image says about its process, as the OCI image specification writes it."""
        found: dict[str, Any] = json.loads(self.buildah("inspect", "--type", "image", f"localhost/{target}"))
        return dict(found["OCIv1"]["config"])

    @contextmanager
    def mounted(self, target: str) -> Iterator[Path]:
        """Show the image's files, with the kernel's own file systems as every container has them."""
        container = self.buildah("from", f"localhost/{target}")
        root = Path(self.buildah("mount", container))
        with ExitStack() as mounts:
            for system in ("proc", "dev", "sys"):
                run("mount", "--rbind", f"/{system}", root / system)
                run("mount", "--make-rslave", root / system)
                mounts.callback(run, "umount", "--recursive", root / system)
            yield root

    def launch(self, target: str, root: Path) -> Launch:
        """Start an image's command as its user, in its files, with its environment and nothing of this machine's."""
        config = self.config(target)
        command = ("chroot", f"--userspec={config['User']}:{config['User']}", str(root))
        inside = ("/usr/bin/env", "-C", config["WorkingDir"], *config["Cmd"])
        return Launch((*command, *inside), dict(pair.split("=", 1) for pair in config["Env"]), Path("/"))
