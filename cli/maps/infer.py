"""What ``omnicapi maps infer`` does and shows."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import Any, TextIO

import msgspec
from rich.markup import escape
from rich.table import Table

from cli.console import console
from ingest.inference import Inference, infer
from ingest.readers.file_types import read
from ingest.readers.table import USUAL


def infer_file(file: Path) -> Inference:
    """Work a map out of a file; raises UnreadableFile where it cannot be read."""
    with file.open("rb") as stream:
        return infer(read(file.name, stream, USUAL))


def write_json(found: Inference, output: TextIO) -> None:
    """Write map, guesses and what was left out as one JSON object; ``draft`` is what would be refused as a map."""
    told: dict[str, Any] = {
        "complete": found.is_complete,
        "map": None if found.refused else found.entries,
        "draft": found.entries if found.refused else None,
        "refused": found.refused,
        "guesses": [dataclasses.asdict(guess) for guess in found.guesses],
        "unsure": [dataclasses.asdict(unsure) for unsure in found.unsure],
    }
    output.write(msgspec.json.encode(told).decode() + "\n")


def write_map(found: Inference, output: TextIO, reasons: TextIO) -> None:
    """Write the map to ``output``, as a file may hold it, and the reasons for it to ``reasons``.

    What would be refused as a map goes to ``reasons`` as a draft, with what it lacks.
    """
    entries = {"$schema": "./schema.json", **found.entries}
    (reasons if found.refused else output).write(
        msgspec.json.format(msgspec.json.encode(entries), indent=2).decode() + "\n"
    )
    screen = console(reasons)
    if found.refused:
        screen.print(f"This is a draft and no map yet: {escape(found.refused)}")
    table = Table("field", "from", "sure", "because", title="Guesses")
    for guess in found.guesses:
        table.add_row(guess.field, escape(guess.place), guess.confidence, escape(guess.why))
    screen.print(table)
    if found.unsure:
        left_out = Table("what", "why", title="Left out, for you to decide")
        for unsure in found.unsure:
            left_out.add_row(escape(unsure.place), escape(unsure.why))
        screen.print(left_out)
