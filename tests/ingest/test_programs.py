"""One image, one command: the entry points are served, and ``store`` alone can also pull."""

from __future__ import annotations

import pytest

from ingest.__main__ import PUSHED, main
from omnicapi.errors import BadSettings


def started(**environ: str) -> list[str]:
    became: list[list[str]] = []
    main(environ, lambda _, command: became.append(command))
    [command] = became
    return command


@pytest.mark.parametrize("target", ["store", "files", "reports", "collect"])
def test_every_entry_point_is_served_unless_it_is_to_pull(target: str) -> None:
    assert started(FUNCTION_TARGET=target) == started(FUNCTION_TARGET=target, INTAKE="push") == [*PUSHED]


def test_store_pulls_where_it_is_told() -> None:
    assert started(FUNCTION_TARGET="store", INTAKE="pull")[1:] == ["-m", "ingest.worker"]
    assert started(INTAKE="pull")[1:] == ["-m", "ingest.worker"]


@pytest.mark.parametrize("target", ["files", "reports", "collect"])
def test_an_entry_point_that_cannot_pull_says_so_instead_of_pulling_anothers_messages(target: str) -> None:
    with pytest.raises(BadSettings, match="only FUNCTION_TARGET=store can pull"):
        started(FUNCTION_TARGET=target, INTAKE="pull")
