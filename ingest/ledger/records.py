"""What is kept of each chunk of a file: where it ends, how many events it had and which. One object per chunk.

A record is written twice. Before its events are published it claims them; after, it says that they are published. The
published records of a file are its checkpoints, and its part of the channel's ledger. Each is only written in place of
what its writer has seen: of two deliveries of one notification the slower one learns that it is (docs/adr/0106).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

import msgspec
import numpy as np
import numpy.typing as npt

from ingest.ledger.digests import NONE, Digests, pack, unpack
from ingest.readers.table import BEGINNING, Position
from ingest.rows import noticed
from ingest.rows.noticed import Noticed
from ingest.storage.derived_names import fitting
from ingest.storage.objects import ABSENT, Entry, Objects
from omnicapi.errors import Busy

LEDGER, DRY_RUN = "ledger", "dry-run"
"""The first folder of records: what a dry run leaves is nobody's ledger."""

ENDED = "ended"
"""Last part of the name of the object that says that the generation is gone: nothing more of it is published."""

ABANDONED = 30.0
"""Seconds after which a claim on a generation that is gone counts no more: nobody publishes one chunk for so long."""

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
    noticed: Noticed | None = None
    """What a person should know of these rows, and of the whole file in the first chunk."""


class Content(msgspec.Struct, frozen=True):
    """The events of a chunk: for each the number of its (first) row, and its digest."""

    rows: Rows
    digests: Digests


def root(*, is_dry_run: bool) -> str:
    """Return the first folder of a file's records."""
    return DRY_RUN if is_dry_run else LEDGER


class Claim(NamedTuple):
    """A record that claims its events: in the ``folder`` of its file, by ``name``, as exactly this ``generation``."""

    folder: str
    name: str
    generation: int


EMPTY = Content(np.empty(0, np.uint32), NONE)


_decode = msgspec.json.Decoder(Progress).decode


class Records:
    """The records of one file, named by bucket, object and generation, as one request sees them."""

    def __init__(self, objects: Objects, root: str, channel: str, name: str, generation: int) -> None:
        self._objects = objects
        self.folder = f"{root}/{channel}/{fitting(name)}/{generation}/"
        self._seen: dict[str, int] = {}

    def name(self, start: Position) -> str:
        """Return the name of the record of the chunk that begins at ``start``."""
        return f"{self.folder}{start.row:09}"

    def chain(self, start: Position = BEGINNING) -> list[Progress]:
        """Return the published chunks from the one at ``start`` on without a gap, in order."""
        known = {progress.start.row: progress for _, progress in self._all()}
        chain: list[Progress] = []
        following = known.get(start.row)
        while following is not None and following.published:
            chain.append(following)
            following = None if following.last else known.get(following.end.row)
        return chain

    def write(self, progress: Progress, content: Content) -> Claim:
        """Keep the record of a chunk in place of what was seen of it last, which may be nothing.

        Raises :class:`~omnicapi.errors.Busy` where somebody else has written it meanwhile: another delivery of the same
        notification is at work on the same rows.
        """
        name, metadata = self.name(progress.start), {_KEY: msgspec.json.encode(progress).decode()}
        seen = self._seen.get(name, ABSENT)
        written = self._objects.write(name, body(content), metadata=metadata, generation=seen)
        if written is None:
            raise Busy("Another delivery of this file's notification is publishing these rows; it will be tried again.")
        self._seen[name] = written
        return Claim(self.folder, name, written)

    def withdraw(self, start: Position) -> None:
        """Give up a claim before anything was published."""
        name = self.name(start)
        self._objects.delete(name, self._seen.pop(name, None))

    def end(self) -> list[Progress]:
        """Let nothing more of this generation be published and return the chunks that were, in order.

        Whoever claims a chunk looks for the mark afterwards, and whoever sets the mark looks for claims afterwards: one
        sees the other. Raises :class:`~omnicapi.errors.Busy` while a claim may become a published chunk.
        """
        self._objects.write(self.folder + ENDED, b"")
        entries = {entry.name: entry for entry in self._objects.list(self.folder)}
        now = entries[self.folder + ENDED].written_s  # by the clock that dates the claims too
        published = []
        for entry in entries.values():
            progress = read(entry)
            if progress is not None and progress.published:
                published.append(progress)
            elif progress is not None and now - entry.written_s < ABANDONED:
                raise Busy("Rows of a file that is gone are still being published; it will be tried again.")
            elif progress is not None:
                self._objects.delete(entry.name, entry.generation)
        return published

    def _all(self) -> list[tuple[Entry, Progress]]:
        """Return all records as they are now, and remember which they were."""
        entries = list(self._objects.list(self.folder))
        self._seen = {entry.name: entry.generation for entry in entries}
        return [(entry, progress) for entry in entries if (progress := read(entry)) is not None]


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


def notes(chain: Iterable[Progress]) -> list[str]:
    """Return what a person should know of how the rows of a chain were read, a line for each thing."""
    return noticed.together(progress.noticed for progress in chain if progress.noticed is not None).lines()
