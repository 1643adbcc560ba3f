"""The report of a file without a cloud: ingest and handle in one process, and the reports' own code."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from rich.console import Console, Group, RenderableType
from rich.table import Table
from rich.text import Text

from cli.preview.previews import PreviewInput
from handle.step import Setup, handle
from ingest.preview import from_file
from ingest.reports.page import Page, first_of
from ingest.reports.report import Reason, Report, report
from ingest.reports.summary import File, Summary
from ingest.rows.noticed import Noticed
from ingest.storage.channel import PREVIEW
from omnicapi.errors import UnreadableFile
from omnicapi.messages import Event, Outcome

_BATCH = 500
"""Outcomes that are added to a page together."""


def file_report(source: PreviewInput, setup: Setup, now: int, tell: Callable[[int], None]) -> Report:
    """Return the report of a dry run of ``source``, which is a file; ``now`` is Unix seconds, UTC.

    ``tell`` is told how many rows were judged each time there are some more. Raises PermanentError or BadMap where
    nothing of the file can be read.
    """
    pages: dict[int, Page] = {}
    rows, error, channel, batch = 0, None, None, list[Outcome]()
    noticed = Noticed()
    try:
        for one in from_file(source.path, source.maps(), source.channel, now * 1000, noticed):
            rows += len(one.origin.rows) or 1
            channel = one.channel
            batch += _outcomes(one, setup, now)
            if len(batch) >= _BATCH:
                _add(pages, batch)
                tell(rows)
                batch = []
    except UnreadableFile as unreadable:
        if not rows:
            raise
        error = str(unreadable)
    _add(pages, batch)
    tell(rows)
    file = File("", f"{PREVIEW}{source.path.name}", 0)
    size, read_ms = source.path.stat().st_size, now * 1000
    summary = Summary(
        object=file.object,
        generation=0,
        size=size,
        channel=channel,
        rows=rows,
        dropped_ms=read_ms,
        read_ms=read_ms,
        error=error,
        notes=noticed.lines(),
    )
    return report(file, summary, (pages[first] for first in sorted(pages)))[0]


def _outcomes(one: Event | Outcome, setup: Setup, now: int) -> list[Outcome]:
    if isinstance(one, Event):
        one.dry_run = True
        outcomes = handle([one], setup, now).outcomes
    else:
        outcomes = [one]
    for outcome in outcomes:
        outcome.decided_ms = now * 1000
    return outcomes


def _add(pages: dict[int, Page], outcomes: list[Outcome]) -> None:
    rows = {row for outcome in outcomes for row in outcome.origin.rows or (outcome.origin.row or 0,)}
    for first in sorted(map(first_of, rows)):
        pages.setdefault(first, Page(first)).add(outcomes)


def show(made: Report, console: Console) -> None:
    """Print a report for people."""
    console.print(Group(*_shown(made)))


def _shown(made: Report) -> Iterator[RenderableType]:
    counts = ", ".join(f"{count:,} {verdict}" for verdict, count in made.verdicts.items()) or "none"
    rows = f"{made.rows:,} row{'s' * (made.rows != 1)}"
    yield Text(f"{made.file.removeprefix(PREVIEW)} (channel {made.channel}): {rows}: {counts}.")
    yield Text("Nothing was sent.")
    if made.error:
        yield Text(f"The file cannot be read to its end: {made.error}")
    yield from map(Text, made.notes)
    if made.reasons:
        yield _reasons(made)
    if made.coverage:
        yield _counted("What the rows that are ready say about the customer", "Identifier", made.coverage, made)
    if made.warnings:
        yield _counted("Left out or mended in them", "Field and reason", made.warnings, made)


def _reasons(made: Report) -> Table:
    table = Table("Verdict", "Reason", "First rows", title="What is not ready, and why", title_justify="left")
    table.add_column("Rows", justify="right")
    for reason in made.reasons:
        name = f"{reason.reason} ({reason.field})" if reason.field else reason.reason
        table.add_row(*map(Text, (f"{reason.verdict} by {reason.stage}", name, _examples(reason), f"{reason.rows:,}")))
    return table


def _examples(reason: Reason) -> str:
    """Return a line per message, with the rows it was said of."""
    rows: dict[str, list[str]] = {}
    for example in reason.examples:
        rows.setdefault(example.message, []).append(f"{example.row}")
    return "\n".join(f"row{'s' * (len(of) > 1)} {', '.join(of)}: {message}" for message, of in rows.items())


def _counted(title: str, what: str, counts: dict[str, int], made: Report) -> Table:
    ready = made.verdicts.get("ready", 0)
    table = Table(what, title=title, title_justify="left")
    table.add_column("Rows", justify="right")
    table.add_column("Share", justify="right")
    for name, count in counts.items():
        table.add_row(Text(name), f"{count:,}", f"{100 * count / ready:.1f} %" if ready else "–")
    return table
