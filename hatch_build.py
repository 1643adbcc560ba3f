"""How the wheel is built: its requirements out of the dependency groups, and files of the repository's root in it.

The images install groups, because the requirements of a wheel cannot be left out; ``pip install`` knows requirements
and extras only. Made here, each library is listed once, in pyproject.toml.
"""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

from dependency_groups import resolve
from hatchling.builders.hooks.plugin.interface import BuildHookInterface
from hatchling.metadata.plugin.interface import MetadataHookInterface

WHEEL = "command"
"""The group that every installation of the wheel gets."""

EXTRAS = ("bigquery", "local", "parquet")
"""The groups that are extras of the same name."""

SUPPLIED = ("Dockerfile", "maps")
"""What stands beside the packages and travels in the wheel, where ``omnicapi/supplied.py`` looks for it."""


class Requirements(MetadataHookInterface):
    """Says what the wheel requires."""

    def update(self, metadata: dict[str, Any]) -> None:
        """Write ``dependencies`` and ``optional-dependencies`` into ``metadata``."""
        project = tomllib.loads((Path(self.root) / "pyproject.toml").read_text(encoding="utf-8"))
        groups = project["dependency-groups"]
        metadata["dependencies"] = list(resolve(groups, WHEEL))
        metadata["optional-dependencies"] = {extra: list(resolve(groups, extra)) for extra in EXTRAS}


class SuppliedFiles(BuildHookInterface[Any]):
    """Puts the supplied files into a wheel; an editable installation reads them where they stand."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Add them to ``build_data``; ``version`` is ``standard`` or ``editable``."""
        if version == "standard":
            build_data["force_include"] |= {name: f"omnicapi/supplied_files/{name}" for name in SUPPLIED}
