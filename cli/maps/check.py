"""What ``omnicapi maps check`` does and shows."""

from __future__ import annotations

from pathlib import Path
from typing import Any, TextIO

import msgspec
from rich.markup import escape
from rich.table import Table

from cli.console import console
from ingest.inference.map_check import MapCheck, check
from ingest.maps.folder import Folder, Maps, OneFile
from ingest.rows.conversion import begin
from omnicapi.errors import BadMap
from omnicapi.messages import Origin
from omnicapi.supplied import supplied


def check_file(name: str, file: Path) -> MapCheck:
    """Check the map ``name``, a file or a channel of the project's maps, against a file.

    Raises BadMap, UnknownChannel or UnreadableFile where the one or the other cannot be used.
    """
    path = Path(name)
    if path.suffix and not path.is_file():
        raise BadMap(f"There is no file {name}; name a map's file, or a channel of maps/.")
    folder = Maps(OneFile(path)) if path.is_file() else Maps(Folder(supplied("maps")))
    map_ = folder.get((path.stem if path.is_file() else name).casefold())
    with file.open("rb") as stream:
        return check(map_, begin(stream, map_, Origin(object=file.name)))


def write_json(found: MapCheck, output: TextIO) -> None:
    """Write everything as one JSON object."""
    told: dict[str, Any] = msgspec.to_builtins(found)
    output.write(msgspec.json.encode({"fine": found.is_fine, **told}).decode() + "\n")


def write_tables(found: MapCheck, output: TextIO) -> None:
    """Write what a person wants to know, what is wrong last."""
    screen = console(output)
    screen.print(_columns(found))
    if found.unmapped:
        screen.print(f"Not read, since the map does not name them: {escape(', '.join(found.unmapped))}")
    for warning, count in found.warnings.most_common():
        screen.print(f"{count} events with a warning: {escape(warning)}")
    for note in found.notes:
        screen.print(f"Note: {escape(note)}")
    if found.refusals:
        screen.print(_refusals(found))
    if found.broken_off:
        screen.print(f"The file cannot be read to its end: {escape(found.broken_off)}")
    screen.print(
        f"{found.rows} rows: {found.events} events, {found.rejected} rows refused, {found.dropped} left out by the map."
    )


def _columns(found: MapCheck) -> Table:
    table = Table("column", "header", "field", "filled", "cannot be read", title="What the map reads")
    for column in found.columns:
        reasons = ", ".join(f"{reason} ({count})" for reason, count in column.unreadable.most_common())
        examples = f" at {', '.join(column.examples)}" if column.examples else ""
        never = "[bold red]never:[/] " if column.never_converts else ""
        table.add_row(
            column.place, escape(column.header or ""), column.field, str(column.filled), never + reasons + examples
        )
    return table


def _refusals(found: MapCheck) -> Table:
    table = Table("rows", "reason", "first ones", title="Refused")
    for refusal in found.refusals:
        table.add_row(str(refusal.rows), refusal.reason, escape("\n".join(refusal.examples)))
    return table
