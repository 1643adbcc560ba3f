"""Which part of an .xlsx a sheet is."""

from __future__ import annotations

import posixpath
import zipfile
from xml.etree import ElementTree

_RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"


def part_of(archive: zipfile.ZipFile, sheet: str) -> str:
    """Return the name of the part that holds ``sheet``; empty where the workbook does not say it.

    Only for archives whose parts declare no XML entities.
    """
    workbook = _part(archive, "workbook.xml")
    relations = _part(archive, "workbook.xml.rels")
    wanted = next((node.get(_RELATION) for node in _nodes(archive, workbook, "sheet") if node.get("name") == sheet), "")
    for node in _nodes(archive, relations, "Relationship"):
        if node.get("Id") == wanted:
            target = node.get("Target", "")
            return target.lstrip("/") if target.startswith("/") else posixpath.join(posixpath.dirname(workbook), target)
    return ""


def _part(archive: zipfile.ZipFile, ending: str) -> str:
    return next((name for name in archive.namelist() if name.endswith("/" + ending)), "")


def _nodes(archive: zipfile.ZipFile, part: str, tag: str) -> list[ElementTree.Element]:
    if not part:
        return []
    try:
        root = ElementTree.fromstring(archive.read(part))  # noqa: S314 - a declared entity was refused before
    except ElementTree.ParseError:
        return []
    return [node for node in root.iter() if node.tag.rpartition("}")[2] == tag]
