"""Small objects that ingest keeps for itself in the drop bucket: ledgers, accounts of rows, summaries, reports.

The analyst's own files are :mod:`ingest.storage.bucket`'s.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, BinaryIO, cast
from uuid import uuid4

from google.api_core.exceptions import NotFound, PreconditionFailed

from omnicapi.storage.errors import storage_errors
from omnicapi.storage.stored import StoredContent, current

_WRITE = "omnicapi-write"
"""Metadata of an object that may only be written in place of one generation: which write it is of."""

ABSENT = 0
"""As ``generation`` of :meth:`Objects.write`: only where no object has the name."""


@dataclass(frozen=True)
class Entry:
    """An object in a listing; ``generation`` names this content and grows with every write. ``written_s`` is Unix s."""

    name: str
    generation: int
    written_s: float
    metadata: Mapping[str, str] = field(default_factory=dict)


class Objects:
    """The objects of one bucket. ``client`` is a ``google.cloud.storage.Client``.

    Methods raise TransientError and ConfigurationError, as those of :class:`~ingest.storage.bucket.Bucket` do.
    """

    def __init__(self, client: Any, bucket: str) -> None:
        self.bucket = bucket
        self._client = client

    def read(self, name: str) -> StoredContent | None:
        """Return an object as it is now, or ``None`` where there is none."""
        with storage_errors(self.bucket):
            return current(self._client.bucket(self.bucket), name)

    def write(
        self,
        name: str,
        content: bytes,
        *,
        metadata: Mapping[str, str] | None = None,
        content_type: str = "application/octet-stream",
        generation: int | None = None,
    ) -> int | None:
        """Write an object and return its new generation.

        With ``generation`` only in place of that one, and ``None`` where somebody else was faster. Where the answer to
        our own write was lost, the client writes again and is told that the generation is another by now: it is ours.
        """
        with storage_errors(self.bucket):
            bucket, ours = self._client.bucket(self.bucket), uuid4().hex
            blob = bucket.blob(name)
            blob.metadata = {**(metadata or {}), **({} if generation is None else {_WRITE: ours})}
            try:
                blob.upload_from_string(content, content_type=content_type, if_generation_match=generation)
            except PreconditionFailed:
                blob = bucket.get_blob(name)
                if blob is None or (blob.metadata or {}).get(_WRITE) != ours:
                    return None
            written: int = blob.generation
            return written

    @contextmanager
    def writing(self, name: str, content_type: str) -> Iterator[BinaryIO]:
        """Open an object to be written as a stream; it is there when the block ends without an error."""
        blob = self._client.bucket(self.bucket).blob(name)
        with storage_errors(self.bucket), blob.open("wb", content_type=content_type, ignore_flush=True) as stream:
            yield cast("BinaryIO", stream)

    def list(self, prefix: str) -> Iterator[Entry]:
        """Yield the objects whose names begin with ``prefix``, in the order of their names."""
        with storage_errors(self.bucket):
            for blob in self._client.list_blobs(self.bucket, prefix=prefix):
                yield Entry(blob.name, blob.generation, blob.updated.timestamp(), blob.metadata or {})

    def delete(self, name: str, generation: int | None = None) -> None:
        """Remove an object, with ``generation`` only that one; it may be gone already."""
        with storage_errors(self.bucket):
            try:
                self._client.bucket(self.bucket).blob(name).delete(if_generation_match=generation)
            except (NotFound, PreconditionFailed):
                return
