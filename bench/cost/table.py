"""The documentation's tables: what a month costs (``deploy.md``), what an event takes (``performance.md``)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import msgspec

from bench.cost.bill import Bill, Deployment, Measured, bill, log_bytes
from bench.cost.sizes import days, keeps_request_logs, sizes, throughputs
from local.blueprint import worker_of

RECORD = Path(__file__).parent / "measured.json"

ONE_BY_ONE, IN_FILES = "one by one", "in files"
WAYS = {"occasional": ONE_BY_ONE, "steady": f"{ONE_BY_ONE}, steady", "high": f"{ONE_BY_ONE}, high"}
"""How single events come, by Terraform's ``throughput``; files come to any."""

ROWS = (
    (10_000, ONE_BY_ONE),
    (1_000_000, ONE_BY_ONE),
    (1_000_000, WAYS["steady"]),
    (1_000_000, IN_FILES),
    (10_000_000, ONE_BY_ONE),
    (10_000_000, WAYS["steady"]),
    (10_000_000, WAYS["high"]),
    (10_000_000, IN_FILES),
)
COSTS = ("events a day", "how they come", "Cloud Run", "Pub/Sub", "BigQuery, files", "logs", "to Meta", "together")


USES = ("how they come", "events a day", "ingest", "handle", "forward", "reports", "requests", "bytes of logs")


class Record(msgspec.Struct, frozen=True):
    """One run of the measurements, and where it was made."""

    machine: str
    handle_events_per_s: int
    """What one core of it carries of ``bench.handle``, so that another machine can be compared."""
    shapes: list[Measured]


def deployed() -> Deployment:
    """Return the deployment that Terraform's defaults make."""
    retention = days("outcome_retention_days"), days("file_retention_days")
    return Deployment(sizes(), throughputs(), *retention, request_logs=keeps_request_logs())


def bills(record: Record) -> Iterator[tuple[int, str, Bill]]:
    """Yield the bill of each row, from the measurement whose pace is nearest to the row's."""
    for a_day, way in ROWS:
        shapes = [each for each in record.shapes if each.way == way]
        nearest = min(shapes, key=lambda each: abs(each.a_day - a_day))
        yield a_day, way, bill(nearest, a_day, deployed())


def costs(record: Record) -> str:
    """Write the table of dollars as it stands in the documentation."""
    lines = [_line(COSTS), _line(["---"] * len(COSTS))]
    for a_day, way, cost in bills(record):
        parts = (cost.cloud_run, cost.pubsub, cost.storage, cost.logs, cost.internet)
        lines.append(_line([_count(a_day), way, *map(_dollars, parts), f"**{_dollars(cost.total)}**"]))
    return "\n".join(lines) + "\n"


def uses(record: Record) -> str:
    """Write the table of what was measured an event: microseconds of CPU by service, requests, bytes of log entries."""
    lines = [_line(USES), _line(["---"] * len(USES))]
    for shape in record.shapes:
        of = shape.services
        names = ("ingest-files" if shape.files else "ingest-store", "handle", "forward", "ingest-reports")
        services = [of[name] if name in of else of[worker_of(name)] for name in names]
        requests = sum(use.requests for use in of.values())
        pace = "any" if shape.files else _count(round(shape.a_day))
        micros = [f"{_two_digits(use.cpu_seconds * 1e6):,.0f}" for use in services]
        lines.append(
            _line(
                [
                    shape.way,
                    pace,
                    *micros,
                    f"{requests:.2g}",
                    f"{_two_digits(log_bytes(shape, request_logs=deployed().request_logs)):,.0f}",
                ]
            )
        )
    return "\n".join(lines) + "\n"


def _line(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _count(events: int) -> str:
    million = 1_000_000
    return f"{events // million} million" if events >= million else f"{events // 1000} thousand"


def _dollars(amount: float) -> str:
    return f"{_two_digits(amount):,.0f}" if amount >= 1 else "0" if amount < 0.1 else f"{amount:.1f}"


def _two_digits(figure: float) -> float:
    """Round to as much as an estimate has."""
    return float(f"{figure:.2g}")
