from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from local.samples.files import sample_files

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
COMMANDS = [
    line for block in re.findall(r"```sh\n(.*?)```", README, re.DOTALL) for line in block.splitlines() if line.strip()
]
RECURSIVE = "make test"
"""The one command that this test is a part of."""


def test_the_readme_shows_how_to_run_and_how_to_test() -> None:
    assert COMMANDS[0] == "make demo"
    assert RECURSIVE in COMMANDS


def test_ci_runs_the_readmes_test_command() -> None:
    assert RECURSIVE in (ROOT / ".ci" / "run").read_text(encoding="utf-8").splitlines()


@pytest.mark.stack
@pytest.mark.parametrize("command", [command for command in COMMANDS if command != RECURSIVE])
def test_a_command_of_the_readme_does_what_it_says(command: str, tmp_path: Path) -> None:
    for name in ("Makefile", "hatch_build.py", "pyproject.toml", "uv.lock"):
        (tmp_path / name).symlink_to(ROOT / name)
    link_environment(ROOT / ".venv", tmp_path / ".venv")
    store = next(file for file in sample_files(1_795_000_000) if file.name.endswith(".csv"))
    (tmp_path / "my-file.csv").write_bytes(store.content)

    ran = subprocess.run(command, check=False, shell=True, cwd=tmp_path, capture_output=True, text=True, timeout=240)

    # A preview of faulty rows ends with 1: it did its work, and some rows need mending.
    assert ran.returncode in ({0, 1} if "preview" in command else {0}), ran.stdout + ran.stderr
    assert ran.stdout.strip()


def link_environment(of: Path, at: Path) -> None:
    """Give a directory the environment that runs this test, with a stamp of its own.

    Else `make` would renew the shared one from a directory without the sources, where its stamp is older than the lock.
    """
    at.mkdir()
    for entry in of.iterdir():
        if entry.name != ".installed":
            (at / entry.name).symlink_to(entry)
    (at / ".installed").touch()


def test_every_page_the_readme_links_to_exists() -> None:
    linked = re.findall(r"\]\(([^)#:]+)\)", README)

    assert linked
    assert [page for page in linked if not (ROOT / page).exists()] == []


def test_the_documents_link_only_to_pages_that_exist() -> None:
    missing = [
        f"{page.relative_to(ROOT)} -> {link}"
        for page in (ROOT / "docs").rglob("*.md")
        for link in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", page.read_text(encoding="utf-8"))
        if not (page.parent / link).exists()
    ]

    assert missing == []


def test_make_needs_nothing_but_python() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    recipes = "\n".join(line for line in makefile.splitlines() if line.startswith("\t"))

    assert shutil.which("make") is not None
    assert not re.search(r"\b(docker|gcloud|java|node|npm)\b", recipes)
