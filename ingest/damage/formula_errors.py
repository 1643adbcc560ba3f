"""Cells that show an error instead of a value: ``#N/A``, ``#REF!``, in the language of the program that wrote them."""

from __future__ import annotations

import re

from ingest.damage.kinds import Mended, Refusal, Site

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
    if site.is_decision or not _ERROR.fullmatch(cell):
        return None
    if site.is_needed:
        raise Refusal(
            "formula_error",
            "the cell shows an error of the spreadsheet, not a value; mend its formula, or widen the column.",
        )
    return Mended("", "formula_error")
