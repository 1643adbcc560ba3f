"""Cells that show an error instead of a value: ``#N/A``, ``#REF!``, in the language of the program that wrote them.

So does a formula whose result the file does not hold, as programs write it that work nothing out.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from ingest.damage.kinds import Mended, Refusal, Site
from ingest.readers.cell_text import WITHOUT_RESULT
from omnicapi.errors import Refused

_ERROR = re.compile(
    r"#(N/A|N/D|NV|NULL!|NUL!|NULO!|DIV/0!|VALUE!|VALOR!|VALEUR!|VALORE!|WERT!|REF!|BEZUG!|RIF!|NAME\?|NOME\?|NOM\?|NUM!|"
    r"NÚM!|NOMBRE!|ZAHL!|GETTING_DATA|SPILL!|CALC!|FIELD!|BLOCKED!|CONNECT!|UNKNOWN!|ERROR!|¡\w+[/\w]*!|¿NOMBRE\?)|#{2,}",
    re.IGNORECASE,
)
"""Excel in English, Portuguese, German, French, Italian and Spanish, and Google Sheets; a cell of nothing but ``#`` is
one that was too narrow to show its date when the sheet was saved as text."""


def mend(cell: str, site: Site) -> Mended | None:
    """Leave the cell out where its row can go on without; else refuse it.

    What a person decided stays as it is: whoever reads it finds no answer, which counts as a denial.
    """
    refusal = None if site.is_decision else _shown(cell)
    if refusal is None:
        return None
    if site.is_needed:
        raise refusal
    return Mended("", refusal.reason)


def refuse(cells: Sequence[str], columns: Iterable[tuple[int, str]], row: int | str) -> None:
    """Raise Refused where one of these ``columns``, a position and its letters, shows an error.

    It is for columns that fill no field and decide what becomes of the row, as those of a map's ``only`` do.
    """
    for index, letters in columns:
        if (cell := cells[index])[:1] == "#" and (refusal := _shown(cell)) is not None:
            raise Refused(refusal.reason, f"{letters}{row}: {refusal}")


def _shown(cell: str) -> Refusal | None:
    """Return what to say of a cell that shows an error, ``None`` of any other."""
    if cell == WITHOUT_RESULT:
        return Refusal(
            "formula_without_result",
            "the cell is a formula whose result the file does not hold, as programs write it; open the file in a "
            "spreadsheet program, save it, and drop it again.",
        )
    if _ERROR.fullmatch(cell):
        return Refusal(
            "formula_error",
            "the cell shows an error of the spreadsheet, not a value; mend its formula, or widen the column.",
        )
    return None
