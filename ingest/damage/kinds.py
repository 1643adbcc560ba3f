"""The words in which the kinds of damage speak."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from ingest.events.filling import Column
from ingest.events.identifying import IDS
from ingest.events.needed import STRICTEST
from ingest.values.fields import CONSENT, USER, Field, Kind
from omnicapi.errors import Refused

_IDS = {*IDS, "custom_data.item_number"}
"""Texts that tell things apart: with a digit lost two of them become one."""

_NEEDED = {
    *_IDS,
    "event_name",
    "event_time",
    "action_source",
    "custom_data.value",
    "custom_data.currency",
    "original_event_data.event_time",
}
"""Fields without which a row would say something else: it is refused where one of them is damaged."""


@dataclass(frozen=True)
class Site:
    """A cell of every row that is used: its position, the field that it fills, and what its column is called.

    ``keeps_zeros`` says of a column of ids that its ``.0`` was written, not added by a program; ``is_half_swapped`` of
    one of days that a spreadsheet has exchanged day and month in some.
    """

    index: int
    field: Field
    place: str
    keeps_zeros: bool = False
    is_half_swapped: bool = False

    @property
    def is_needed(self) -> bool:
        """Tell whether a row cannot go on without this cell."""
        return self.field.path in _NEEDED

    @property
    def is_id(self) -> bool:
        """Tell whether the cell holds an identifier that is not customer information."""
        return self.field.path in _IDS

    @property
    def is_any_id(self) -> bool:
        """Tell whether the cell holds an identifier, of a person or of anything else."""
        return self.is_id or self.field.path.endswith(("_id", "_ids"))

    @property
    def is_decision(self) -> bool:
        """Tell whether the cell holds what a person decided: left out, it would be taken for nothing said."""
        return self.field.group == CONSENT or self.field.path in STRICTEST

    @property
    def is_time(self) -> bool:
        """Tell whether the cell holds a moment."""
        return self.field.kind is Kind.TIME

    @property
    def is_person(self) -> bool:
        """Tell whether the cell holds customer information."""
        return self.field.group == USER

    @property
    def is_text(self) -> bool:
        """Tell whether the cell holds words."""
        return self.field.kind in {Kind.TEXT, Kind.LIST}


def sites_of(columns: Iterable[Column]) -> Iterator[Site]:
    """Yield the cells that columns use."""
    return (Site(index, column.field, column.place) for column in columns for index in column.joined or (column.index,))


@dataclass(frozen=True)
class Mended:
    """What a damaged cell becomes, empty where it is left out, and why."""

    text: str
    reason: str


class Refusal(Exception):
    """The cell is damaged beyond repair: a reason code, and what to do. Never holds the value."""

    def __init__(self, reason: str, hint: str) -> None:
        super().__init__(hint)
        self.reason = reason

    def of(self, site: Site, row: int | str) -> Refused:
        """Return the refusal of the row, which names the cell (``F6``)."""
        place, path = f"{site.place}{row}", site.field.path
        return Refused(self.reason, f"{place if place == path else f'{place} ({path})'}: {self}", path)
