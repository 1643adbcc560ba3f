"""Which rows of a file a map wants read: ``"only": [{"column": "Status", "is": ["paid", "pago"]}]``."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from ingest.readers.encodings.decoding import UNCERTAIN
from ingest.values.header_names import forgiving
from ingest.values.places import Place


@dataclass(frozen=True, slots=True)
class Only:
    """One condition, checked: what the cell may say, may not say, and whether it may be empty."""

    place: Place
    one_of: frozenset[str] = frozenset()
    none_of: frozenset[str] = frozenset()
    empty: bool | None = None
    above_zero: bool = False
    optional: bool = False
    """Whether the file may lack the column."""

    def met(self, cell: str) -> bool:
        """Tell whether a cell meets the condition; case, accents, blanks and punctuation do not count.

        What a cell may not say it may not say among several words either: ``vip, test`` is a list of tags.
        """
        if self.empty is not None and self.empty is bool(cell):
            return False
        if self.above_zero and cell and not _is_above_zero(cell):
            return False
        said = forgiving(cell)
        if self.one_of and said not in self.one_of:
            return False
        return not self.none_of or (
            said not in self.none_of and self.none_of.isdisjoint(map(forgiving, _SEVERAL.split(cell)))
        )


_SEVERAL = re.compile(r"[,;|+]")
"""What stands between several words of a cell."""


def _is_above_zero(cell: str) -> bool:
    """Tell whether an amount is above zero, however its digits are grouped; what holds no digit may be."""
    digits = [int(letter) for letter in cell if letter.isdecimal()]
    return not digits or (any(digits) and not (set(cell) & _MINUS or cell.startswith("(")))


_MINUS = frozenset("-\u2212\uff0d\ufe63")


class Filter:
    """Conditions and the positions of their cells. A row is read when it meets them all."""

    def __init__(self, conditions: Sequence[tuple[int, Only]]) -> None:
        self._conditions = tuple(conditions)
        self.columns = tuple(index for index, _ in conditions)
        self.width = 1 + max(self.columns, default=-1)

    def __bool__(self) -> bool:
        return bool(self._conditions)

    def failed(self, cells: Sequence[str]) -> int | None:
        """Return the position of the first cell that does not meet its condition, or ``None`` where all do.

        One with uncertain letters meets none.
        """
        return next(
            (index for index, only in self._conditions if UNCERTAIN in cells[index] or not only.met(cells[index])), None
        )

    def is_silent(self, cells: Sequence[str]) -> bool:
        """Tell whether the row says nothing in all these cells."""
        return not any(cells[index] for index, _ in self._conditions)
