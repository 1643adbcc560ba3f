"""Awkward files as people really have them, each beside what must come out of it (``<file>.expected.json``)."""

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from ingest.maps.field_map import parse
from ingest.rows import conversion
from omnicapi.errors import UnreadableFile
from omnicapi.messages import Event, Origin, Outcome
from omnicapi.publishing.publisher import encode

CORPUS = Path(__file__).parents[1] / "corpus"
FILES = sorted(path.name.removesuffix(".expected.json") for path in CORPUS.glob("*.expected.json"))


class Came:
    """What came out of one file."""

    def __init__(self, name: str, map_: Any) -> None:
        self.found: list[Event | Outcome] = []
        self.error = ""
        with (CORPUS / name).open("rb") as stream:
            parsed = parse("store", json.dumps(map_).encode())
            try:
                self.found.extend(conversion.events(stream, parsed, Origin(object=name), 0))
            except UnreadableFile as error:
                self.error = str(error)

    @property
    def events(self) -> Mapping[str, Event]:
        return {str(one.origin.row): one for one in self.found if isinstance(one, Event)}

    def outcomes(self, verdict: str) -> Iterator[Outcome]:
        return (one for one in self.found if isinstance(one, Outcome) and one.verdict == verdict)


def value(event: Event, path: str) -> Any:
    here: Any = json.loads(encode(event))
    for step in path.split("."):
        here = here.get(step)
    return here


def place(outcome: Outcome) -> str:
    """The cell, or the row, that a refusal names: ``B4 (event_time): …``."""
    return re.split(r" \(|:", outcome.message or "")[0]


def test_the_corpus_is_large() -> None:
    assert len(FILES) >= 40
    assert {path.name for path in CORPUS.iterdir()} == {name + end for name in FILES for end in ("", ".expected.json")}


@pytest.mark.parametrize("name", FILES)
def test_what_must_come_out_comes_out(name: str) -> None:
    case = json.loads((CORPUS / f"{name}.expected.json").read_text(encoding="utf-8"))
    expect = case["expect"]
    came = Came(name, case["map"])
    assert bool(came.error) == ("file" in expect)
    assert re.search(expect.get("file", "^$"), came.error)
    assert {str(one.origin.row): one.reason for one in came.outcomes("dropped")} == expect.get("dropped", {})
    refused = {str(one.origin.row): [one.reason, place(one)] for one in came.outcomes("rejected")}
    assert refused == expect.get("refused", {})
    assert "events" not in expect or len(came.events) == expect["events"]
    assert {row: event.warnings for row, event in came.events.items() if event.warnings} == expect.get("warnings", {})
    for row, fields in expect.get("rows", {}).items():
        assert {path: value(came.events[row], path) for path in fields} == fields
