"""The notes in ``docs/spec`` stand for the sources that the code cites: each cited section is there."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SPEC = ROOT / "docs" / "spec"
NOTES = {note.name: note.read_text(encoding="utf-8") for note in sorted(SPEC.glob("*.md")) if note.name != "README.md"}
KEY = (SPEC / "README.md").read_text(encoding="utf-8")
UNNAMED = "meta-capi.md"
"""The note that a bare ``§3.4`` means where a file has named none."""

WRITTEN = {".py", ".md", ".tf", ".hcl", ".js", ".tpl", ".json", ".yaml", ".toml", ".html", ".j2", ".sql", ".example"}
DATA = ("tests/cases/public/", "tests/ingest/corpus/")
"""Files that a customer might have written: nothing in them cites anything."""

NUMBER = r"(?:\d+|[A-Z])(?:\.\d+)*"
HEADING = re.compile(rf"#+ (?P<number>{NUMBER})\.? ")
ITEM = re.compile(r"(?P<number>\d+)\. ")
CITED = re.compile(
    r"(?P<note>\b(?:[a-z0-9]+-[a-z-]+(?:\.md)?|[a-z]+\.md)\b)"
    r"|(?P<foreign>RFC \d+|(?:ECMA-376|OpenDocument)[^§\n]*|erratum \d+|CATOS)"
    rf"|§ ?(?P<number>{NUMBER})"
)
BETWEEN = re.compile(r"[\s,]*(?:and\s+)?")
"""What may stand between two sections of the same foreign document."""


def sections(note: str) -> set[str]:
    """Return the numbers of a note's headings, and of the numbered items below each: ``3.1`` and ``3.1.6``."""
    found: set[str] = set()
    above = ""
    for line in note.splitlines():
        if heading := HEADING.match(line):
            above = heading["number"]
            found.add(above)
        elif above and (item := ITEM.match(line)):
            found.add(f"{above}.{item['number']}")
    return found


def citations(text: str, note: str = UNNAMED) -> Iterator[tuple[str, str]]:
    """Yield note and section of each citation; a section alone belongs to the note that was named last."""
    foreign_until = -1
    for cited in CITED.finditer(text):
        if cited["foreign"]:
            foreign_until = cited.end()
        elif cited["note"]:
            name = cited["note"].removesuffix(".md") + ".md"
            note = name if name in NOTES else note
        elif foreign_until >= 0 and BETWEEN.fullmatch(text, foreign_until, cited.start()):
            foreign_until = cited.end()
        else:
            yield note, cited["number"]


def files() -> Iterator[Path]:
    """Yield what people wrote; of folders that begin with a point nothing is looked at."""
    for top in sorted(ROOT.glob("[!.]*")):
        for file in sorted(top.rglob("*")) if top.is_dir() else [top]:
            if file.suffix in WRITTEN and not file.relative_to(ROOT).as_posix().startswith(DATA) and file.is_file():
                yield file


SECTIONS = {name: sections(note) for name, note in NOTES.items()}


def test_headings_and_numbered_items_are_sections() -> None:
    assert sections("## 3. A\n### 3.1 B\n1. one\n2. two\n## C\n## B.2 D\n") == {"3", "3.1", "3.1.1", "3.1.2", "B.2"}


def test_a_section_belongs_to_the_note_named_last_and_those_of_a_standard_to_none() -> None:
    text = "§2 (gcp.md §1.3, §1.4 and RFC 5321 §4.5, §6) docs/files.md §1.5, meta-capi.md\n§3.1.6."
    named = [("meta-capi.md", "2"), ("gcp.md", "1.3"), ("gcp.md", "1.4"), ("gcp.md", "1.5"), ("meta-capi.md", "3.1.6")]
    assert list(citations(text)) == named


def test_every_section_that_is_cited_exists() -> None:
    missing, seen = [], 0
    for file in files():
        note = file.name if file.parent == SPEC and file.name in NOTES else UNNAMED
        if file == Path(__file__):
            continue
        for named, number in citations(file.read_text(encoding="utf-8"), note):
            seen += 1
            if number not in SECTIONS[named]:
                missing.append(f"{file.relative_to(ROOT)}: {named} §{number}")
    assert missing == []
    assert seen > 400


@pytest.mark.parametrize("name", sorted(NOTES))
def test_a_note_names_nothing_outside_the_repository_but_what_is_public(name: str) -> None:
    outside = r"\.\./\S*|\b[iI]ds? \d{8,}|\(\d{10,}[,)]|stored cop\w+|not in the store|look-ups in|library's search"
    assert re.findall(outside, NOTES[name]) == []


def test_the_key_lists_every_note() -> None:
    assert set(re.findall(r"^\| \[([a-z0-9-]+\.md)\]\(\1\)", KEY, re.MULTILINE)) == set(NOTES)


def short_names() -> Iterator[tuple[str, list[str]]]:
    """Yield each short name of the key, with the notes that it is said of, if only some."""
    for row in re.findall(r"^\| ([^|`\[]+) \| ", KEY.partition("## Meta's documentation")[2], re.MULTILINE):
        for name in row.partition(" (")[0].split(", "):
            if name not in {"short name", "term", "---"}:
                yield name.rstrip("…"), re.findall(r"[a-z0-9-]+\.md", row)


def test_every_short_name_of_the_key_is_used() -> None:
    words = {name: set(re.findall(r"[\w-]+", note)) for name, note in NOTES.items()}
    unused = []
    for name, said_of in short_names():
        used = set().union(*(words[note] for note in said_of or NOTES))
        if name not in used and not (name.endswith("-") and any(word.startswith(name) for word in used)):
            unused.append(name)
    assert unused == []


def sources(note: str) -> Iterator[str]:
    """Yield the names in the last column of each table that has its sources there, where it holds names alone."""
    sourced = False
    for line in note.splitlines():
        last = line.rstrip("| ").rpartition("|")[2].strip()
        if not line.startswith("|"):
            sourced = False
        elif last.lower() in {"source", "from"}:
            sourced = True
        elif sourced and re.fullmatch(r"[A-Z0-9][A-Z0-9-]+(?:[,;] [A-Z0-9][A-Z0-9-]+)*", last):
            yield from re.split(r"[,;] ", last)


def test_every_short_name_in_a_column_of_sources_is_in_the_key() -> None:
    known = {name for name, _ in short_names()} | {"JUDGEMENT", "UNKNOWN", "RUN"}
    named = {source for note in NOTES.values() for source in sources(note)}
    assert len(named) > 50
    assert named - known == set()
