"""The accepted events, exactly as they were received: a file that only grows, and a few columns about it in memory.

A batch is one write. SQLite with a row for each event was measured beside it: 5 ms for 1,000 events alone, 3.3 s with
three busy threads, because it lets go of the interpreter lock at every row. An event costs its text on disk and about
120 bytes in memory, most of them its id.
"""

import os
import sys
import tempfile
import weakref
from array import array
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec


class Accepted(msgspec.Struct, frozen=True):
    """An accepted event: its number in the order of acceptance (from 0), where it went, and its JSON text."""

    number: int
    dataset: str
    event_name: str
    event_id: str | None
    fbtrace_id: str
    received_ms: int
    event: msgspec.Raw

    def decoded(self) -> dict[str, Any]:
        """Give the event as an object."""
        return msgspec.json.decode(self.event, type=dict[str, Any])


class Query(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which accepted events to show; None means any. They come in order, at most `limit`, all after number `after`."""

    event_id: str | None = None
    event_name: str | None = None
    dataset: str | None = None
    fbtrace_id: str | None = None
    after: int = -1
    limit: int = 1000


@dataclass(frozen=True, slots=True)
class Receipt:
    """What is the same for all events of one accepted request; the time in ms since 1970, UTC."""

    dataset: str
    fbtrace_id: str
    received_ms: int


class AcceptedEvents:
    """An append-only list of accepted events. It is not locked: its owner lets one thread in at a time."""

    def __init__(self) -> None:
        self._file = tempfile.TemporaryFile()  # noqa: SIM115  it lives as long as the ledger
        weakref.finalize(self, self._file.close)
        self._receipts: list[Receipt] = []
        self._receipt_of = array("L")
        self._names: list[str] = []
        self._ids: list[str | None] = []
        self._ends = array("Q", [0])

    def __len__(self) -> int:
        return len(self._ids)

    def append(self, receipt: Receipt, events: Sequence[dict[str, Any]], texts: Sequence[bytes]) -> None:
        """Record the events of one request, `texts[i]` being the text of `events[i]`."""
        end = self._ends[-1]
        self._file.seek(end)
        self._file.write(b"".join(texts))
        self._file.flush()
        self._receipt_of.extend([len(self._receipts)] * len(events))
        self._receipts.append(receipt)
        self._names += [sys.intern(event["event_name"]) for event in events]
        self._ids += [event.get("event_id") for event in events]
        for text in texts:
            end += len(text)
            self._ends.append(end)

    def find(self, query: Query) -> Iterator[Accepted]:
        """Give the events the query asks for."""
        left = query.limit
        for number in self._candidates(query):
            receipt = self._receipts[self._receipt_of[number]]
            if left <= 0:
                return
            if (
                query.event_name in (None, self._names[number])
                and query.dataset in (None, receipt.dataset)
                and query.fbtrace_id in (None, receipt.fbtrace_id)
            ):
                left -= 1
                yield self._event(number, receipt)

    def _candidates(self, query: Query) -> Iterator[int]:
        if query.event_id is None:
            yield from range(query.after + 1, len(self))
            return
        number = query.after
        for _ in range(self._ids.count(query.event_id)):
            try:
                number = self._ids.index(query.event_id, number + 1)
            except ValueError:
                return
            yield number

    def _event(self, number: int, receipt: Receipt) -> Accepted:
        start, end = self._ends[number], self._ends[number + 1]
        text = os.pread(self._file.fileno(), end - start, start)
        name, event_id = self._names[number], self._ids[number]
        return Accepted(
            number, receipt.dataset, name, event_id, receipt.fbtrace_id, receipt.received_ms, msgspec.Raw(text)
        )

    def times_accepted(self) -> Counter[tuple[str, str, str]]:
        """Count how often each (dataset, event name, event id) was accepted; events without an id are left out."""
        rows = zip(self._receipt_of, self._names, self._ids, strict=True)
        return Counter((self._receipts[receipt].dataset, name, key) for receipt, name, key in rows if key)
