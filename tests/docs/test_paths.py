"""Every path of this repository that a document names exists."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
FOLDERS = {path.name for path in ROOT.iterdir() if path.is_dir() and not path.name.startswith(".")}
OTHERS_HAVE_TOO = {"docs", "terraform", "tests"}
"""Folders that a note of ``docs/spec`` also names in other people's repositories."""


def named(text: str, folders: set[str]) -> Iterator[str]:
    """Yield each path in code type that begins with one of ``folders``; ``*`` stands for any name."""
    path = rf"`((?:{'|'.join(sorted(folders))})/[\w./*-]*)[`:# ]"
    yield from (found.rstrip("./") for found in re.findall(path, text))


def documents() -> Iterator[Path]:
    yield from sorted((ROOT / "docs").rglob("*.md"))
    yield from (*sorted(ROOT.glob("*.md")), ROOT / "gtm" / "README.md")


def test_a_path_is_read_up_to_its_end_or_line() -> None:
    assert list(
        named("`local/x.py`, `gtm/` `maps/*.json`, `local/a.py:12`, `a/b`, `maps/<channel>.json`", FOLDERS)
    ) == [
        "local/x.py",
        "gtm",
        "maps/*.json",
        "local/a.py",
    ]


def test_every_path_that_a_document_names_exists() -> None:
    missing, seen = [], 0
    for document in documents():
        folders = FOLDERS - OTHERS_HAVE_TOO if "spec" in document.parts else FOLDERS
        for path in named(document.read_text(encoding="utf-8"), folders):
            seen += 1
            if not any(ROOT.glob(path)):
                missing.append(f"{document.relative_to(ROOT)}: {path}")
    assert missing == []
    assert seen > 100


def test_every_page_that_the_code_names_exists() -> None:
    """Errors and docstrings send their readers to pages."""
    named_pages = {
        page
        for folder in FOLDERS - {"docs", "tests"}
        for file in (ROOT / folder).rglob("*")
        if file.suffix in {".py", ".tf", ".js", ".html"}
        for page in re.findall(r"\bdocs/[a-z0-9/-]+\.(?:md|json)\b", file.read_text(encoding="utf-8"))
    }
    assert len(named_pages) > 10
    assert [page for page in sorted(named_pages) if not (ROOT / page).exists()] == []
