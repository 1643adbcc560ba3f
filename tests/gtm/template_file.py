"""Reads a ``template.tpl`` as Tag Manager would import it."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).parents[2]
GTM = ROOT / "gtm"
TEMPLATE = GTM / "template.tpl"

_HEADING = re.compile(r"^___([A-Z_]+)___$", re.MULTILINE)


@dataclass(frozen=True)
class Template:
    """A template's sections, decoded; ``tests`` is the YAML of its scenarios and their set-up."""

    names: list[str]
    info: dict[str, Any]
    fields: list[dict[str, Any]]
    code: str
    permissions: list[dict[str, Any]]
    tests: dict[str, Any]

    @classmethod
    def read(cls, path: Path = TEMPLATE) -> Template:
        """Split and decode a template file."""
        _, *parts = _HEADING.split(path.read_text(encoding="utf-8"))
        sections = dict(zip(parts[::2], parts[1::2], strict=True))
        return cls(
            names=parts[::2],
            info=json.loads(sections["INFO"]),
            fields=json.loads(sections["TEMPLATE_PARAMETERS"]),
            code=sections["SANDBOXED_JS_FOR_SERVER"].strip("\n"),
            permissions=json.loads(sections["SERVER_PERMISSIONS"]),
            tests=yaml.safe_load(sections["TESTS"]),
        )
