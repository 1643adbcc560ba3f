"""What a person should know of how a file was read: lines about all of it, and cells and rows by name.

It is gathered chunk by chunk and kept with each chunk's record, so it names a few and counts the others.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import msgspec

MOST_NAMED = 10
"""Cells or rows that a line names; of all others it says how many they are."""

MOST_NOTES, MOST_IN_NOTE = 4, 400
"""Lines about a whole file, and characters of each: header cells may be long, and a record holds 8 KiB."""


class Named(msgspec.Struct, omit_defaults=True):
    """The first of some cells or rows by their names, and how many ``more`` there are."""

    first: list[str] = []
    more: int = 0

    def add(self, names: Iterable[str], more: int = 0) -> None:
        """Take others behind these."""
        for name in names:
            if len(self.first) < MOST_NAMED:
                self.first.append(name)
            else:
                self.more += 1
        self.more += more

    def __str__(self) -> str:
        """Name them: ``D2, C3 and 12 more``."""
        return ", ".join(self.first) + (f" and {self.more:,} more" if self.more else "")


class Noticed(msgspec.Struct, omit_defaults=True):
    """What was noticed in some rows of a file, and ``notes``, lines about all of it.

    ``hidden_rows`` and ``without_result`` (cells with formulas) are those that hold something, of the data alone.
    """

    notes: list[str] = []
    hidden_rows: Named = msgspec.field(default_factory=Named)
    without_result: Named = msgspec.field(default_factory=Named)

    def __bool__(self) -> bool:
        """Say whether there is anything."""
        return bool(self.notes or self.hidden_rows.first or self.without_result.first)

    def add_notes(self, notes: Iterable[str]) -> None:
        """Take lines about the whole file, each once, as many and as long as are kept."""
        for note in (line if len(line) <= MOST_IN_NOTE else f"{line[: MOST_IN_NOTE - 1]}…" for line in notes):
            if note not in self.notes and len(self.notes) < MOST_NOTES:
                self.notes.append(note)

    def lines(self) -> list[str]:
        """Return what to tell, a line for each kind."""
        return [*self.notes, *self._of_cells()]

    def _of_cells(self) -> Iterator[str]:
        if self.hidden_rows.first:
            yield (
                f"Hidden in the spreadsheet, perhaps by a filter, and read like all others: row "
                f"{self.hidden_rows}. Delete rows that are not meant to be sent."
            )
        if self.without_result.first:
            yield (
                f"Formulas whose result the file does not hold: {self.without_result}. Open it in a spreadsheet "
                "program, save it, and drop it again."
            )


def together(parts: Iterable[Noticed]) -> Noticed:
    """Return what was noticed in several parts of a file, in their order."""
    whole = Noticed()
    for part in parts:
        whole.add_notes(part.notes)
        for mine, more in (
            (whole.hidden_rows, part.hidden_rows),
            (whole.without_result, part.without_result),
        ):
            mine.add(more.first, more.more)
    return whole


def hidden_columns(letters: Iterable[str]) -> Iterator[str]:
    """Yield a line where a spreadsheet hides columns that hold something."""
    named = Named()
    named.add(letters)
    if named.first:
        yield f"Hidden in the spreadsheet: column {named}. What the map reads there is sent like all else."
