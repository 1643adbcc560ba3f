"""A map that was worked out is tried before it is told: what would be refused is no map yet."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from ingest.inference.result import Inference
from ingest.maps.field_map import parse
from ingest.readers.table import Row, Table
from ingest.rows.header import body
from omnicapi.errors import BadMap, UnreadableFile

NO_COLUMNS = "no column says by its name or its values which field it is, so the map reads nothing"
"""What is wrong with a map that has only defaults."""


def judge(made: Inference, rows: Sequence[Row], first: int) -> None:
    """Note in ``made.refused`` why its map would be refused for these first rows of the file, if it would.

    ``first`` is where the data begins among them: the map says so where that cannot be seen otherwise.
    """
    made.refused = _refusal(made, rows)
    if made.refused is not None and made.entries.get("columns") and "header_rows" not in made.entries:
        made.entries["header_rows"] = first
        refused, made.refused = made.refused, _refusal(made, rows)
        if made.refused is not None:
            del made.entries["header_rows"]
            made.refused = refused


def _refusal(made: Inference, rows: Sequence[Row]) -> str | None:
    if not made.entries.get("columns") and "preset" not in made.entries:
        return NO_COLUMNS
    try:
        body(Table(iter(rows)), parse("inferred", msgspec.json.encode(made.entries)))
    except (BadMap, UnreadableFile) as error:
        return str(error).removeprefix("maps/inferred.json: ")
    return None
