"""Which sheet of a spreadsheet is read."""

from __future__ import annotations

from collections.abc import Iterable

from omnicapi.errors import UnreadableFile

MOST_NAMED, MOST_SHOWN = 10, 40
"""Sheets that a refusal names, and characters of each name: a file may have thousands, of any length."""


def choose(sheets: Iterable[tuple[str, bool]], wanted: str | None) -> str:
    """Return the name of the sheet that the map names, in any case, hidden or not; else of the first visible one.

    ``sheets`` are names and whether each is visible. Raises :class:`~omnicapi.errors.UnreadableFile` where it is not
    there.
    """
    found = list(sheets)
    for name, visible in found:
        if is_chosen(name, visible, wanted):
            return name
    if wanted is None:
        raise UnreadableFile("The spreadsheet has no visible sheet.")
    there = ", ".join(repr(name[:MOST_SHOWN]) for name, _ in found[:MOST_NAMED])
    more = f" and {len(found) - MOST_NAMED:,} more" if len(found) > MOST_NAMED else ""
    raise UnreadableFile(f"The spreadsheet has no sheet {wanted!r}, which the map names; it has {there}{more}.")


def is_chosen(name: str, visible: bool, wanted: str | None) -> bool:
    """Say whether a sheet is the one that is read, if none before it is."""
    return visible if wanted is None else name.strip().casefold() == wanted.strip().casefold()
