"""Names of header cells, compared as a person would: case, accents, blanks and punctuation do not count."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence

from ingest.values.fields import fold
from ingest.values.formula_escapes import unescaped
from omnicapi.errors import UnreadableFile

_NOT_SAID = re.compile(r"[\W_]+")


def forgiving(name: str) -> str:
    """Reduce a text to its letters and digits: ``Nº do Pedido`` and ``no do pedido`` are the same.

    A text that has neither (``%``, ``*``) stays as it is.
    """
    if name.isascii() and name.isalnum():
        return name.lower()  # what most cells of a value table say
    # Decomposed before and after: 𝔸 has a lower case only once it is an A.
    plain = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", name).casefold()).strip()
    letters = "".join(character for character in plain if not unicodedata.combining(character))
    return _NOT_SAID.sub("", letters) or plain


class HeaderRow:
    """The cells of a header, found by name: the exact one first, else the one that differs least.

    Of equal cells the first counts.
    """

    def __init__(self, cells: Sequence[str]) -> None:
        self.cells = [unescaped(cell.strip()).strip() for cell in cells]
        named = [(index, cell) for index, cell in enumerate(self.cells) if cell]
        self._exact = _first(named)
        self._folded = _first([(index, fold(cell)) for index, cell in named])
        self._forgiving: dict[str, list[int]] = {}
        for index, cell in named:
            self._forgiving.setdefault(forgiving(cell), []).append(index)

    def find(self, name: str) -> int | None:
        """Return the position of the cell that ``name`` means, or ``None``.

        Raises :class:`~omnicapi.errors.UnreadableFile` where it may mean several that are not the same.
        """
        for places, key in ((self._exact, name.strip()), (self._folded, fold(name))):
            if key in places:
                return places[key]
        found = self._forgiving.get(forgiving(name), [])
        if len({fold(self.cells[index]) for index in found}) > 1:
            several = ", ".join(repr(self.cells[index]) for index in found)
            raise UnreadableFile(f"The map's {name!r} may mean each of the header cells {several}; write it as one is.")
        return found[0] if found else None

    def numbered(self, pattern: str) -> Mapping[int, int]:
        """Return position by number for the cells that ``pattern`` means, in which ``{n}`` stands for a number."""
        before, _, behind = pattern.partition(NUMBER)
        expression = re.compile(rf"{re.escape(_spaceless(before))}0*([0-9]{{1,3}}){re.escape(_spaceless(behind))}")
        matches = ((index, expression.fullmatch(_spaceless(cell))) for index, cell in enumerate(self.cells))
        found: dict[int, int] = {}
        for index, match in matches:
            if match is not None:
                found.setdefault(int(match[1]), index)
        return dict(sorted(found.items()))


NUMBER = "{n}"
"""Stands in a header cell's name for 1, 2, 3 …: ``item_{n}_sku``."""


def _spaceless(name: str) -> str:
    return forgiving(name) if _NOT_SAID.sub("", name) else ""


def _first(named: Sequence[tuple[int, str]]) -> dict[str, int]:
    return {name: index for index, name in reversed(named)}
