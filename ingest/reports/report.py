"""The report of a file: what became of its rows, in figures and examples; never what stood in a cell."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Any

import msgspec

from ingest.reports.page import Page
from ingest.reports.row_outcome import RowOutcome, is_settled, verdict
from ingest.reports.summary import File, Summary

EXAMPLES = 5
"""Rows that are named of those with the same reason."""

TRACES = 1000
"""fbtrace_ids in a report; every row's own is in the outcomes table."""


class Example(msgspec.Struct):
    """One row, and what to do about it; the message names the cell."""

    row: int
    message: str


class Reason(msgspec.Struct, kw_only=True):
    """Rows that were not sent for the same reason; their numbers as far as they are named."""

    verdict: str
    stage: str
    reason: str
    field: str | None
    code: str | None = None
    rows: int = 0
    examples: list[Example] = []


class Moment(msgspec.Struct):
    """One line of the time line: Unix milliseconds, UTC."""

    what: str
    first_ms: int
    last_ms: int


class Report(msgspec.Struct, kw_only=True):
    """What ``report.json`` holds. ``complete`` says that nothing more will change."""

    file: str
    generation: int
    bucket: str
    channel: str | None
    complete: bool
    dry_run: bool
    rows: int | None
    """Rows of the file that must end in an outcome; absent while it is being read."""
    accounted: int
    verdicts: dict[str, int]
    reasons: list[Reason]
    warnings: dict[str, int]
    """Values that were left out or mended in rows that were sent, ``field:reason``."""
    coverage: dict[str, int]
    """In how many of the rows that were sent each identifier of the customer was."""
    datasets: dict[str, int]
    fbtrace_ids: list[str]
    time_line: list[Moment]
    error: str | None
    notes: list[str] = []
    """What a person should know of how the file was read."""
    rejected_file: str | None = None
    rejected_lacking: str | None = None
    """Why rows to mend are not in ``rejected_file``, or why there is none, and what to do instead."""


class Counting:
    """Adds pages up; keeps no more than the figures and examples of a report."""

    def __init__(self) -> None:
        self.verdicts: Counter[str] = Counter()
        self.warnings: Counter[str] = Counter()
        self.coverage: Counter[str] = Counter()
        self.datasets: Counter[str] = Counter()
        self.traces: dict[str, int] = {}
        self.times: dict[str, tuple[int, int]] = {}
        self.first: int | None = None
        self._reasons: dict[tuple[str | None, ...], Reason] = {}

    def add(self, page: Page) -> None:
        """Add a page; pages come in the order of their rows."""
        self.traces.update(page.traces)
        for stage, (first, last) in page.times.items():
            known = self.times.get(stage, (first, last))
            self.times[stage] = (min(first, known[0]), max(last, known[1]))
        for outcomes, rows in page.ways():
            self.first = min(rows[0], rows[0] if self.first is None else self.first)
            if is_settled(outcomes):
                self._settled(outcomes, rows)

    def _settled(self, outcomes: list[RowOutcome], rows: list[int]) -> None:
        self.verdicts[verdict(outcomes)] += len(rows)
        for name in dict.fromkeys(name for one in outcomes for name in one.identifiers):
            self.coverage[name] += len(rows)
        for one in outcomes:
            if one.verdict in {"sent", "ready"}:
                self.datasets[one.dataset or ""] += len(rows)
                self.warnings.update({_brief(warning): len(rows) for warning in one.warnings})
            else:
                self._refused(one, rows)

    def _refused(self, one: RowOutcome, rows: list[int]) -> None:
        key = (one.verdict, one.stage, one.reason, one.field, one.code)
        known = self._reasons.get(key)
        if known is None:
            known = self._reasons[key] = Reason(
                verdict=one.verdict, stage=one.stage, reason=one.reason or "", field=one.field, code=one.code
            )
        known.rows += len(rows)
        examples = [*known.examples, *(Example(row, one.text(row)) for row in rows[:EXAMPLES])]
        known.examples = sorted(examples, key=lambda example: example.row)[:EXAMPLES]

    def reasons(self) -> list[Reason]:
        """Return the reasons, what concerns most rows first; what is to be mended before what was dropped."""
        return sorted(self._reasons.values(), key=lambda reason: (reason.verdict != "rejected", -reason.rows))


def _brief(warning: str) -> str:
    return ":".join(warning.split(":")[:2])


def report(file: File, summary: Summary | None, pages: Iterable[Page]) -> tuple[Report, Counting]:
    """Return the report of a file as far as it has come."""
    counting = Counting()
    for page in pages:
        counting.add(page)
    accounted = counting.verdicts.total()
    made = Report(
        file=file.object,
        generation=file.generation,
        bucket=file.bucket,
        channel=summary.channel if summary else None,
        complete=summary is not None and accounted >= summary.rows,
        dry_run=file.is_dry_run,
        rows=summary.rows if summary else None,
        accounted=accounted,
        verdicts=dict(counting.verdicts.most_common()),
        reasons=counting.reasons(),
        warnings=dict(counting.warnings.most_common()),
        coverage=dict(counting.coverage.most_common()),
        datasets=dict(counting.datasets.most_common()),
        fbtrace_ids=sorted(counting.traces, key=lambda trace: (counting.traces[trace], trace))[:TRACES],
        time_line=_time_line(summary, counting.times),
        error=summary.error if summary else None,
        notes=summary.notes if summary else [],
    )
    return made, counting


_STAGES = {"ingest": "refused or skipped by ingest", "handle": "judged by handle", "forward": "answered by Meta"}


def _time_line(summary: Summary | None, times: dict[str, tuple[int, int]]) -> list[Moment]:
    read = [Moment("dropped", summary.dropped_ms, summary.dropped_ms)] if summary and summary.dropped_ms else []
    read += [Moment("read to its end", summary.read_ms, summary.read_ms)] if summary else []
    return read + [Moment(_STAGES[stage], *times[stage]) for stage in _STAGES if stage in times]


def as_json(made: Report) -> bytes:
    """Write the report for programs."""
    content: Any = msgspec.json.format(msgspec.json.encode(made), indent=2)
    return bytes(content)
