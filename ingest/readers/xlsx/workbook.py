"""Which sheets an .xlsx has, and in which parts of the archive it keeps what (ECMA-376 parts 1 and 2)."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from dataclasses import dataclass

from ingest.readers.archive import MOST_DESCRIBED, Archive, damaged
from ingest.readers.markup import elements
from ingest.readers.xlsx.cells import TRUE


@dataclass(frozen=True)
class Relation:
    """That a part refers to another one: under ``id``, as a ``kind`` such as ``worksheet``, found at ``part``."""

    id: str
    kind: str
    part: str


@dataclass(frozen=True)
class Workbook:
    """``sheets`` are names, in their order, each with whether it is visible and its part.

    ``strings`` and ``styles`` are parts too, empty where there is none. ``is_recalculated`` says that whoever opens the
    workbook is to work out its formulas anew, whatever results it holds.
    """

    sheets: tuple[tuple[str, bool, str], ...]
    strings: str
    styles: str
    from_1904: bool
    is_recalculated: bool


def workbook(archive: Archive) -> Workbook:
    """Return what a workbook says of itself; raises :class:`~omnicapi.errors.UnreadableFile` where it is none."""
    part = _first(list(_relations(archive, "")), "officeDocument") or "xl/workbook.xml"
    if part not in archive:
        raise damaged()
    relations = list(_relations(archive, part))
    sheets_at = {relation.id: relation.part for relation in relations if relation.kind == "worksheet"}
    sheets, from_1904, is_recalculated = [], False, False
    for tag, attributes in elements(archive.blocks(part, MOST_DESCRIBED)):
        if tag == "sheet" and (at := sheets_at.get(attributes.get("id", ""))) is not None:
            sheets.append((attributes.get("name", ""), attributes.get("state", "visible") == "visible", at))
        elif tag == "workbookPr":
            from_1904 = attributes.get("date1904", "") in TRUE
        elif tag == "calcPr":
            is_recalculated = attributes.get("fullCalcOnLoad", "") in TRUE
    strings, styles = (_first(relations, kind) for kind in ("sharedStrings", "styles"))
    return Workbook(tuple(sheets), strings, styles, from_1904, is_recalculated)


def _first(relations: list[Relation], kind: str) -> str:
    return next((relation.part for relation in relations if relation.kind == kind), "")


def _relations(archive: Archive, of: str) -> Iterator[Relation]:
    """Yield the relations of a part, or of the whole archive."""
    folder, _, name = of.rpartition("/")
    for tag, attributes in elements(archive.blocks(posixpath.join(folder, "_rels", f"{name}.rels"), MOST_DESCRIBED)):
        if tag == "Relationship":
            kind, target = attributes.get("Type", "").rpartition("/")[2], attributes.get("Target", "")
            part = posixpath.normpath(posixpath.join("/" + folder, target)).lstrip("/")
            yield Relation(attributes.get("Id", ""), kind, part)
