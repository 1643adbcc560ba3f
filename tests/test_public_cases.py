"""What people report of uploads and server events becomes what is right for it: ``tests/cases/public``."""

from __future__ import annotations

import json
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from tests.cases.command import Command
from tests.cases.judging import faults
from tests.cases.matchers import as_list

PUBLIC = Path(__file__).parent / "cases" / "public"
BOOK = json.loads((PUBLIC / "expectations.json").read_text(encoding="utf-8"), parse_float=Decimal)
CASES: dict[str, Any] = BOOK["cases"]


def _runs(name: str) -> Iterator[dict[str, Any]]:
    """Yield each run with its defaults, one for every map."""
    for run in CASES[name]["runs"]:
        whole = BOOK["defaults"][name.partition("/")[0]] | run
        yield from ({**whole, "map": map_} for map_ in as_list(whole.get("map")))


@pytest.mark.parametrize("name", CASES)
def test_a_public_case_ends_as_expected(name: str, tmp_path: Path) -> None:
    found = [
        fault
        for number, run in enumerate(_runs(name))
        for fault in faults(Command(PUBLIC / name, run, tmp_path / str(number)), run)
    ]
    assert not found, "\n".join([f"{name}: {CASES[name]['expect']}", *found])


def test_every_folder_of_inputs_has_an_expectation() -> None:
    folders = {f"{kind}/{folder.name}" for kind in BOOK["defaults"] for folder in (PUBLIC / kind).iterdir()}
    without_input = {name for name, case in CASES.items() if all("normalise" in run for run in case["runs"])}
    assert folders | without_input == CASES.keys()
