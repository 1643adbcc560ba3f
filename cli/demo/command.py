"""``omnicapi demo``: sample files and events through the whole pipeline on this machine."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from cli.extras import extra
from cli.state import STATE, StateOption, end_on_sigterm


def demo(
    state: StateOption = STATE,
    terraform: Annotated[
        Path | None,
        typer.Option(
            help="Run what Terraform wires: the output of `terraform show -json`.", exists=True, dir_okay=False
        ),
    ] = None,
) -> None:
    """Carry sample files and events through the pipeline here and show what becomes of each.

    Meta is a stand-in that enforces its documented rules. The samples hold a few faults, Meta fails for a moment and
    refuses one event, so that retry and isolation are seen at work.

    Exit code: 0 if every event is accounted for, else 1.
    """
    # Google's clients take a second to load, and the other commands need none of them.
    with extra("local", "The demo"):
        from cli.demo.run import demonstrate  # noqa: PLC0415

    typer.echo("Starting the services and the stand-ins …")
    end_on_sigterm()
    if not demonstrate(state, terraform):
        raise typer.Exit(1)
