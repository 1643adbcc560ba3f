"""The files of the drop bucket: found, opened at exactly one generation, moved aside with a note."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any, BinaryIO

from google.api_core.exceptions import NotFound, PreconditionFailed

from ingest.readers.blocks import BLOCK
from ingest.readers.file_types import PACKED
from ingest.readers.table import USUAL, ReadOptions
from ingest.storage.channel import PREVIEW
from ingest.storage.derived_names import SHOWN_ROOM, fitting
from ingest.storage.objects import Objects
from ingest.storage.packed import unpacked
from omnicapi.errors import TransientError
from omnicapi.storage.errors import ObjectGone, storage_errors
from omnicapi.storage.gzipped import is_declared
from omnicapi.storage.stored import StoredObject, open_stored

CHUNK = 8 * 1024 * 1024
"""Bytes fetched at a time: one request for some 25,000 rows of text, and all of it that is in memory at once."""

SCATTERED = {".parquet": BLOCK}
"""Bytes fetched at a time of files that are not read from beginning to end, by ending."""

PROCESSED, REJECTED = "processed/", "rejected/"
"""Where files lie that have been read, and those that could not be."""

MOST_METADATA = 8192
"""Bytes that the names and values of an object's own metadata may have, by Cloud Storage's quotas."""

SOURCE_GENERATION = "omnicapi-generation"
"""Metadata of a moved object: the generation it had where it was dropped."""


@dataclass(frozen=True)
class Dropped:
    """An object as it was dropped; ``size`` is in bytes as stored. ``generation`` names this content, for ever."""

    bucket: str
    name: str
    generation: int
    size: int
    content_type: str | None
    metadata: Mapping[str, str]
    created_ms: int = 0
    """When it was dropped: Unix milliseconds, UTC."""
    content_encoding: str | None = None

    @property
    def is_dry_run(self) -> bool:
        """Whether the file is only judged: nothing of it is sent, and it stays where it is."""
        return self.name.startswith(PREVIEW)

    @property
    def is_packed(self) -> bool:
        """Whether the stored bytes are not those of the file: by its name, or as the object is stored."""
        by_name = PurePosixPath(self.name).suffix.casefold() in PACKED
        return by_name or is_declared(self.content_encoding)


class Bucket:
    """The drop bucket. ``client`` is a ``google.cloud.storage.Client``, ``options`` say how far files may unpack.

    Methods raise :class:`~omnicapi.errors.TransientError` where the bucket does not answer, and
    :class:`~omnicapi.errors.ConfigurationError` where it answers that we may not.
    """

    def __init__(self, client: Any, options: ReadOptions = USUAL) -> None:
        self._client = client
        self._options = options

    def objects(self, bucket: str) -> Objects:
        """Return the small objects that ingest keeps in the bucket."""
        return Objects(self._client, bucket)

    def find(self, bucket: str, name: str, generation: int) -> Dropped:
        """Return the object if this generation of it is the live one.

        Raises :class:`ObjectGone` where it was moved, deleted or replaced: on a bucket with versioning the old content
        could still be read, but it has been dealt with or superseded.
        """
        with storage_errors(bucket):
            blob = self._client.bucket(bucket).get_blob(name)
        if blob is None or blob.generation != generation:
            raise ObjectGone(f"{name} was moved, deleted or replaced since the notification.")
        return _dropped(bucket, blob)

    def exists(self, bucket: str, name: str) -> bool:
        """Say whether any object has the name now."""
        with storage_errors(bucket):
            return self._client.bucket(bucket).get_blob(name) is not None

    def find_moved(self, bucket: str, name: str, generation: int) -> Dropped | None:
        """Return the file that was dropped as ``name``, wherever it lies now; ``None`` where it is gone."""
        rest = fitting(name, SHOWN_ROOM).partition("/")[2]
        places = [name]
        for folder in (PROCESSED, REJECTED):
            places += [folder + rest, with_generation(folder + rest, generation)]
        with storage_errors(bucket):
            for place in places:
                blob = self._client.bucket(bucket).get_blob(place)
                metadata = (blob.metadata or {}) if blob is not None else {}
                if blob is not None and str(generation) in {str(blob.generation), metadata.get(SOURCE_GENERATION)}:
                    return _dropped(bucket, blob)
        return None

    @contextmanager
    def open(self, dropped: Dropped) -> Iterator[BinaryIO]:
        """Open exactly this generation for reading, unpacked where it is stored packed; it is fetched as it is read.

        Raises :class:`ObjectGone` if it is replaced or deleted meanwhile, and
        :class:`~omnicapi.errors.UnreadableFile` where it cannot be unpacked.
        """
        # Without a checksum: when the last byte is there, most rows are published.
        stored = StoredObject(dropped.name, dropped.generation, dropped.size)
        chunk = SCATTERED.get(PurePosixPath(dropped.name).suffix.casefold(), CHUNK)
        encoding = dropped.content_encoding
        with storage_errors(dropped.bucket), open_stored(self._client.bucket(dropped.bucket), stored, chunk) as stream:
            yield unpacked(dropped.name, stream, dropped.size, encoding, self._options)

    def move(self, dropped: Dropped, name: str, metadata: Mapping[str, str]) -> str:
        """Move the object to ``name``, made by :func:`~ingest.storage.derived_names.fitting`; return its name there.

        Where another file has that name already, the generation goes into the new one, so that nothing is overwritten.
        A move that was interrupted can be repeated: the copy is recognised. The original is removed only if it is
        still the live object; a newer one of the same name stays.
        """
        with storage_errors(dropped.bucket):
            target = self._copy(dropped, name, metadata)
            self._delete(dropped)
            return target

    def annotate(self, dropped: Dropped, metadata: Mapping[str, str]) -> None:
        """Add metadata to the object where it lies, which changes nothing of its content.

        Where the client's own leaves no room for it nothing is added: what lies there is not ours.
        """
        both = together(dropped.metadata, metadata)
        if not dropped.metadata.keys() <= both.keys():
            return
        with storage_errors(dropped.bucket):
            blob = self._client.bucket(dropped.bucket).blob(dropped.name)
            blob.metadata = both
            blob.patch(if_generation_match=dropped.generation)

    def note(self, bucket: str, name: str, text: str) -> None:
        """Write a small text object, in place of any of the same name."""
        with storage_errors(bucket):
            self._client.bucket(bucket).blob(name).upload_from_string(text, content_type="text/plain; charset=utf-8")

    def _copy(self, dropped: Dropped, name: str, metadata: Mapping[str, str]) -> str:
        bucket = self._client.bucket(dropped.bucket)
        for target in (name, with_generation(name, dropped.generation)):
            blob = bucket.blob(target)
            blob.content_type, blob.content_encoding = dropped.content_type, dropped.content_encoding
            ours = {**metadata, SOURCE_GENERATION: str(dropped.generation)}
            blob.metadata = together(dropped.metadata, ours)
            there = bucket.get_blob(target)
            if there is None and self._rewrite(bucket, blob, dropped):
                return target
            # Whoever copied it, we before a crash, another instance, or this very call, whose answer was lost.
            there = there or bucket.get_blob(target)
            if there is not None and (there.metadata or {}).get(SOURCE_GENERATION) == str(dropped.generation):
                return target
        raise TransientError(f"{name} was written by someone else at the same moment; it will be tried again.")

    def _rewrite(self, bucket: Any, blob: Any, dropped: Dropped) -> bool:
        source = bucket.blob(dropped.name, generation=dropped.generation)
        token = None
        try:
            while True:
                token, _, _ = blob.rewrite(source, token=token, if_generation_match=0)
                if token is None:
                    return True
        except PreconditionFailed:  # the name was taken between the look and the copy
            return False

    def _delete(self, dropped: Dropped) -> None:
        bucket = self._client.bucket(dropped.bucket)
        live = bucket.get_blob(dropped.name)
        if live is None or live.generation != dropped.generation:
            return
        try:
            # Without a generation in the address: with versioning the content stays recoverable.
            bucket.blob(dropped.name).delete(if_generation_match=dropped.generation)
        except (NotFound, PreconditionFailed):
            return  # gone or replaced this very moment, which is all the same


def _dropped(bucket: str, blob: Any) -> Dropped:
    created_ms = int(blob.time_created.timestamp() * 1000)
    about = blob.content_type, blob.metadata or {}, created_ms, blob.content_encoding
    return Dropped(bucket, blob.name, blob.generation, blob.size, *about)


def with_generation(name: str, generation: int) -> str:
    """Return ``name`` with the generation before its ending, for a second file of the same name."""
    folder, slash, file = name.rpartition("/")
    stem, dot, suffix = file.rpartition(".")
    return f"{folder}{slash}{stem}.{generation}{dot}{suffix}" if dot else f"{name}.{generation}"


def together(theirs: Mapping[str, str], ours: Mapping[str, str]) -> dict[str, str]:
    """Return metadata with ours added; where Cloud Storage would not take so much, only ours."""
    both = {**theirs, **ours}
    size = sum(len(name.encode()) + len(value.encode()) for name, value in both.items())
    return both if size <= MOST_METADATA else dict(ours)
