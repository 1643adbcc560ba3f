"""Works a map out of a file's headers and values, and says of each guess what it rests on.

A column is mapped when its header cell is a known name of a field in one of six languages and its values do not
contradict it, or when its values can be nothing else. What is not certain is left out and said.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import islice

from ingest.inference import defaults, questions, trial, writing
from ingest.inference.choice import Choice
from ingest.inference.layout import LEADING, layout
from ingest.inference.result import Guess, Inference
from ingest.maps import preset_choice
from ingest.readers.cell_text import WITHOUT_RESULT
from ingest.readers.encodings.decoding import UNCERTAIN
from ingest.readers.table import Table
from omnicapi.errors import UnreadableFile

__all__ = ["SAMPLE", "Inference", "infer"]

SAMPLE = 1000
"""Rows that are looked at."""


def infer(table: Table) -> Inference:
    """Return the map that a file suggests; raises :class:`~omnicapi.errors.UnreadableFile` where it is empty.

    So it does where the names of columns have letters that are not certain: the map would name others.
    """
    sample = list(islice(table.rows, SAMPLE + LEADING))
    rows = [["" if cell == WITHOUT_RESULT else cell.strip() for cell in row.cells] for row in sample]
    if not any(any(cells) for cells in rows):
        raise UnreadableFile("The file is empty.")
    found = layout(rows)
    if table.notes and any(UNCERTAIN in name for name in found.names):
        raise UnreadableFile(" ".join(table.notes))
    if (preset := _preset(found.names)) is not None:
        trial.judge(preset, sample, found.first)
        if preset.refused is None:
            return preset
    made = Inference()
    questions.tell_of_formulas(sample, made)
    choice = Choice(found.columns(), made)
    writing.write(choice, found.data, made)
    defaults.fill(choice, made)
    order = ("columns", "defaults", "decimal", "orders")
    made.entries = {name: made.entries[name] for name in order if made.entries.get(name)}
    if found.header_rows is not None:
        made.entries["header_rows"] = found.header_rows
    trial.judge(made, sample, found.first)
    return made


def _preset(names: Sequence[str]) -> Inference | None:
    if (found := preset_choice.fitting(names)) is None:
        return None
    preset, needed = found
    why = f"the header has all of {', '.join(needed)}, as this export does"
    return Inference({"preset": preset}, [Guess("preset", preset, "certain", why)])
