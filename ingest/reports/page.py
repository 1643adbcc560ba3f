"""The account of 50,000 rows of a file: what each ended in. Outcomes may be added twice and in any order.

Rows that ended alike share an entry, so a page is two bytes per row, and a few kilobytes when it is packed.
"""

from __future__ import annotations

import zlib
from collections import Counter
from collections.abc import Hashable, Iterable, Iterator
from typing import Generic, TypeVar

import msgspec
import numpy as np

from ingest.reports.row_outcome import RowOutcome, is_settled, row_outcome, together, verdict
from omnicapi.messages import Outcome

PAGE_ROWS = 50_000
"""Rows of a page; fewer than two bytes can number, so that every row could end in a way of its own."""

Way = tuple[int, ...]
"""The numbers of the outcomes of one row."""

T = TypeVar("T", bound=Hashable)


class _Stored(msgspec.Struct, rename={"outcomes": "endings"}):
    """A page as it lies in the bucket; ``endings`` is what earlier versions wrote."""

    first: int
    outcomes: list[RowOutcome]
    ways: list[Way]
    rows: bytes
    traces: dict[str, int]
    times: dict[str, tuple[int, int]]


_decode = msgspec.msgpack.Decoder(_Stored).decode


def first_of(row: int) -> int:
    """Return the first row of the page on which ``row`` stands."""
    return row - row % PAGE_ROWS


class _Numbered(Generic[T]):
    """Different things, numbered in the order in which they came."""

    def __init__(self, things: Iterable[T]) -> None:
        self.all = list(things)
        self._numbers = {thing: number for number, thing in enumerate(self.all)}

    def number(self, thing: T) -> int:
        """Return the number of a thing, a new one for what was not there."""
        number = self._numbers.setdefault(thing, len(self.all))
        if number == len(self.all):
            self.all.append(thing)
        return number


class Page:
    """The rows from ``first`` on. ``traces`` are the fbtrace_ids of requests that carried them, with their times.

    ``times`` says by stage when the first and the last of the outcomes was decided, in Unix milliseconds.
    """

    def __init__(self, first: int) -> None:
        self.first = first
        self.traces: dict[str, int] = {}
        self.times: dict[str, tuple[int, int]] = {}
        self._outcomes: _Numbered[RowOutcome] = _Numbered(())
        self._ways: _Numbered[Way] = _Numbered([()])
        self._rows = np.zeros(PAGE_ROWS, np.uint32)

    @classmethod
    def unpack(cls, content: bytes) -> Page:
        """Read what :meth:`pack` wrote."""
        stored = _decode(zlib.decompress(content))
        page = cls(stored.first)
        page.traces, page.times = stored.traces, stored.times
        page._outcomes, page._ways = _Numbered(stored.outcomes), _Numbered(stored.ways)
        page._rows = np.frombuffer(stored.rows, "<u2").astype(np.uint32)
        return page

    def pack(self) -> bytes:
        """Return the page as it is stored; of the ways to end only those that a row ended in."""
        used, rows = np.unique(np.append(0, self._rows), return_inverse=True)
        ways = [self._ways.all[number] for number in used]
        kept = sorted({index for way in ways for index in way})
        places = {index: place for place, index in enumerate(kept)}
        stored = _Stored(
            self.first,
            [self._outcomes.all[index] for index in kept],
            [tuple(places[index] for index in way) for way in ways],
            rows[1:].astype("<u2").tobytes(),
            self.traces,
            self.times,
        )
        return zlib.compress(msgspec.msgpack.encode(stored), 1)

    def add(self, outcomes: Iterable[Outcome]) -> None:
        """Note outcomes; those of rows on other pages are passed over."""
        for outcome in outcomes:
            rows = outcome.origin.rows or (outcome.origin.row,)
            places = [row - self.first for row in rows if row is not None and first_of(row) == self.first]
            if places:
                self._note(outcome)
                self._end(places, row_outcome(outcome))

    def _note(self, outcome: Outcome) -> None:
        time = outcome.decided_ms
        if outcome.fbtrace_id:
            self.traces[outcome.fbtrace_id] = min(time, self.traces.get(outcome.fbtrace_id, time))
        first, last = self.times.get(outcome.stage, (time, time))
        self.times[outcome.stage] = (min(first, time), max(last, time))

    def _end(self, places: Iterable[int], more: RowOutcome) -> None:
        alone = self._ways.number((self._outcomes.number(more),))
        for place in places:
            known = int(self._rows[place])
            if known != alone:
                self._rows[place] = self._way(known, more) if known else alone

    def _way(self, known: int, more: RowOutcome) -> int:
        return self._ways.number(tuple(map(self._outcomes.number, together(self._resolved(known), more))))

    def _resolved(self, number: int) -> list[RowOutcome]:
        return [self._outcomes.all[index] for index in self._ways.all[number]]

    def ways(self) -> Iterator[tuple[list[RowOutcome], list[int]]]:
        """Yield each way in which rows of the page ended, and these rows, in order."""
        order = np.argsort(self._rows, kind="stable")
        numbers, starts = np.unique(self._rows[order], return_index=True)
        for number, places in zip(numbers, np.split(order, starts[1:]), strict=True):
            if number:
                yield self._resolved(int(number)), [int(place) + self.first for place in places]

    def counts(self) -> Counter[str]:
        """Return how many settled rows there are by verdict."""
        counts: Counter[str] = Counter()
        for outcomes, rows in self.ways():
            if is_settled(outcomes):
                counts[verdict(outcomes)] += len(rows)
        return counts
