"""``omnicapi doctor``: every check in turn, a line each, and what mends what does not pass."""

from __future__ import annotations

from collections import Counter
from typing import Annotated

import msgspec
import typer

from cli.doctor.finding import Finding
from cli.options import Instance
from local.addresses import WELL_KNOWN
from local.services import DATASET
from omnicapi.supplied import supplied

ILL = 1
"""Exit code where a check failed."""

_COLOURS = {"pass": "green", "warn": "yellow", "fail": "red", "skip": "blue"}


def doctor(
    project: Annotated[
        str | None, typer.Option(envvar="GOOGLE_CLOUD_PROJECT", help="The deployment's project.")
    ] = None,
    instance: Instance = "",
    dataset: Annotated[
        list[str] | None, typer.Option(envvar="META_DATASET_ID", help="Dataset to try the token on; may be repeated.")
    ] = None,
    maps: Annotated[str | None, typer.Option(envvar="MAPS", help="Maps: a directory, or gs://bucket/maps.")] = None,
    bucket: Annotated[str | None, typer.Option(help="The bucket that files are dropped into.")] = None,
    local: Annotated[
        bool, typer.Option("--local", help="Look at the stack of `omnicapi up` instead, on its usual ports.")
    ] = False,
    json: Annotated[bool, typer.Option("--json", help="One JSON object a check.")] = False,
) -> None:
    """Check a deployment from outside: queues, grants, tokens, API version, clock, maps and bucket.

    The token is read as forward reads it: from META_ACCESS_TOKEN or META_ACCESS_TOKENS_DIR. Nothing is changed and no
    event is counted. A dataset, maps or a bucket that is not named is not looked at; nor is the bucket of
    the local stack, whose stand-in announces files by itself.

    Exit code: 0 nothing failed, 1 something did, 2 the settings cannot be used.
    """
    # Google's clients take a second to load, and the other commands need none of them.
    from cli.doctor.checkup import checkup  # noqa: PLC0415
    from cli.doctor.target import deployment, local_stack  # noqa: PLC0415

    if local:
        target, dataset, maps, bucket = local_stack(WELL_KNOWN), [DATASET], maps or str(supplied("maps")), None
    elif project:
        target = deployment(project, instance)
    else:
        raise typer.BadParameter("say which project, or --local", param_hint="--project")
    counts: Counter[str] = Counter()
    for finding in checkup(target, dataset or [], maps, bucket):
        counts[finding.status] += 1
        _show(finding, json=json)
    if not json:
        typer.echo(", ".join(f"{counts[status]} {status}" for status in _COLOURS if counts[status]))
    if counts["fail"]:
        raise typer.Exit(ILL)


def _show(finding: Finding, *, json: bool) -> None:
    if json:
        typer.echo(msgspec.json.encode(finding))
        return
    typer.echo(f"{typer.style(finding.status, _COLOURS[finding.status])}  {finding.check}: {finding.text}")
    if finding.fix:
        typer.echo(f"      fix: {finding.fix}")
