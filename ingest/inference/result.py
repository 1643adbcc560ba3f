"""What is told of a file: a map as it would be written, the reasons for it, and what a person has to decide."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal

from ingest.events.plan import REQUIRED
from ingest.values.fields import find

Confidence = Literal["certain", "likely"]


@dataclass(frozen=True)
class Guess:
    """One thing that the map says: of which field, from which column, how sure, and why."""

    field: str
    place: str
    confidence: Confidence
    why: str


@dataclass(frozen=True)
class Unsure:
    """A column, or a question, that was left out, and what would settle it."""

    place: str
    why: str


@dataclass
class Inference:
    """A map as it would be written, and the reasons for it."""

    entries: dict[str, Any] = field(default_factory=dict)
    guesses: list[Guess] = field(default_factory=list)
    unsure: list[Unsure] = field(default_factory=list)
    refused: str | None = None
    """Why the map would be refused as it stands; a person has to complete it first."""

    @property
    def is_complete(self) -> bool:
        """Whether the map has all that every event needs, and a currency where it has amounts."""
        given = {find(name) for name in (*self.entries.get("columns", {}), *self.entries.get("defaults", {}))}
        needed = {find(name) for name in REQUIRED}
        if find("custom_data.value") in given:
            needed.add(find("custom_data.currency"))
        return self.refused is None and ("preset" in self.entries or needed <= given)

    def ask(self, place: str, why: str) -> None:
        """Leave something to a person."""
        self.unsure.append(Unsure(place, why))

    def guess(self, field: str, place: str, confidence: Confidence, why: str) -> None:
        """Give a reason for what the map says."""
        self.guesses.append(Guess(field, place, confidence, why))
