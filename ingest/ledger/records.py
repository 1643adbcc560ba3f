"""What is kept of each chunk of a file: where it ends, how many events it had and which. One object a chunk.

A record is written twice. Before its events are published it claims them; after, it says that they are published. The
published records of a file are its checkpoints, and its part of the channel's ledger.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import msgspec
import numpy as np
import numpy.typing as npt

from ingest.derived_names import fitting
from ingest.ledger.digests import NONE, Digests, pack, unpack
from ingest.objects import Entry, Objects
from ingest.readers import BEGINNING, Position

LEDGER, DRY_RUN = "ledger", "dry-run"
"""The first folder of records: what a dry run leaves is nobody's ledger."""

_KEY = "omnicapi-chunk"

Rows = npt.NDArray[np.uint32]


class Progress(msgspec.Struct, frozen=True, omit_defaults=True):
    """A chunk in figures. ``rows`` were accounted for: they became events, were rejected, or skipped as sent before."""

    start: Position
    end: Position
    last: bool = False
    published: bool = False
    rows: int = 0
    events: int = 0
    rejected: int = 0
    skipped: int = 0
    error: str | None = None
    """Why nothing more of the file can be read."""


class Content(msgspec.Struct, frozen=True):
    """The events of a chunk: for each the number of its (first) row, and its digest."""

    rows: Rows
    digests: Digests


EMPTY = Content(np.empty(0, np.uint32), NONE)


_decode = msgspec.json.Decoder(Progress).decode


class Records:
    """The records of one file, named by bucket, object and generation."""

    def __init__(self, objects: Objects, root: str, channel: str, name: str, generation: int) -> None:
        self._objects = objects
        self.folder = f"{root}/{channel}/{fitting(name)}/{generation}/"

    def name(self, start: Position) -> str:
        """Return the name of the record of the chunk that begins at ``start``."""
        return f"{self.folder}{start.row:09}"

    def chain(self, start: Position = BEGINNING) -> list[Progress]:
        """Return the published chunks from the one at ``start`` on without a gap, in order."""
        known = {progress.start.row: progress for entry in self._objects.list(self.folder) if (progress := read(entry))}
        chain: list[Progress] = []
        following = known.get(start.row)
        while following is not None and following.published:
            chain.append(following)
            following = None if following.last else known.get(following.end.row)
        return chain

    def write(self, progress: Progress, content: Content) -> None:
        """Keep the record of a chunk, in place of an earlier one."""
        metadata = {_KEY: msgspec.json.encode(progress).decode()}
        self._objects.write(self.name(progress.start), body(content), metadata=metadata)

    def withdraw(self, start: Position) -> None:
        """Give up a claim before anything was published."""
        self._objects.delete(self.name(start))


def read(entry: Entry) -> Progress | None:
    """Return what a listed object says of its chunk, or ``None`` where it is no record."""
    text = entry.metadata.get(_KEY)
    return _decode(text) if text else None


def body(events: Content) -> bytes:
    """Write the events of a record: all rows, then all digests."""
    return events.rows.astype("<u4").tobytes() + pack(events.digests)


def content(stored: bytes) -> Content:
    """Read what :func:`body` wrote."""
    count = len(stored) // 12
    return Content(np.frombuffer(stored, "<u4", count).astype(np.uint32), unpack(stored[4 * count :]))


def is_complete(chain: Sequence[Progress]) -> bool:
    """Say whether the chunks reach the end of the file."""
    return bool(chain) and chain[-1].last


def totals(chain: Sequence[Progress]) -> Mapping[str, int]:
    """Return the sums of a chain: rows, events, rejected and skipped."""
    names = ("rows", "events", "rejected", "skipped")
    return {name: sum(getattr(progress, name) for progress in chain) for name in names}
