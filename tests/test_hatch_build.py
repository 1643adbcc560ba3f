"""What the wheel requires and holds, as its build says."""

from __future__ import annotations

from typing import Any

import pytest
from packaging.requirements import Requirement

from hatch_build import EXTRAS, SUPPLIED, Requirements, SuppliedFiles
from tests.test_dependencies import ROOT, listed


def metadata() -> dict[str, Any]:
    made: dict[str, Any] = {}
    Requirements(str(ROOT), {}).update(made)
    return made


def names(requirements: list[str]) -> set[str]:
    return {Requirement(text).name for text in requirements}


def test_the_wheel_requires_what_the_command_needs() -> None:
    assert names(metadata()["dependencies"]) == listed("command")


def test_an_extra_is_the_group_of_its_name() -> None:
    extras = metadata()["optional-dependencies"]
    assert {extra: names(requirements) for extra, requirements in extras.items()} == {
        extra: listed(extra) for extra in EXTRAS
    }


@pytest.mark.parametrize(
    ("version", "held"),
    [("standard", {name: f"omnicapi/supplied_files/{name}" for name in SUPPLIED}), ("editable", {})],
)
def test_a_wheel_holds_the_supplied_files_and_an_editable_installation_reads_them_in_their_place(
    version: str, held: dict[str, str]
) -> None:
    build: dict[str, Any] = {"force_include": {}}
    hook: Any = SuppliedFiles.__new__(SuppliedFiles)
    hook.initialize(version, build)
    assert build["force_include"] == held
    assert all((ROOT / name).exists() for name in SUPPLIED)


def test_the_licence_of_the_project_is_that_of_the_tag() -> None:
    assert (ROOT / "LICENSE").read_text(encoding="utf-8") == (ROOT / "gtm" / "LICENSE").read_text(encoding="utf-8")
