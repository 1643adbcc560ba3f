"""``omnicapi maps check`` and ``omnicapi maps infer``."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

maps = typer.Typer(help="Check a map against a file, or work one out of a file.", no_args_is_help=True)

_File = Annotated[
    Path, typer.Argument(metavar="FILE", help="A file as it would be dropped.", exists=True, dir_okay=False)
]
_Json = Annotated[bool, typer.Option("--json", help="One JSON object, for programs.")]


@maps.command()
def check(
    map_: Annotated[str, typer.Argument(metavar="MAP|CHANNEL", help="A map's file, or a channel of maps/.")],
    file: _File,
    as_json: _Json = False,
) -> None:
    """Say what a map makes of a file: which columns it reads, which it does not, and which cells cannot be read.

    Nothing is sent and no cell's value is shown.

    Exit code: 0 all of the file is read, 1 some of it is not, 2 the map or the file cannot be used.
    """
    # The readers take a moment to load, and the other commands need none of them.
    from cli.maps.check import check_file, write_json, write_tables  # noqa: PLC0415

    found = check_file(map_, file)
    (write_json if as_json else write_tables)(found, sys.stdout)
    raise typer.Exit(0 if found.is_fine else 1)


@maps.command()
def infer(file: _File, as_json: _Json = False) -> None:
    """Work a map out of a file's headers and values, and explain each guess.

    The map goes to standard output, the reasons to standard error; what is not certain is left out and said. Headers
    are known in English, Portuguese, Spanish, French, German and Italian. No cell's value is shown. What `maps check`
    would refuse, for want of a time for example, goes to standard error as a draft.

    Exit code: 0 the map has all that every event needs, and a currency with amounts, 1 something is missing, 2 the file
    cannot be used.
    """
    from cli.maps.infer import infer_file, write_json, write_map  # noqa: PLC0415

    found = infer_file(file)
    if as_json:
        write_json(found, sys.stdout)
    else:
        write_map(found, sys.stdout, sys.stderr)
    raise typer.Exit(0 if found.is_complete else 1)
