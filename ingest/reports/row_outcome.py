"""How a row ended: its outcomes, one per dataset, without what only tells one row from another."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Literal

import msgspec

from omnicapi.messages import Outcome, Stage, Verdict

DUPLICATE = "duplicate"
"""Reason with which forward drops an event that Meta accepted a moment ago from another row."""

_ROW = "{row}"

RowVerdict = Literal["sent", "ready", "rejected", "dropped"]


class RowOutcome(msgspec.Struct, frozen=True, omit_defaults=True, gc=False):
    """An outcome that many rows may share; ``message`` names the row as ``{row}``."""

    stage: Stage
    verdict: Verdict
    reason: str | None = None
    field: str | None = None
    message: str | None = None
    code: str | None = None
    dataset: str | None = None
    datasets: int = 1
    identifiers: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()

    def text(self, row: int) -> str:
        """Return the message about one row."""
        return (self.message or "").replace(_ROW, str(row))


def row_outcome(outcome: Outcome) -> RowOutcome:
    """Return how ``outcome`` says that its rows ended."""
    return RowOutcome(
        stage=outcome.stage,
        verdict=outcome.verdict,
        reason=outcome.reason,
        field=outcome.field,
        message=_without_row(outcome.message, outcome.origin.row),
        code=outcome.code,
        dataset=outcome.dataset,
        datasets=outcome.datasets,
        identifiers=tuple(outcome.identifiers),
        warnings=tuple(outcome.warnings),
    )


def _without_row(message: str | None, row: int | None) -> str | None:
    """Write cell ``F6`` of row 6 as ``F{row}``, so that the same mistake in many rows is one."""
    if message is None or row is None or str(row) not in message:
        return message
    return re.sub(rf"\b([A-Z]{{1,3}}|[Rr]ow ){row}\b", rf"\g<1>{_ROW}", message)


def together(outcomes: Iterable[RowOutcome], more: RowOutcome) -> list[RowOutcome]:
    """Return the outcomes of a row with one more.

    For one dataset the one that counts most wins, whatever comes first: a redelivery, a replay of dead letters and
    outcomes out of order all give the same. What ingest said counts only until a later stage speaks: the event of the
    row had been published before, and ingest, told of the file again, knew it.
    """
    by_dataset = {one.dataset: one for one in outcomes}
    known = by_dataset.get(more.dataset)
    by_dataset[more.dataset] = more if known is None or _weight(more) > _weight(known) else known
    later = [one for one in by_dataset.values() if one.stage != "ingest"]
    return sorted(later or by_dataset.values(), key=lambda one: one.dataset or "")


_WEIGHTS = {"sent": 3, "ready": 3, "rejected": 2, "dropped": 1}


def _weight(one: RowOutcome) -> tuple[bool, int, bytes]:
    return one.stage != "ingest", _WEIGHTS[one.verdict], msgspec.json.encode(one)


def is_settled(outcomes: list[RowOutcome]) -> bool:
    """Say whether a row has an outcome for each dataset its event went to."""
    return len(outcomes) >= max((one.datasets for one in outcomes), default=1)


def verdict(outcomes: Iterable[RowOutcome]) -> RowVerdict:
    """Return what counts for the row: a rejection anywhere is something to mend, else that somebody took it."""
    verdicts = {one.verdict for one in outcomes}
    for first in ("rejected", "sent", "ready"):
        if first in verdicts:
            return first
    return "dropped"


def is_accepted(outcomes: Iterable[RowOutcome]) -> bool:
    """Say whether Meta has the event of a row, so that it must not be sent again."""
    outcomes = list(outcomes)
    known = all(one.verdict == "sent" or one.reason == DUPLICATE for one in outcomes)
    return bool(outcomes) and known
