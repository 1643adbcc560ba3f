"""``omnicapi normalise``: what becomes of one value of customer information, or of a stream of them."""

from __future__ import annotations

import sys
import time
from typing import Annotated

import typer


def normalise(
    field: Annotated[
        str | None, typer.Argument(help="Meta's key: em, ph, fn, ln, ge, db, ct, st, zp, country, …")
    ] = None,
    value: Annotated[str | None, typer.Argument(help="The value as the source writes it.")] = None,
    country: Annotated[
        str | None, typer.Option(help="Where the value is from, for phones, states and ZIP codes: BR or Brazil.")
    ] = None,
    explain: Annotated[bool, typer.Option("--explain", help="Show each step and what it gave.")] = False,
    jsonl: Annotated[
        bool, typer.Option("--jsonl", help="Read JSON lines from standard input, answer each with a JSON line.")
    ] = False,
) -> None:
    """Normalise and hash customer information as the pipeline does, at this moment.

    `--jsonl` reads `{"field": "ph", "input": "(11) 98765-4321", "country": "BR"}` and writes
    `{"normalised": …, "sha256": …, "reason": …}`: `sha256` is the hash that is sent, null for fields that are sent as
    they are; `normalised` is null for a value that arrives hashed, because nobody can know it; both are null where the
    value is refused, and `reason` says why (or what was mended). Birth dates, `fbc` and
    `fbp` are judged by this machine's clock.

    Exit code: 0 the value is sent, 1 it is refused, 2 it could not be tried; with `--jsonl` always 0.
    """
    # phonenumbers and the country tables take a moment to load, and the other commands need none of them.
    from cli.normalise.lines import normalise_lines, show_one  # noqa: PLC0415

    if jsonl:
        if field is not None:
            raise typer.BadParameter("give either FIELD and VALUE or --jsonl")
        normalise_lines(sys.stdin.buffer, sys.stdout.buffer, time.time)
        return
    if field is None or value is None:
        raise typer.BadParameter("give a field and a value, or --jsonl")
    if not show_one(field, value, country, time.time, explain=explain):
        raise typer.Exit(1)
