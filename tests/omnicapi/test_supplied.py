from pathlib import Path

import pytest

from omnicapi import supplied


def test_a_checkout_reads_what_stands_beside_the_packages() -> None:
    assert supplied.supplied("maps") == supplied.ROOT / "maps"
    assert (supplied.supplied("maps") / "presets").is_dir()
    assert supplied.supplied("Dockerfile").is_file()


def test_an_installed_wheel_reads_its_own_copies(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(supplied, "_COPIES", tmp_path)
    assert supplied.supplied("maps") == tmp_path / "maps"
