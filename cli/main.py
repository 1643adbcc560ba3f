"""``omnicapi``: the commands in one place, and how they end when something goes wrong."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from cli.dead_letters.commands import dead_letters, replay
from cli.demo.command import demo
from cli.doctor.command import doctor
from cli.maps.commands import maps
from cli.normalise.command import normalise
from cli.preview.command import preview
from cli.trace.command import trace
from cli.up.command import up
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


def _show_version(wanted: bool) -> None:
    if wanted:
        from importlib.metadata import version  # noqa: PLC0415 - no other command needs it

        typer.echo(f"omnicapi {version('omnicapi')}")
        raise typer.Exit


@app.callback()
def _options(
    version: Annotated[
        bool, typer.Option("--version", callback=_show_version, is_eager=True, help="Show the version and exit.")
    ] = False,
) -> None:
    pass


for command in (demo, up, preview, normalise, trace, replay, doctor):
    app.command()(command)
app.add_typer(dead_letters, name="dead-letters")
app.add_typer(maps, name="maps")


def main() -> None:
    """Run the command line; errors raised on purpose become one message on standard error and exit code 2.

    So does a lack of Google's credentials, which every command that asks a cloud meets first.
    """
    try:
        app()
    except OmniCapiError as error:
        told = str(error)
    except Exception as error:
        google = sys.modules.get("google.auth.exceptions")
        if google is None or not isinstance(error, google.DefaultCredentialsError):
            raise
        told = "there are no credentials of Google Cloud here; say `gcloud auth application-default login`."
    else:
        return
    sys.stderr.write(f"omnicapi: {told}\n")
    sys.exit(UNUSABLE)
