"""``omnicapi``: the commands in one place, and how they end when something goes wrong."""

from __future__ import annotations

import sys

import typer

from cli.dead_letters.commands import dead_letters, replay
from cli.demo import demo
from cli.doctor.command import doctor
from cli.maps.commands import maps
from cli.normalise import normalise
from cli.preview import preview
from cli.trace.command import trace
from cli.up import up
from omnicapi.errors import OmniCapiError

UNUSABLE = 2
"""Exit code where the input or the settings cannot be used; the same as for a wrong option."""

app = typer.Typer(
    help="One pipeline on Google Cloud between a client's channels and Meta's Conversions API.",
    epilog="Start with: omnicapi demo",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode="markdown",
    # Python's own traceback: one with local variables would print customer information.
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
for command in (demo, up, preview, normalise, trace, replay, doctor):
    app.command()(command)
app.add_typer(dead_letters, name="dead-letters")
app.add_typer(maps, name="maps")


def main() -> None:
    """Run the command line; errors raised on purpose become one message on standard error and exit code 2."""
    try:
        app()
    except OmniCapiError as error:
        sys.stderr.write(f"omnicapi: {error}\n")
        sys.exit(UNUSABLE)
