"""Works a map out of a file's headers and values, and says of each guess what it rests on.

A column is mapped when its header cell is a known name of a field in one of six languages and its values do not
contradict it, or when its values can be nothing else. What is not certain is left out and said.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Any, Literal

from ingest import dates, numbers, presets
from ingest.evidence import is_data
from ingest.fields import FIELDS, Field, Kind, find
from ingest.header_names import HeaderRow, forgiving
from ingest.header_words import EVENT_OF, FIELD_OF, FULL_NAME
from ingest.maps import parse
from ingest.plan import letters
from ingest.readers import Table
from ingest.value_evidence import HASH, UNMISTAKABLE, fits
from omnicapi.errors import UnreadableFile

SAMPLE = 1000
"""Rows that are looked at."""

LEADING = 30
"""Rows among which the header is looked for."""

SURE = 0.9
"""Share of a column's values that must fit before they say anything by themselves."""

MOST_WORDS = 20
"""Different values of a column up to which they may be words of a table."""

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

    @property
    def is_complete(self) -> bool:
        """Whether the map has all that every event needs."""
        given = {find(name) for name in (*self.entries.get("columns", {}), *self.entries.get("defaults", {}))}
        needed = {find(name) for name in ("event_name", "event_time", "action_source")}
        return "preset" in self.entries or needed <= given


@dataclass(frozen=True)
class _Column:
    index: int
    name: str
    cells: Sequence[str]
    is_named: bool

    @property
    def place(self) -> str:
        return self.name if self.is_named else f"{letters(self.index)}:{letters(self.index)}"


def infer(table: Table) -> Inference:
    """Return the map that a file suggests; raises :class:`~omnicapi.errors.UnreadableFile` where it is empty."""
    rows = [list(map(str.strip, row.cells)) for row in islice(table.rows, SAMPLE + LEADING)]
    if not any(any(cells) for cells in rows):
        raise UnreadableFile("The file is empty.")
    header = _header(rows)
    first = _first_data(rows, header)
    data = [cells for cells in rows[first:] if any(cells)]
    names = rows[header] if header >= 0 else []
    if (preset := _preset(names)) is not None:
        return preset
    above = [names, *reversed(rows[: max(header, 0)]), *rows[header + 1 : first]]
    inference = _Inferring([_column(index, above, data) for index in range(max(map(len, rows)))], data).inference()
    if any(map(any, rows[header + 1 : first])):
        inference.entries["header_rows"] = first
    return inference


def _column(index: int, above: Sequence[Sequence[str]], data: Sequence[Sequence[str]]) -> _Column:
    """Return a column with its name: the header row's, else that of another row above the data, then by letter."""
    names = [cells[index] if index < len(cells) else "" for cells in above]
    cells = [cells[index] for cells in data if index < len(cells) and cells[index]]
    # Of equal header cells a name means the first.
    is_named = bool(names[0]) and list(above[0]).index(names[0]) == index
    return _Column(index, next(filter(None, names), ""), cells, is_named)


def _first_data(rows: Sequence[Sequence[str]], header: int) -> int:
    """Return the first row below the header that looks like data, else the one below the header."""
    below = range(header + 1, min(len(rows), header + 1 + LEADING))
    return next((number for number in below if any(map(is_data, rows[number]))), header + 1)


def _header(rows: Sequence[Sequence[str]]) -> int:
    """Return the row with the most known names, else the first of two names or more above data, else -1."""
    known = [sum(_known(cell) for cell in cells) for cells in rows[:LEADING]]
    if max(known) > 1:
        return known.index(max(known))
    for number, cells in enumerate(rows[:LEADING]):
        if any(map(is_data, cells)):
            return -1
        if sum(map(bool, cells)) > 1:
            return number
    return -1


def _known(cell: str) -> bool:
    name = forgiving(cell)
    return name in FIELD_OF or name in FULL_NAME


def _preset(names: Sequence[str]) -> Inference | None:
    header = HeaderRow(names)
    for name in presets.names():
        needed = parse("preset", presets.read(name) or b"").needed
        # Of fewer names than these any spreadsheet may have all.
        if len(needed) > 3 and all(header.find(one) is not None for one in needed):  # noqa: PLR2004
            why = f"the header has all of {', '.join(needed)}, as this export does"
            return Inference({"preset": name}, [Guess("preset", name, "certain", why)])
    return None


class _Inferring:
    def __init__(self, columns: Sequence[_Column], data: Sequence[Sequence[str]]) -> None:
        self._columns = columns
        self._data = data
        self._made = Inference()
        self._chosen: dict[str, list[_Column]] = {}

    def inference(self) -> Inference:
        for column in self._columns:
            if column.cells:
                self._map(column)
        self._full_name()
        self._made.entries = {"columns": {}, "defaults": {}}
        for path, columns in self._chosen.items():
            self._write(path, columns)
        self._decimal()
        self._orders()
        self._constants()
        self._made.entries = {name: value for name, value in self._made.entries.items() if value}
        return self._made

    def _map(self, column: _Column) -> None:
        path = FIELD_OF.get(forgiving(column.name))
        share = fits(path, column.cells) if path else None
        if path and (share is None or share >= SURE):
            self._choose(path, column, "likely" if share is None else "certain", _why(column.name, share))
            return
        for sure, pattern in UNMISTAKABLE.items():
            if _share(pattern, column.cells) >= SURE:
                self._choose(sure, column, "certain" if path == sure else "likely", f"its values can only be {sure}")
                return
        if path:
            self._unsure(column, f"its name says {path}, but only {share:.0%} of its values look like one")
        elif column.name and forgiving(column.name) not in FULL_NAME:
            self._unsure(column, "neither its name nor its values say which field it is")

    def _choose(self, path: str, column: _Column, confidence: Confidence, why: str) -> None:
        of = _field(path)
        taken = self._chosen.get(path)
        if taken and of.kind is not Kind.LIST:
            self._unsure(column, f"{taken[0].place!r} is {path} already; say in the map which of them it is")
            return
        self._chosen.setdefault(path, []).append(column)
        self._made.guesses.append(Guess(of.usual.upper(), column.place, confidence, why))

    def _unsure(self, column: _Column, why: str) -> None:
        self._made.unsure.append(Unsure(column.place, why))

    def _full_name(self) -> None:
        for column in self._columns:
            if forgiving(column.name) not in FULL_NAME or not column.cells:
                continue
            given, family = "user_data.fn" in self._chosen, "user_data.ln" in self._chosen
            if given != family:
                path = "user_data.ln" if given else "user_data.fn"
                self._choose(path, column, "likely", "the other part of the name has a column of its own")
            elif not given and _share(lambda cell: " " in cell, column.cells) >= 0.5:  # noqa: PLR2004 - most of them
                self._chosen["full name"] = [column]
                why = "most of its values are several words: the first is the first name, the rest the last name"
                self._made.guesses.append(Guess("FIRST_NAME, LAST_NAME", column.place, "likely", why))
            else:
                self._unsure(column, "it may be a full name or a part of one")

    def _write(self, path: str, columns: Sequence[_Column]) -> None:
        entries = self._made.entries["columns"]
        if path == "full name":
            entries["FIRST_NAME"] = {"column": columns[0].place, "word": "first"}
            entries["LAST_NAME"] = {"column": columns[0].place, "word": "rest"}
            return
        said = [self._said(path, column) for column in columns]
        entries[_field(path).usual.upper()] = said[0] if len(said) == 1 else said

    def _said(self, path: str, column: _Column) -> Any:
        if path == "event_name" and (values := self._events(column)):
            return {"column": column.place, "values": values}
        if path in {"event_time", "user_data.db"}:
            order = dates.order_shown(column.cells)
            if order is not None:
                date_format = {"dmy": "%d/%m/%Y", "mdy": "%m/%d/%Y", "ymd": "%Y-%m-%d"}[order]
                self._guess_format(column, f"date_format {date_format}", "some of its days are above 12")
                return {"column": column.place, "date_format": date_format}
            if any(map(dates.is_ambiguous, column.cells)):
                self._unsure(column, 'its values do not show which number is the day: say "date_format"')
        return column.place

    def _events(self, column: _Column) -> dict[str, str]:
        words = Counter(column.cells)
        known = {word: EVENT_OF[forgiving(word)] for word in words if forgiving(word) in EVENT_OF}
        if len(words) > MOST_WORDS or len(known) < len(words) or all(word == event for word, event in known.items()):
            return {}
        self._guess_format(column, "values", f"its {len(words)} words are known names of standard events")
        return known

    def _decimal(self) -> None:
        amounts = [c for path, chosen in self._chosen.items() for c in chosen if _is_number(path)]
        shown = {separator for c in amounts if (separator := numbers.separator_of(c.cells))}
        if len(shown) == 1:
            self._made.entries["decimal"] = decimal = shown.pop()
            places = ", ".join(repr(column.place) for column in amounts)
            self._made.guesses.append(Guess("decimal", decimal, "certain", f"so the values of {places} are written"))
            return
        for column in amounts:
            if any(map(numbers.is_ambiguous, column.cells)):
                self._unsure(column, 'its values do not show the decimal separator: say "decimal"')

    def _orders(self) -> None:
        order_ids = self._chosen.get("custom_data.order_id")
        if not order_ids or "contents[0].id" not in self._chosen:
            return
        index = order_ids[0].index
        ids = [cells[index] for cells in self._data if index < len(cells) and cells[index]]
        repeated = len(ids) - len(set(ids))
        if repeated:
            self._made.entries["orders"] = {"difference": "warn"}
            why = f"{repeated} of {len(ids)} rows repeat an order id, and there is a column of products"
            self._made.guesses.append(Guess("orders", order_ids[0].place, "likely", why))

    def _constants(self) -> None:
        defaults = self._made.entries["defaults"]
        if "event_name" not in self._chosen:
            bought = self._chosen.keys() & {"custom_data.value", "custom_data.order_id"}
            defaults["EVENT_NAME"] = "Purchase" if bought else "Lead"
            why = "there are orders or amounts" if bought else "there are no orders and no amounts"
            self._made.guesses.append(Guess("EVENT_NAME", f"always {defaults['EVENT_NAME']}", "likely", why))
        if "action_source" not in self._chosen:
            defaults["ACTION_SOURCE"] = "other"
            self._made.unsure.append(
                Unsure("ACTION_SOURCE", "no column says where it happened: correct the default (physical_store, …)")
            )
        if "custom_data.value" in self._chosen and "custom_data.currency" not in self._chosen:
            self._made.unsure.append(
                Unsure("CURRENCY", "no column says it, and no purchase is sent without: add it to the defaults")
            )
        self._country()
        if "event_time" not in self._chosen:
            self._made.unsure.append(Unsure("EVENT_TIME", "no column is certainly the time; every event needs it"))

    def _country(self) -> None:
        phones = [cell for column in self._chosen.get("user_data.ph", ()) for cell in column.cells]
        if "user_data.country" not in self._chosen and any(map(_is_national, phones)):
            why = "some telephone numbers name no country and would be left out: add it to the defaults (BR, …)"
            self._made.unsure.append(Unsure("DEFAULT_COUNTRY", why))

    def _guess_format(self, column: _Column, what: str, why: str) -> None:
        self._made.guesses.append(Guess(what, column.place, "certain", why))


def _field(path: str) -> Field:
    return next(of for of in FIELDS if of.path == path)


def _is_number(path: str) -> bool:
    return path != "full name" and _field(path).kind is Kind.NUMBER


def _is_national(phone: str) -> bool:
    return not phone.lstrip("'( ").startswith(("+", "00")) and HASH.fullmatch(phone) is None


def _share(fitting: Callable[[str], object], cells: Sequence[str]) -> float:
    return sum(bool(fitting(cell)) for cell in cells) / len(cells)


def _why(name: str, share: float | None) -> str:
    said = f"{name!r} is a name of this field"
    return said if share is None else f"{said}, and {share:.0%} of its values look like it"
