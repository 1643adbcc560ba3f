"""Which preset a file looks like: the common export whose header cells it has."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cache

from ingest.maps import presets
from ingest.maps.field_map import parse
from ingest.values.header_names import HeaderRow
from omnicapi.errors import UnreadableFile

FEWEST = 4
"""Header cells that a preset must name: of fewer any spreadsheet may have all."""

ALIKE = 0.75
"""Share of a preset's header cells from which on a file looks like the export."""


@cache
def _needed() -> dict[str, tuple[str, ...]]:
    needed = {name: parse("preset", presets.read(name) or b"").needed for name in presets.names()}
    return {name: cells for name, cells in needed.items() if len(cells) >= FEWEST}


def fitting(names: Sequence[str]) -> tuple[str, tuple[str, ...]] | None:
    """Return the preset whose header cells are all among ``names``, and those cells; ``None`` where there is none."""
    header = HeaderRow(names)
    for preset, needed in _needed().items():
        if _share(header, needed) == 1:
            return preset, needed
    return None


def alike(rows: Iterable[Sequence[str]]) -> str | None:
    """Return the preset that one of these rows looks most like the header of; ``None`` where none comes near."""
    shares = [(_share(HeaderRow(cells), needed), preset) for cells in rows for preset, needed in _needed().items()]
    best, preset = max(shares, default=(0.0, ""))
    return preset if best >= ALIKE else None


def _share(header: HeaderRow, needed: Sequence[str]) -> float:
    return sum(_has(header, name) for name in needed) / len(needed)


def _has(header: HeaderRow, name: str) -> bool:
    try:
        return header.find(name) is not None
    except UnreadableFile:  # it may mean several of these cells
        return False
