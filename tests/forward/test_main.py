"""One command, two ways in. That each of them then takes signals is shown by the storm."""

from __future__ import annotations

import pytest

from forward.__main__ import main
from omnicapi.errors import BadSettings

LEAST = {"GOOGLE_CLOUD_PROJECT": "p"}


def started(environ: dict[str, str]) -> list[str]:
    """Return the command line that the process becomes."""
    became: list[tuple[str, list[str]]] = []
    main(environ, lambda program, command: became.append((program, command)))
    [(program, command)] = became
    assert program == command[0]
    return command


def test_without_a_word_about_it_the_server_starts() -> None:
    assert started(LEAST)[-1] == "forward.app:create_app()"
    assert started({**LEAST, "INTAKE": "push"}) == started(LEAST)


def test_the_setting_makes_it_the_worker() -> None:
    assert started({**LEAST, "INTAKE": "pull"})[1:] == ["-m", "forward.worker"]


def test_what_cannot_be_used_is_named_before_anything_starts() -> None:
    with pytest.raises(BadSettings, match=r"INTAKE: .*\n.*META_READ_TIMEOUT"):
        started({**LEAST, "INTAKE": "both", "META_READ_TIMEOUT": "0"})
