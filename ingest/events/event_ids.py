"""Event ids that a source did not give, derived from what identifies the fact.

The same file or message gives the same ids however often it comes, so that a repetition can be told (meta-capi.md §8).

* With an order id: channel, event name, order id and line. The line is the item number, else the one product's id.
* Without: channel and everything that was said about the event.
* In both cases: how many of its like came before in the file or message, so that two equal rows stay two events.
"""

from __future__ import annotations

import hashlib
from collections import deque
from typing import Any

from omnicapi.messages import Event
from omnicapi.publishing.publisher import encode

REMEMBERED = 25_000
"""Rows among which repetitions are told apart. A row repeated after more than so many others counts as the same event
again, which is what a row without any id this far from its twin most likely is. As an id depends on no row further
back, reading can begin anywhere after so many rows were read again (docs/adr/0076-files-in-chunks.md)."""


class EventIds:
    """Gives the events of one file or message their ids; make one per file or message, and feed it in order."""

    def __init__(self, remembered: int = REMEMBERED) -> None:
        self._seen: dict[bytes, int] = {}
        self._recent: deque[tuple[int, bytes]] = deque()
        self._remembered = remembered

    def complete(self, event: Event) -> Event:
        """Give ``event`` an id, in place, unless its source gave one; return it."""
        if not event.event_id:
            digest = _digest(identity(event))
            before = self._count(digest, event.origin.row or 0)
            event.event_id = (_digest([digest.hex(), before]) if before else digest).hex()
        return event

    def complete_order(self, event: Event) -> Event:
        """Give the event of a whole order its id, in place, unless its source gave one; return it.

        An order has one id, however many of its rows are in the file and however often it comes.
        """
        if not event.event_id:
            order = ["order", event.channel, event.event_name, event.custom_data.order_id, ""]
            event.event_id = _digest(order).hex()
        return event

    def _count(self, digest: bytes, row: int) -> int:
        """Return how often the same was seen among the rows that are remembered, and remember that it was again."""
        seen, recent = self._seen, self._recent
        while recent and recent[0][0] <= row - self._remembered:
            _forget(seen, recent.popleft()[1])
        before = seen.get(digest, 0)
        seen[digest] = before + 1
        recent.append((row, digest))
        return before


def _forget(seen: dict[bytes, int], digest: bytes) -> None:
    left = seen.pop(digest) - 1
    if left:
        seen[digest] = left


def identity(event: Event) -> list[Any]:
    """Return what tells this event from others: its order line, or all it says; never where it was found."""
    custom = event.custom_data
    if custom.order_id:
        return ["order", event.channel, event.event_name, custom.order_id, _line(event)]
    return [
        "content",
        event.channel,
        event.event_name,
        event.event_time,
        event.action_source,
        event.event_source_url,
        event.referrer_url,
        event.user_data,
        custom,
        event.app_data,
        event.messaging_channel,
        event.original_event_data,
        event.dataset,
    ]


def _line(event: Event) -> str:
    custom = event.custom_data
    if custom.item_number:
        return custom.item_number
    return custom.contents[0].id or "" if len(custom.contents) == 1 else ""


def _digest(identity: list[Any]) -> bytes:
    # 128 bits: no two of a billion events share an id by chance.
    return hashlib.blake2b(encode(identity), digest_size=16).digest()
