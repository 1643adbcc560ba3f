"""Where the commands that run the stack write, and how they end on SIGTERM."""

from __future__ import annotations

import signal
from pathlib import Path
from types import FrameType
from typing import Annotated

import typer

STATE = Path(".omnicapi")
"""In the working directory, which is a checkout's root where ``make`` runs a command."""

StateOption = Annotated[
    Path,
    typer.Option(
        "--state",
        help="Directory for the services' logs and whatever else is written.",
        file_okay=False,
        resolve_path=True,  # the services run in another directory
    ),
]


def end_on_sigterm() -> None:
    """Make SIGTERM end the command as Ctrl-C does: through every ``with``, so that no process is left behind."""
    signal.signal(signal.SIGTERM, _interrupt)


def _interrupt(_number: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt
