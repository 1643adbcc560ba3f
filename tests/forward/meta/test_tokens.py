"""Each dataset has its token, read anew from its file, and no text shows one."""

from __future__ import annotations

import io
from pathlib import Path

import pytest

from forward.meta.tokens import Tokens
from omnicapi.errors import MetaRefusedUs, MetaUnavailable
from omnicapi.settings import Secret
from omnicapi.storage.found import MOST_SECRET_BYTES
from omnicapi.storage.gzipped import unpacked

DEFAULT = Secret("default")


def write(directory: Path, dataset: str, token: bytes) -> Path:
    """Mount a token as Cloud Run mounts a secret."""
    path = directory / dataset / "token"
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(token)
    return path


def test_a_file_of_its_own_wins_over_the_default(tmp_path: Path) -> None:
    write(tmp_path, "1", b"own")
    tokens = Tokens(DEFAULT, str(tmp_path))
    assert tokens.of("1") == Secret("own")
    assert tokens.of("2") == DEFAULT


def test_a_new_version_of_the_file_is_seen_at_once(tmp_path: Path) -> None:
    tokens = Tokens(DEFAULT, str(tmp_path))
    for text in ("a", "b"):
        file = write(tmp_path, "1", text.encode())
        assert tokens.of("1").reveal() == text
    file.unlink()
    assert tokens.of("1") == DEFAULT


@pytest.mark.parametrize("text", ["\ufefftoken", "token\r\n", "  token\n\n"])
def test_what_editors_and_shells_add_around_a_token_is_left_out(tmp_path: Path, text: str) -> None:
    write(tmp_path, "1", text.encode())
    assert Tokens(None, str(tmp_path)).of("1").reveal() == "token"


@pytest.mark.parametrize("dataset", ["../secret", "secret", "", "²"])
def test_only_a_dataset_id_is_a_file_name(tmp_path: Path, dataset: str) -> None:
    folder = tmp_path / "tokens"
    folder.mkdir()
    write(tmp_path, "secret", b"not for you")
    write(folder, "secret", b"not for you")
    write(folder, "²", b"not for you")
    assert Tokens(DEFAULT, str(folder)).of(dataset) == DEFAULT


def test_a_missing_token_says_where_to_put_one(tmp_path: Path) -> None:
    write(tmp_path, "1", b"\n")
    for tokens in (Tokens(None), Tokens(None, str(tmp_path))):
        with pytest.raises(MetaRefusedUs, match="META_ACCESS_TOKENS_DIR"):
            tokens.of("1")


def test_a_file_that_is_no_text_is_a_setting_to_mend(tmp_path: Path) -> None:
    write(tmp_path, "1", b"\x89PNG\r\n\x1a\n\x00")
    with pytest.raises(MetaRefusedUs, match="dataset 1"):
        Tokens(DEFAULT, str(tmp_path)).of("1")


def test_a_file_that_cannot_be_read_is_told_and_the_default_does_not_take_its_place(tmp_path: Path) -> None:
    (tmp_path / "1" / "token").mkdir(parents=True)
    with pytest.raises(MetaRefusedUs, match=r"dataset 1 cannot be used: .*1/token cannot be read: Is a directory"):
        Tokens(DEFAULT, str(tmp_path)).of("1")
    write(tmp_path, "2", b"x" * (MOST_SECRET_BYTES + 1))
    with pytest.raises(MetaRefusedUs, match=r"dataset 2 cannot be used: .* larger than 65,536 bytes"):
        Tokens(DEFAULT, str(tmp_path)).of("2")


def test_a_file_that_changes_all_the_time_is_waited_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = write(tmp_path, "1", b"own")

    def meanwhile(stream: io.BufferedReader) -> io.BufferedReader:
        file.write_bytes(file.read_bytes() + b"!")
        return unpacked(stream)

    monkeypatch.setattr("omnicapi.storage.found.unpacked", meanwhile)
    with pytest.raises(MetaUnavailable, match="replaced or deleted while it was read"):
        Tokens(DEFAULT, str(tmp_path)).of("1")
