"""One image, two programs: the setting INTAKE says which."""

from __future__ import annotations

import pytest

from omnicapi.errors import BadSettings
from omnicapi.intake.program import become_program


def became(**environ: str) -> str:
    found: list[tuple[str, list[str]]] = []
    become_program(environ, ("serve", "it"), ("work", "it"), lambda *command: found.append(command))
    [(program, command)] = found
    assert command == [program, "it"]
    return program


def test_without_a_word_it_serves_pushes() -> None:
    assert became() == became(INTAKE="") == became(INTAKE="push") == "serve"


def test_it_pulls_where_it_is_told() -> None:
    assert became(INTAKE="pull") == became(INTAKE=" pull ") == "work"


def test_anything_else_is_refused_and_not_quoted() -> None:
    with pytest.raises(BadSettings, match=r"INTAKE: expected push or pull$"):
        became(INTAKE="secret")
