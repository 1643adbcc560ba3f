"""Cloud Build's two files, as Cloud Build understands them."""

from __future__ import annotations

import re
import shutil
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).parent.parent
FILES = BUILD, APPLY = "cloudbuild.yaml", "cloudbuild.apply.yaml"
GOOGLES_OWN = {"PROJECT_ID": "my-project", "BUILD_ID": "b-1", "COMMIT_SHA": "c0ffee"}


def build(file: str) -> dict[str, Any]:
    """Return what a file says."""
    loaded: dict[str, Any] = yaml.safe_load((ROOT / file).read_text(encoding="utf-8"))
    return loaded


def steps(file: str) -> dict[str, dict[str, Any]]:
    """Return a file's steps by id."""
    return {step["id"]: step for step in build(file)["steps"]}


def script(file: str, step: str) -> str:
    """Return what a step runs."""
    text: str = steps(file)[step]["script"]
    return text


def shell_of(script: str) -> str:
    """Return the shell that a script names in its first line, as it is here."""
    name = script.splitlines()[0].removeprefix("#!").split()[-1].rpartition("/")[2]
    return shutil.which(name) or name


def substitutions(file: str) -> dict[str, str]:
    """Return every substitution's value, as Cloud Build gives it to a script: those inside others filled in."""
    values = dict(GOOGLES_OWN)
    for name, text in build(file)["substitutions"].items():
        values[name] = re.sub(r"\$\{(\w+)\}", lambda inner: values[inner[1]], text)
    return values
