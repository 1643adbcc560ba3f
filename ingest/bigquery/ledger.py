"""What has been published: the ids of rows by day, and how each table was when it had been read to its end.

Objects of a bucket. A day's ids are segments that are only ever created, never changed, each at a number nobody has
used: of two runs at the same time one loses that race and stops, and no run can undo what another remembers.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import msgspec
from google.api_core.exceptions import PreconditionFailed

from ingest.storage_errors import storage_errors
from omnicapi import stored
from omnicapi.errors import TransientError

ID_BYTES = 16
_TABLES = "tables.json"
_is_day = re.compile(r"\d{8}").fullmatch


class AnotherRun(TransientError):
    """Another run wrote at the same moment; what this one published beyond it has the same ids and is known by them."""


class Ledger:
    """Remembers in ``gs://bucket/folder``. ``client`` is a ``google.cloud.storage.Client``.

    Methods raise :class:`~omnicapi.errors.TransientError` and :class:`~omnicapi.errors.ConfigurationError`.
    """

    def __init__(self, client: Any, url: str) -> None:
        self._client = client
        self._bucket, _, folder = url.removeprefix("gs://").partition("/")
        self._folder = folder.rstrip("/")
        self._versions: dict[str, str] = {}
        self._generation = 0
        self._read_versions()

    def version(self, table: str) -> str | None:
        """Return how ``table`` was when it had been read to its end, or ``None``."""
        return self._versions.get(table)

    def day(self, day: str) -> Day:
        """Return what is remembered of a day's rows."""
        return Day(self._client.bucket(self._bucket), f"{self._folder}/{day}/")

    def finished(self, table: str, version: str) -> None:
        """Remember that every row of ``table``, as it was in ``version``, is published; raises :class:`AnotherRun`."""
        self._write_versions({**self._versions, table: version})

    def forget(self, tables: Collection[str], days: Collection[str]) -> None:
        """Drop what is remembered of all other tables and days: their rows are too old to be published."""
        with storage_errors(self._bucket):
            for blob in self._client.list_blobs(self._bucket, prefix=f"{self._folder}/"):
                day, slash, _ = blob.name.removeprefix(f"{self._folder}/").partition("/")
                # Others may keep what is theirs under the same folder, another reader its own memory.
                if slash and _is_day(day) and day not in days:
                    blob.delete()
        kept = {table: version for table, version in self._versions.items() if table in tables}
        if kept != self._versions:
            self._write_versions(kept)

    def _read_versions(self) -> None:
        with storage_errors(self._bucket):
            found = stored.current(self._client.bucket(self._bucket), f"{self._folder}/{_TABLES}")
            if found is not None:
                self._versions = msgspec.json.decode(found.content, type=dict[str, str])
                self._generation = found.generation

    def _write_versions(self, versions: dict[str, str]) -> None:
        blob = self._client.bucket(self._bucket).blob(f"{self._folder}/{_TABLES}")
        with storage_errors(self._bucket), _one_writer():
            blob.upload_from_string(
                msgspec.json.encode(versions), content_type="application/json", if_generation_match=self._generation
            )
        self._versions, self._generation = versions, blob.generation


class Day:
    """The ids of one day's rows that have been published."""

    def __init__(self, bucket: Any, prefix: str) -> None:
        self._bucket = bucket
        self._prefix = prefix
        self._ids: set[bytes] = set()
        with storage_errors(bucket.name):
            segments = sorted(bucket.client.list_blobs(bucket.name, prefix=prefix), key=lambda blob: blob.name)
            for segment in segments:
                self._ids.update(_split(stored.content(bucket, stored.described(segment))))
        self._next = 1 + max((int(segment.name.removeprefix(prefix)) for segment in segments), default=-1)

    def __contains__(self, id_: bytes) -> bool:
        return id_ in self._ids

    def __len__(self) -> int:
        return len(self._ids)

    def add(self, ids: Sequence[bytes]) -> None:
        """Remember that these rows are published; raises :class:`AnotherRun` where another run writes too."""
        blob = self._bucket.blob(f"{self._prefix}{self._next:08d}")
        with storage_errors(self._bucket.name), _one_writer():
            blob.upload_from_string(b"".join(ids), content_type="application/octet-stream", if_generation_match=0)
        self._next += 1
        self._ids.update(ids)


def _split(segment: bytes) -> Iterable[bytes]:
    return (segment[start : start + ID_BYTES] for start in range(0, len(segment), ID_BYTES))


@contextmanager
def _one_writer() -> Iterator[None]:
    try:
        yield
    except PreconditionFailed:
        raise AnotherRun("Another run of the reader is under way; this one stops here.") from None
