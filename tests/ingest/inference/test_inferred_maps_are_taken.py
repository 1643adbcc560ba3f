"""What ``maps infer`` writes as a map is a map that ``maps check`` can use, whatever the header says."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

from cli.main import app
from ingest.inference import Inference, infer
from ingest.inference.header_words import FIELD_OF, FULL_NAME
from ingest.inference.map_check import check
from ingest.inference.trial import NO_COLUMNS
from ingest.maps.field_map import parse
from ingest.readers.file_types import read
from ingest.readers.table import USUAL
from ingest.rows.conversion import begin
from omnicapi.errors import UnreadableFile
from omnicapi.messages import Origin

KNOWN = sorted({*FIELD_OF, *FULL_NAME, "Order {n}", "email {n}", "A:A", "F:F", "XFD:XFD", "E-Mail", "e mail", "=email"})
VALUES = ["2026-11-20", "20/11/2026", "ana@mail.example", "+5511987654321", "12,50", "BRL", "Ana", "", "paid", "x y"]


def written(rows: Sequence[Sequence[str]]) -> bytes:
    text = io.StringIO()
    csv.writer(text).writerows(rows)
    return text.getvalue().encode()


def inferred(file: bytes) -> Inference:
    return infer(read("a.csv", io.BytesIO(file), USUAL))


names = st.lists(st.sampled_from(KNOWN) | st.text(max_size=12), min_size=1, max_size=8)


@given(st.data(), names, st.booleans(), st.integers(0, 2))
def test_a_map_that_is_told_is_taken(data: st.DataObject, header: list[str], repeated: bool, above: int) -> None:
    header = header + header[:1] if repeated else header
    rows = data.draw(st.lists(st.lists(st.sampled_from(VALUES), min_size=1, max_size=9), min_size=1, max_size=4))
    file = written([*[["Export", "of today"]] * above, header, *rows])
    try:
        found = inferred(file)
    except UnreadableFile:
        return  # an empty one
    if found.refused is None:
        map_ = parse("inferred", json.dumps(found.entries).encode())
        made = check(map_, begin(io.BytesIO(file), map_, Origin(object="a.csv")))
        assert made.broken_off is None
    else:
        assert not found.is_complete


@pytest.mark.parametrize("name", ["F:F", "Email {n}"])
def test_a_header_cell_that_a_map_would_read_otherwise_is_named_by_letter(name: str) -> None:
    found = inferred(written([["date", name], ["2026-11-20", "ana@mail.example"], ["2026-11-21", "eva@mail.example"]]))
    assert found.refused is None
    assert found.entries["columns"]["EMAIL"] == "B:B"


def test_a_header_of_one_known_name_is_one_though_that_is_an_action_source_too() -> None:
    found = inferred(written([["when it was", "email"], ["2026-11-20", "ana@mail.example"]]))
    assert found.entries["columns"] == {"EMAIL": "email"}


def test_a_file_that_says_nothing_gives_a_draft_and_no_map(tmp_path: Path) -> None:
    file = tmp_path / "a.csv"
    file.write_bytes(written([["one", "two"], ["x", "y"]]))
    result = CliRunner().invoke(app, ["maps", "infer", str(file)])
    assert (result.exit_code, result.stdout) == (1, "")
    assert "This is a draft and no map yet: no column says" in " ".join(result.stderr.split())
    told = json.loads(CliRunner().invoke(app, ["maps", "infer", str(file), "--json"]).stdout)
    assert (told["map"], told["refused"]) == (None, NO_COLUMNS)
    assert told["draft"]["defaults"]["EVENT_NAME"] == "Lead"


def test_what_lacks_a_time_is_a_draft() -> None:
    found = inferred(written([["email", "total"], ["ana@mail.example", "1.00"]]))
    assert found.refused is not None
    assert found.refused.startswith("EVENT_TIME has neither a column nor a default")
