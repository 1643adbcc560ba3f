"""``omnicapi preview``: what would become of a file or of messages, without sending anything."""

from __future__ import annotations

import os
import sys
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from cli.preview.previews import PreviewInput


class Format(StrEnum):
    """How a preview is printed."""

    REPORT = "report"
    TABLE = "table"
    JSONL = "jsonl"


def _moment(text: str) -> datetime:
    """Read a time as ISO 8601 writes it; one that names no zone is UTC."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise typer.BadParameter(f"{text} is no time in ISO 8601, such as 2026-11-23T12:00:00Z.") from None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


_Input = Annotated[
    Path,
    typer.Argument(
        metavar="FILE|-",
        help="A file as it would be dropped, or .json/.jsonl (- for standard input): messages as published, or pushes.",
    ),
]
_Map = Annotated[
    Path | None,
    typer.Option("--map", help="Try this map instead of the channel's own.", exists=True, dir_okay=False),
]


def preview(
    file: _Input,
    channel: Annotated[str | None, typer.Option(help="The channel; else the folder or the name says it.")] = None,
    map_: _Map = None,
    now: Annotated[
        datetime | None, typer.Option(parser=_moment, metavar="ISO-TIME", help="Judge ages as if it were this time.")
    ] = None,
    format_: Annotated[
        Format | None,
        typer.Option("--format", help="The report of a file; a line per event; one JSON object per event."),
    ] = None,
    html: Annotated[
        Path | None, typer.Option(help="Write the report here, as it would lie in the bucket.", dir_okay=False)
    ] = None,
) -> None:
    """Ingest and handle a file or messages here and show what would be sent, rejected or dropped.

    A file gets the report that a dry run in the bucket would write; messages are listed. Nothing leaves this machine.
    Settings of handle count where they are in the environment; without META_DATASET_ID the dataset is a placeholder.

    Exit code: 0 every event is ready, 1 some are not, 2 the input cannot be used.
    """
    # The readers, phonenumbers and the rules take a moment to load, and the other commands need none of them.
    from cli.preview.previews import STANDARD_INPUT, PreviewInput, previews, setup, write_jsonl, write_table  # noqa: PLC0415
    from ingest.rows.noticed import Noticed  # noqa: PLC0415

    if file != STANDARD_INPUT and not file.is_file():
        raise typer.BadParameter(f"there is no file {file}.", param_hint="FILE|-")
    moment = now or datetime.now(UTC)
    source = PreviewInput(file, channel, map_)
    if format_ is Format.REPORT or html or (format_ is None and not source.holds_messages):
        raise typer.Exit(_report(source, int(moment.timestamp()), html))
    noticed = Noticed()
    lines = previews(source, setup(os.environ), int(moment.timestamp()), noticed)
    write = write_jsonl if format_ is Format.JSONL else write_table
    verdicts = write(lines, sys.stdout)
    for note in noticed.lines():
        typer.echo(f"omnicapi: {note}", err=True)
    if not verdicts:
        typer.echo(f"omnicapi: {file} holds no event.", err=True)
        raise typer.Exit(2)
    raise typer.Exit(0 if verdicts.keys() == {"ready"} else 1)


def _report(source: PreviewInput, now: int, html: Path | None) -> int:
    """Print the report of a file and return the exit code."""
    from rich.console import Console  # noqa: PLC0415
    from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn  # noqa: PLC0415

    from cli.console import console  # noqa: PLC0415
    from cli.preview.file_report import file_report, show  # noqa: PLC0415
    from cli.preview.previews import STANDARD_INPUT, setup  # noqa: PLC0415
    from ingest.reports.html import as_html  # noqa: PLC0415

    if source.path == STANDARD_INPUT:
        raise typer.BadParameter("a report is made of a file.", param_hint="FILE|-")
    columns = (SpinnerColumn(), TextColumn("{task.completed:,.0f} rows"), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task("", total=None)
        made = file_report(source, setup(os.environ), now, lambda rows: progress.update(task, completed=rows))
    show(made, console())
    if html is not None:
        html.write_bytes(as_html(made))
    if not made.rows:
        typer.echo(f"omnicapi: {source.path} holds no event.", err=True)
        return 2
    return 0 if made.verdicts.keys() == {"ready"} and not made.error else 1
