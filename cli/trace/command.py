"""``omnicapi trace``: what became of an event, an order, or the events of one request to Meta."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from cli.state import STATE
from cli.trace.local_trail import LocalTrail
from omnicapi.messages import Outcome

NOT_FOUND = 1
"""Exit code where nothing is known of the id."""


def trace(
    key: Annotated[str, typer.Argument(help="An event id, an order id or an fbtrace_id.")],
    table: Annotated[
        str | None, typer.Option(envvar="OUTCOMES_TABLE", help="BigQuery table of a deployment: project.dataset.table.")
    ] = None,
    trail: Annotated[Path, typer.Option(help="Trail file of the local stack.")] = STATE / "outcomes.jsonl",
) -> None:
    """Say what became of an event, an order or a request to Meta, and why.

    Exit code: 0 found, 1 nothing is known of it, 2 the trail cannot be read.
    """
    outcomes = list(_find(key, table, trail))
    for outcome in outcomes:
        _show(outcome)
    if not outcomes:
        typer.echo(f"Nothing is known of {key}: it has no outcome yet, or never came in.", err=True)
        raise typer.Exit(NOT_FOUND)


def _find(key: str, table: str | None, trail: Path) -> list[Outcome]:
    if table is not None:
        from cli.trace.bigquery_trail import BigQueryTrail, bigquery_rows  # noqa: PLC0415 - an extra's library

        return list(BigQueryTrail(table, bigquery_rows()).find(key))
    return list(LocalTrail(trail).find(key))


def _show(outcome: Outcome) -> None:
    decided = datetime.fromtimestamp(outcome.decided_ms / 1000, UTC).isoformat(timespec="seconds")
    lines = [
        f"{outcome.verdict} by {outcome.stage} at {decided}",
        f"  event     {outcome.event_name} {outcome.event_id}"
        + (f", order {outcome.order_id}" if outcome.order_id else ""),
        f"  from      {outcome.channel}, {outcome.origin.text()}",
    ]
    if outcome.dataset or outcome.fbtrace_id:
        lines.append(f"  Meta      dataset {outcome.dataset}, fbtrace_id {outcome.fbtrace_id or 'none'}")
    if outcome.reason:
        field = f" ({outcome.field})" if outcome.field else ""
        code = f", Meta's code {outcome.code}" if outcome.code else ""
        lines.append(f"  because   {outcome.reason}{field}{code}: {outcome.message}")
    if outcome.warnings:
        lines.append(f"  left out  {', '.join(outcome.warnings)}")
    typer.echo("\n".join(lines))
