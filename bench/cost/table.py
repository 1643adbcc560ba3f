"""The table of ``docs/deploy.md``: what the pipeline costs a month, by events a day and how they come."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import msgspec

from bench.cost.bill import Bill, Deployment, Measured, bill
from bench.cost.sizes import days, sizes, worker

RECORD = Path(__file__).parent / "measured.json"

ONE_BY_ONE, PULLED, IN_FILES = "one by one", "one by one, pulled", "in files"

ROWS = (
    (10_000, ONE_BY_ONE),
    (1_000_000, ONE_BY_ONE),
    (1_000_000, IN_FILES),
    (10_000_000, ONE_BY_ONE),
    (10_000_000, PULLED),
    (10_000_000, IN_FILES),
)
HEADER = ("events a day", "how they come", "Cloud Run", "Pub/Sub", "BigQuery, files", "logs", "to Meta", "together")


class Record(msgspec.Struct, frozen=True):
    """One run of the measurements, and where it was made."""

    machine: str
    handle_events_per_s: int
    """What one core of it carries of ``bench.handle``, so that another machine can be compared."""
    shapes: list[Measured]


def deployed() -> Deployment:
    """Return the deployment that Terraform's defaults make."""
    return Deployment(sizes(), worker(), days("outcome_retention_days"), days("file_retention_days"))


def bills(record: Record) -> Iterator[tuple[int, str, Bill]]:
    """Yield the bill of each row, from the measurement whose pace is nearest to the row's."""
    for a_day, way in ROWS:
        shapes = [each for each in record.shapes if each.way == way]
        nearest = min(shapes, key=lambda each: abs(each.a_day - a_day))
        yield a_day, way, bill(nearest, a_day, deployed())


def markdown(record: Record) -> str:
    """Write the table as it stands in the documentation."""
    lines = [_line(HEADER), _line(["---"] * len(HEADER))]
    for a_day, way, cost in bills(record):
        parts = (cost.cloud_run, cost.pubsub, cost.storage, cost.logs, cost.internet)
        lines.append(_line([_count(a_day), way, *map(_dollars, parts), f"**{_dollars(cost.total)}**"]))
    return "\n".join(lines) + "\n"


def _line(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _count(events: int) -> str:
    million = 1_000_000
    return f"{events // million} million" if events >= million else f"{events // 1000} thousand"


def _dollars(amount: float) -> str:
    """Two digits are as much as an estimate has."""
    return f"{float(f'{amount:.2g}'):,.0f}" if amount >= 1 else "0" if amount < 0.1 else f"{amount:.1f}"
