"""Which column is which field."""

from __future__ import annotations

from collections.abc import Sequence

from ingest.inference import questions
from ingest.inference.header_words import FIELD_OF, FULL_NAME
from ingest.inference.layout import Column
from ingest.inference.result import Confidence, Inference
from ingest.rows.evidence import UNMISTAKABLE, fits, is_day, is_time_of_day
from ingest.values.fields import FIELDS, Field, Kind
from ingest.values.header_names import forgiving

SURE = 0.9
"""Share of a column's values that must fit before they say anything by themselves."""

WHOLE_NAME = "full name"
"""In the place of a field: the first name and the last name together."""

TIME_OF_DAY = "time of day"
"""In the place of a field: what belongs to the day that another column says."""

_STATE = "user_data.st"
_OF_AN_ORDER = ("custom_data.status", "event_name")


class Choice:
    """The columns by field's path, the fields in the order in which they were chosen."""

    def __init__(self, columns: Sequence[Column], made: Inference) -> None:
        self.columns = columns
        self.by_path: dict[str, list[Column]] = {}
        self._made = made
        times = [column for column in columns if column.share(is_time_of_day) >= SURE]
        for column in columns:
            if column not in times:
                self._map(column)
        self._time_of_day(times)
        self._full_name()

    def of(self, path: str) -> Sequence[Column]:
        """Return the columns of a field; none where it has none."""
        return self.by_path.get(path, ())

    def _map(self, column: Column) -> None:
        path = FIELD_OF.get(forgiving(column.name))
        if path == _STATE and questions.says_no_sale(column):
            path = None  # what state the order is in
        share = fits(path, column.cells) if path else None
        if path and (share is None or share >= SURE):
            self._choose(path, column, "likely" if share is None else "certain", _why(column.name, share))
            if path in _OF_AN_ORDER:
                questions.ask_for_rows(column, self._made)
            return
        for sure, pattern in UNMISTAKABLE.items():
            if column.share(pattern) >= SURE:
                self._choose(sure, column, "certain" if path == sure else "likely", f"its values can only be {sure}")
                return
        if questions.ask_for_consent(column, self._made) or questions.ask_for_rows(column, self._made):
            return
        if path:
            self._made.ask(column.place, f"its name says {path}, but only {share:.0%} of its values look like one")
        elif column.name and forgiving(column.name) not in FULL_NAME:
            self._made.ask(column.place, "neither its name nor its values say which field it is")

    def _choose(self, path: str, column: Column, confidence: Confidence, why: str) -> None:
        of = field_of(path)
        taken = self.by_path.get(path)
        if taken and of.kind is not Kind.LIST:
            self._made.ask(column.place, f"{taken[0].place!r} is {path} already; say in the map which of them it is")
            return
        self.by_path.setdefault(path, []).append(column)
        self._made.guess(of.usual.upper(), column.place, confidence, why)

    def _time_of_day(self, times: Sequence[Column]) -> None:
        """Put the time of day beside the day; of several columns of times, which one is a person's to say."""
        days = self.of("event_time")
        if not times:
            return
        if len(times) == 1 and days and days[0].share(is_day) >= SURE:
            self.by_path[TIME_OF_DAY] = [times[0]]
            why = f"its values are times of day, and those of {days[0].place!r} are days: they are read together"
            self._made.guess("EVENT_TIME", times[0].place, "likely", why)
            return
        for column in times:
            why = 'its values are times of day: say in the map which day they belong to, "join": ["day", "time"]'
            self._made.ask(column.place, why)

    def _full_name(self) -> None:
        for column in self.columns:
            if forgiving(column.name) not in FULL_NAME:
                continue
            given, family = "user_data.fn" in self.by_path, "user_data.ln" in self.by_path
            if given != family:
                path = "user_data.ln" if given else "user_data.fn"
                self._choose(path, column, "likely", "the other part of the name has a column of its own")
            elif not given and column.share(lambda cell: " " in cell) >= 0.5:  # noqa: PLR2004 - most of them
                self.by_path[WHOLE_NAME] = [column]
                why = "most of its values are several words: the first is the first name, the rest the last name"
                self._made.guess("FIRST_NAME, LAST_NAME", column.place, "likely", why)
            else:
                self._made.ask(column.place, "it may be a full name or a part of one")


def field_of(path: str) -> Field:
    """Return the field of a path."""
    return next(of for of in FIELDS if of.path == path)


def _why(name: str, share: float | None) -> str:
    said = f"{name!r} is a name of this field"
    return said if share is None else f"{said}, and {share:.0%} of its values look like it"
