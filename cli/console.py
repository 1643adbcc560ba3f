"""Where commands print tables for people."""

from __future__ import annotations

from typing import TextIO

from rich.console import Console

PIPE_WIDTH = 160


def console(output: TextIO | None = None) -> Console:
    """Return a console on ``output``, or on standard output.

    It does not break lines at 80 characters where nobody looks at a terminal.
    """
    terminal = Console(file=output, highlight=False)
    return terminal if terminal.is_terminal else Console(file=output, highlight=False, width=PIPE_WIDTH)
