"""What a map says of the columns that were chosen: where they stand, and how their cells are written."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

from ingest.inference.choice import TIME_OF_DAY, WHOLE_NAME, Choice, field_of
from ingest.inference.header_words import EVENT_OF
from ingest.inference.layout import Column
from ingest.inference.questions import MOST_WORDS
from ingest.inference.result import Inference
from ingest.values import day_order, numbers
from ingest.values.fields import Kind
from ingest.values.header_names import forgiving

_DATE_FORMATS: dict[day_order.Order, str] = {"dmy": "%d/%m/%Y", "mdy": "%m/%d/%Y", "ymd": "%Y-%m-%d"}


def write(choice: Choice, data: Sequence[Sequence[str]], made: Inference) -> None:
    """Write the entries ``columns``, ``decimal`` and ``orders``, as far as the columns say something about them."""
    _Writing(choice, made).write(data)


class _Writing:
    def __init__(self, choice: Choice, made: Inference) -> None:
        self._choice = choice
        self._made = made

    def write(self, data: Sequence[Sequence[str]]) -> None:
        entries: dict[str, Any] = {}
        for path, columns in self._choice.by_path.items():
            if path == WHOLE_NAME:
                entries["FIRST_NAME"] = {"column": columns[0].place, "word": "first"}
                entries["LAST_NAME"] = {"column": columns[0].place, "word": "rest"}
            elif path != TIME_OF_DAY:
                said = [self._said(path, column) for column in columns]
                entries[field_of(path).usual.upper()] = said[0] if len(said) == 1 else said
        self._made.entries["columns"] = entries
        self._decimal()
        self._orders(data)

    def _said(self, path: str, column: Column) -> Any:
        if path == "event_name" and (values := self._events(column)):
            return {"column": column.place, "values": values}
        times = self._choice.of(TIME_OF_DAY) if path == "event_time" else ()
        where = {"join": [column.place, times[0].place]} if times else {"column": column.place}
        if path in {"event_time", "user_data.db"} and (order := self._order(column)):
            return {**where, "date_format": _DATE_FORMATS[order]}
        return where if times else column.place

    def _order(self, column: Column) -> day_order.Order | None:
        order = day_order.order_shown(column.cells)
        if order is not None:
            self._guess_format(column, f"date_format {_DATE_FORMATS[order]}", "some of its days are above 12")
        elif any(map(day_order.is_ambiguous, column.cells)):
            self._made.ask(column.place, 'its values do not show which number is the day: say "date_format"')
        return order

    def _events(self, column: Column) -> dict[str, str]:
        words = Counter(column.cells)
        known = {word: EVENT_OF[forgiving(word)] for word in words if forgiving(word) in EVENT_OF}
        if len(words) > MOST_WORDS or len(known) < len(words) or all(word == event for word, event in known.items()):
            return {}
        self._guess_format(column, "values", f"its {len(words)} words are known names of standard events")
        return known

    def _decimal(self) -> None:
        amounts = [column for path, chosen in self._choice.by_path.items() for column in chosen if _is_number(path)]
        shown = {separator for column in amounts if (separator := numbers.separator_of(column.cells))}
        if len(shown) == 1:
            self._made.entries["decimal"] = decimal = shown.pop()
            places = ", ".join(repr(column.place) for column in amounts)
            self._made.guess("decimal", decimal, "certain", f"so the values of {places} are written")
            return
        for column in amounts:
            if any(map(numbers.is_ambiguous, column.cells)):
                self._made.ask(column.place, 'its values do not show the decimal separator: say "decimal"')

    def _orders(self, data: Sequence[Sequence[str]]) -> None:
        order_ids = self._choice.of("custom_data.order_id")
        if not order_ids or not self._choice.of("contents[0].id"):
            return
        index = order_ids[0].index
        ids = [cells[index] for cells in data if index < len(cells) and cells[index]]
        repeated = len(ids) - len(set(ids))
        if repeated:
            self._made.entries["orders"] = {"difference": "warn"}
            why = f"{repeated} of {len(ids)} rows repeat an order id, and there is a column of products"
            self._made.guess("orders", order_ids[0].place, "likely", why)

    def _guess_format(self, column: Column, what: str, why: str) -> None:
        self._made.guess(what, column.place, "certain", why)


def _is_number(path: str) -> bool:
    return path not in {WHOLE_NAME, TIME_OF_DAY} and field_of(path).kind is Kind.NUMBER
