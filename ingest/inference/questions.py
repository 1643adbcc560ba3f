"""What a person has to decide or to mend: columns that only say whether a row counts or may be used, and formulas."""

from __future__ import annotations

from collections.abc import Iterable

from ingest.consent.reading import is_known
from ingest.inference.header_words import CONSENT, CONSENT_PARTS, NO_SALE, ROW_STATE
from ingest.inference.layout import Column
from ingest.inference.result import Inference
from ingest.readers.cell_text import WITHOUT_RESULT
from ingest.readers.table import Row
from ingest.rows.noticed import Named
from ingest.values.header_names import forgiving
from ingest.values.places import letters

MOST_WORDS = 20
"""Different values of a column up to which they may be words of a table."""


def ask_for_rows(column: Column, made: Inference) -> bool:
    """Ask which rows count, where a column says what became of an order or that it was a test."""
    words = set(column.cells)
    if len(words) > MOST_WORDS or not (forgiving(column.name) in ROW_STATE or says_no_sale(column)):
        return False
    made.ask(
        column.place,
        f"it may say which rows count (cancelled, refunded, a test?); it says {len(words)} different things. Leave the "
        f'others out: "only": [{{"column": "{column.place}", "is": ["…"]}}]',
    )
    return True


def says_no_sale(column: Column) -> bool:
    """Tell whether a column says of some order that it is no sale, or no longer."""
    return not NO_SALE.isdisjoint(map(forgiving, column.cells))


def ask_for_consent(column: Column, made: Inference) -> bool:
    """Ask what a column means that may say whether a person agreed to something."""
    name = forgiving(column.name)
    if len(set(column.cells)) > MOST_WORDS or not (name in CONSENT or any(part in name for part in CONSENT_PARTS)):
        return False
    if is_known(column.name):
        made.ask(
            column.place,
            "by its name it is read as consent, and what cannot be read there is a denial (docs/consent.md). If it "
            f'says something else, use it otherwise: "properties": {{"…": "{column.place}"}}',
        )
        return True
    made.ask(
        column.place,
        "it may say whether the person agreed; unless the map names it, nobody has answered. If your policy "
        f'(docs/consent.md) asks for it, name its signal: "consent": {{"marketing": "{column.place}"}}',
    )
    return True


def tell_of_formulas(rows: Iterable[Row], made: Inference) -> None:
    """Say which cells hold formulas without a result: nothing is known of what their columns hold."""
    named = Named()
    for row in rows:
        named.add(f"{letters(at)}{row.number}" for at, cell in enumerate(row.cells) if cell == WITHOUT_RESULT)
    if named.first:
        made.ask(
            str(named),
            "formulas whose result the file does not hold, so a column of nothing else is left out: open the file in a "
            "spreadsheet program, save it, and infer again",
        )
