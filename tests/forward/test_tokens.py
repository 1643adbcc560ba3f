"""Each dataset has its token, read anew from its file, and no text shows one."""

from __future__ import annotations

from pathlib import Path

import pytest

from forward.tokens import Tokens
from omnicapi.errors import MetaRefusedUs
from omnicapi.settings import Secret

DEFAULT = Secret("default")


def test_a_file_of_its_own_wins_over_the_default(tmp_path: Path) -> None:
    (tmp_path / "1").write_text("own")
    tokens = Tokens(DEFAULT, str(tmp_path))
    assert tokens.of("1") == Secret("own")
    assert tokens.of("2") == DEFAULT


def test_a_new_version_of_the_file_is_seen_at_once(tmp_path: Path) -> None:
    tokens = Tokens(DEFAULT, str(tmp_path))
    for text in ("a", "b"):
        (tmp_path / "1").write_text(text)
        assert tokens.of("1").reveal() == text
    (tmp_path / "1").unlink()
    assert tokens.of("1") == DEFAULT


@pytest.mark.parametrize("text", ["\ufefftoken", "token\r\n", "  token\n\n"])
def test_what_editors_and_shells_add_around_a_token_is_left_out(tmp_path: Path, text: str) -> None:
    (tmp_path / "1").write_text(text, encoding="utf-8")
    assert Tokens(None, str(tmp_path)).of("1").reveal() == "token"


@pytest.mark.parametrize("dataset", ["../secret", "secret", "", "²"])
def test_only_a_dataset_id_is_a_file_name(tmp_path: Path, dataset: str) -> None:
    folder = tmp_path / "tokens"
    folder.mkdir()
    (tmp_path / "secret").write_text("not for you")
    (folder / "secret").write_text("not for you")
    (folder / "²").write_text("not for you")
    assert Tokens(DEFAULT, str(folder)).of(dataset) == DEFAULT


def test_a_missing_token_says_where_to_put_one(tmp_path: Path) -> None:
    (tmp_path / "1").write_text("\n")
    for tokens in (Tokens(None), Tokens(None, str(tmp_path))):
        with pytest.raises(MetaRefusedUs, match="META_ACCESS_TOKENS_DIR"):
            tokens.of("1")


def test_a_file_that_is_no_text_is_a_setting_to_mend(tmp_path: Path) -> None:
    (tmp_path / "1").write_bytes(b"\x89PNG\r\n\x1a\n\x00")
    with pytest.raises(MetaRefusedUs, match="dataset 1"):
        Tokens(DEFAULT, str(tmp_path)).of("1")
