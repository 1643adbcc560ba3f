"""The template's own repository, from which the gallery takes it."""

from __future__ import annotations

import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from gtm import mirror
from gtm.mirror import Mirror
from tests.gtm.template_file import GTM


def git(checkout: Path, *arguments: str) -> str:
    command = ["git", "-C", str(checkout), *arguments]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    checkout = tmp_path / "mirror"
    checkout.mkdir()
    git(checkout, "init", "--quiet")
    git(checkout, "config", "user.name", "maintainer")
    git(checkout, "config", "user.email", "maintainer@example.com")
    git(checkout, "remote", "add", "origin", "https://git.example/acme/omni-capi-tag.git")
    return checkout


def versions(checkout: Path) -> list[str]:
    return [version["sha"] for version in metadata(checkout)["versions"]]


def metadata(checkout: Path) -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load((checkout / "metadata.yaml").read_text(encoding="utf-8"))
    return found


def test_the_repository_holds_what_the_gallery_asks_for_in_its_root(checkout: Path) -> None:
    Mirror(checkout).publish()
    assert git(checkout, "status", "--porcelain") == ""
    tracked = git(checkout, "ls-files").splitlines()
    assert {"template.tpl", "metadata.yaml", "LICENSE", "README.md", "pictures/fields.svg"} <= set(tracked)
    assert not [name for name in tracked if name.endswith((".py", ".js", ".json"))]


def test_the_metadata_names_the_commit_that_has_this_template(checkout: Path) -> None:
    sha = Mirror(checkout).publish()
    assert versions(checkout) == [sha]
    assert git(checkout, "show", f"{sha}:template.tpl") + "\n" == (GTM / "template.tpl").read_text(encoding="utf-8")
    assert metadata(checkout)["documentation"] == "https://git.example/acme/omni-capi-tag#readme"


def test_a_new_version_stands_before_the_older_ones(checkout: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = Mirror(checkout).publish()
    monkeypatch.setattr(mirror, "HERE", changed(checkout.parent))
    second = Mirror(checkout).publish()
    assert versions(checkout) == [second, first]


def test_without_a_change_there_is_no_new_version(checkout: Path) -> None:
    Mirror(checkout).publish()
    with pytest.raises(subprocess.CalledProcessError):
        Mirror(checkout).publish()


def changed(folder: Path) -> Path:
    """Copy what is mirrored, with another template."""
    copy = folder / "changed"
    git(folder, "init", "--quiet", str(copy))
    for name in ("README.md", "LICENSE", "metadata.yaml"):
        (copy / name).write_bytes((GTM / name).read_bytes())
    (copy / "pictures").mkdir()
    (copy / "template.tpl").write_text("changed", encoding="utf-8")
    return copy
