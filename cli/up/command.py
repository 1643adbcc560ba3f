"""``omnicapi up``: the whole pipeline on this machine until it is told to stop."""

from __future__ import annotations

import threading
from typing import Annotated

import typer

from cli.extras import extra
from cli.state import STATE, StateOption, end_on_sigterm


def up(
    state: StateOption = STATE,
    free_ports: Annotated[
        bool, typer.Option("--free-ports", help="Take any free ports instead of the same ones every time.")
    ] = False,
) -> None:
    """Run the pipeline here until Ctrl-C and say how to use it.

    Services, queues, bucket and Meta's stand-in are those of `omnicapi demo`.
    """
    # Google's clients take a second to load, and the other commands need none of them.
    with extra("local", "The local stack"):
        from cli.up.run import stay_up  # noqa: PLC0415
        from local.addresses import WELL_KNOWN, Addresses  # noqa: PLC0415

    end_on_sigterm()
    stay_up(Addresses.free() if free_ports else WELL_KNOWN, state, threading.Event().wait)
