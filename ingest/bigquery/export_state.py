"""What has been published: the ids of rows by day, and how each table was when it had been read to its end.

Objects of a bucket. A day's ids are segments that are only ever created, never changed, each at a number nobody has
used: of two runs at the same time one loses that race and stops, and no run can undo what another remembers.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence
from typing import Any

import msgspec

from ingest.storage.objects import ABSENT, Objects
from omnicapi.errors import TransientError

ID_BYTES = 16
_TABLES = "tables.json"
_is_day = re.compile(r"\d{8}").fullmatch


class AnotherRun(TransientError):
    """Another run wrote at the same moment; what this one published beyond it has the same ids and is known by them."""


class ExportState:
    """Remembers in ``gs://bucket/folder``. ``client`` is a ``google.cloud.storage.Client``.

    Methods raise :class:`~omnicapi.errors.TransientError` and :class:`~omnicapi.errors.ConfigurationError`.
    """

    def __init__(self, client: Any, url: str) -> None:
        bucket, _, folder = url.removeprefix("gs://").partition("/")
        self._objects = Objects(client, bucket)
        self._folder = folder.rstrip("/")
        self._versions: dict[str, str] = {}
        self._generation = ABSENT
        self._read_versions()

    def version(self, table: str) -> str | None:
        """Return how ``table`` was when it had been read to its end, or ``None``."""
        return self._versions.get(table)

    def day(self, day: str) -> Day:
        """Return what is remembered of a day's rows."""
        return Day(self._objects, f"{self._folder}/{day}/")

    def finished(self, table: str, version: str) -> None:
        """Remember that every row of ``table``, as it was in ``version``, is published; raises :class:`AnotherRun`."""
        self._write_versions({**self._versions, table: version})

    def forget(self, tables: Collection[str], days: Collection[str]) -> None:
        """Drop what is remembered of all other tables and days: their rows are too old to be published."""
        for entry in list(self._objects.list(f"{self._folder}/")):
            day, slash, _ = entry.name.removeprefix(f"{self._folder}/").partition("/")
            # Others may keep what is theirs under the same folder, another reader its own memory.
            if slash and _is_day(day) and day not in days:
                self._objects.delete(entry.name)
        kept = {table: version for table, version in self._versions.items() if table in tables}
        if kept != self._versions:
            self._write_versions(kept)

    def _read_versions(self) -> None:
        found = self._objects.read(f"{self._folder}/{_TABLES}")
        if found is not None:
            self._versions = msgspec.json.decode(found.content, type=dict[str, str])
            self._generation = found.generation

    def _write_versions(self, versions: dict[str, str]) -> None:
        name, content = f"{self._folder}/{_TABLES}", msgspec.json.encode(versions)
        written = self._objects.write(name, content, content_type="application/json", generation=self._generation)
        self._versions, self._generation = versions, _only(written)


class Day:
    """The ids of one day's rows that have been published."""

    def __init__(self, objects: Objects, prefix: str) -> None:
        self._objects = objects
        self._prefix = prefix
        self._ids: set[bytes] = set()
        names = [entry.name for entry in objects.list(prefix)]
        for name in names:
            if (segment := objects.read(name)) is not None:
                self._ids.update(_split(segment.content))
        self._next = 1 + max((int(name.removeprefix(prefix)) for name in names), default=-1)

    def __contains__(self, id_: bytes) -> bool:
        return id_ in self._ids

    def __len__(self) -> int:
        return len(self._ids)

    def add(self, ids: Sequence[bytes]) -> None:
        """Remember that these rows are published; raises :class:`AnotherRun` where another run writes too."""
        _only(self._objects.write(f"{self._prefix}{self._next:08d}", b"".join(ids), generation=ABSENT))
        self._next += 1
        self._ids.update(ids)


def _split(segment: bytes) -> Iterable[bytes]:
    return (segment[start : start + ID_BYTES] for start in range(0, len(segment), ID_BYTES))


def _only(generation: int | None) -> int:
    """Return what was written; raise :class:`AnotherRun` where somebody else was faster."""
    if generation is None:
        raise AnotherRun("Another run of the reader is under way; this one stops here.")
    return generation
