"""Where maps are kept: a directory, or objects in the bucket, so that an analyst changes one without a deployment."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Protocol

from ingest.maps import ga4_tables as ga4
from ingest.maps.field_map import Map, parse
from ingest.storage.errors import ObjectGone, storage_errors
from omnicapi import stored
from omnicapi.errors import BadMap, TransientError, UnknownChannel
from omnicapi.gzipped import DAMAGE, not_unpacked, unpacked

SUFFIX = ".json"

MOST_BYTES = 16_000_000
"""Bytes of a map, unpacked."""

NOT_CHANNELS = ("schema", ga4.NAME)
"""``schema.json`` describes the maps, ``ga4.json`` holds the tables of GA4's events: files of no channel."""


class MapFolder(Protocol):
    """A place that holds ``<channel>.json`` files."""

    def versions(self) -> Mapping[str, str]:
        """Return, by file name, something that changes whenever that file does."""
        ...

    def read(self, name: str) -> bytes:
        """Return the content of one file."""
        ...


class Directory:
    """Maps in a directory of this machine, or of the container's image."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def versions(self) -> Mapping[str, str]:
        """Return modification time and size by file name."""
        files = ((file.name, file.stat()) for file in self._path.glob(f"*{SUFFIX}"))
        return {name: f"{status.st_mtime_ns} {status.st_size}" for name, status in files}

    def read(self, name: str) -> bytes:
        """Return the content of one file."""
        return (self._path / name).read_bytes()


class OneFile:
    """A single map, wherever it lies and whatever its name: for a preview."""

    def __init__(self, path: Path, channel: str | None = None) -> None:
        self._files = {(channel or path.stem) + SUFFIX: path}

    def versions(self) -> Mapping[str, str]:
        """Return the one name there is; the file is not looked at again."""
        return dict.fromkeys(self._files, "")

    def read(self, name: str) -> bytes:
        """Return the file's content; raises OSError where there is none."""
        return self._files[name].read_bytes()


class BucketFolder:
    """Maps as objects: ``gs://bucket/maps``. ``client`` is a ``google.cloud.storage.Client``."""

    def __init__(self, client: Any, url: str) -> None:
        self._client = client
        self._bucket, _, prefix = url.removeprefix("gs://").partition("/")
        self._prefix = f"{prefix.rstrip('/')}/" if prefix else ""

    def versions(self) -> Mapping[str, str]:
        """Return the generation by file name; raises TransientError where the bucket does not answer."""
        with storage_errors(self._bucket):
            blobs = self._client.list_blobs(self._bucket, prefix=self._prefix, delimiter="/")
            names = ((blob.name.removeprefix(self._prefix), blob.generation) for blob in blobs)
            return {name: str(generation) for name, generation in names if name.endswith(SUFFIX)}

    def read(self, name: str) -> bytes:
        """Return the content of one object, unpacked where it is stored packed.

        Raises TransientError where the bucket does not answer, and BadMap where the object cannot be unpacked.
        """
        with storage_errors(self._bucket):
            bucket = self._client.bucket(self._bucket)
            found = stored.find(bucket, self._prefix + name)
            if found is None:
                raise ObjectGone(f"{name} is no longer in the folder of maps; it will be looked for again.")
            if (refusal := not_unpacked(found.content_encoding)) is not None:
                raise BadMap(f"{name} cannot be used. {refusal}")
            try:
                with stored.open_stored(bucket, found) as stream:
                    content = unpacked(stream).read(MOST_BYTES + 1)
            except DAMAGE:
                raise BadMap(f"{name} is packed with gzip, and damaged or cut off; upload it again.") from None
        if len(content) > MOST_BYTES:
            raise BadMap(f"{name} is larger than {MOST_BYTES:,} bytes; it is no map.")
        return content


class Maps:
    """The maps of a folder by channel: read when first asked for, and again when they change.

    The folder is looked at no more often than every ``refresh`` seconds; where it cannot be reached, what is known
    already goes on being used.
    """

    def __init__(self, folder: MapFolder, refresh: float = 60.0, clock: Callable[[], float] = time.monotonic) -> None:
        self._folder = folder
        self._refresh = refresh
        self._clock = clock
        self._lock = threading.Lock()
        self._looked: float | None = None
        self._files: dict[str, tuple[str, str]] = {}
        self._maps: dict[str, tuple[str, Map]] = {}
        self._tables: tuple[str, ga4.Tables] | None = None

    def channels(self) -> frozenset[str]:
        """Return the channels that have a map, in lower case."""
        with self._lock:
            self._look()
            return frozenset(self._files).difference(NOT_CHANNELS)

    def get(self, channel: str) -> Map:
        """Return the map of a channel.

        Raises :class:`~omnicapi.errors.UnknownChannel`, or :class:`~omnicapi.errors.BadMap` until somebody mends it.
        """
        with self._lock:
            self._look()
            if channel not in self._files or channel in NOT_CHANNELS:
                known = ", ".join(sorted(set(self._files).difference(NOT_CHANNELS))) or "none"
                raise UnknownChannel(
                    f"There is no map for this channel; the known channels are: {known}. "
                    "A new channel needs a map, maps/<channel>.json."
                )
            name, version = self._files[channel]
            read = self._maps.get(channel)
            if read is None or read[0] != version:
                read = self._maps[channel] = (version, parse(channel, self._folder.read(name)))
            return read[1]

    def ga4(self) -> ga4.Tables:
        """Return the tables of GA4's events; raises :class:`~omnicapi.errors.BadMap` until somebody mends them."""
        with self._lock:
            self._look()
            if ga4.NAME not in self._files:
                raise BadMap(f"maps/{ga4.NAME}.json is missing: put the one of this repository beside the other maps.")
            name, version = self._files[ga4.NAME]
            if self._tables is None or self._tables[0] != version:
                self._tables = (version, ga4.parse(self._folder.read(name)))
            return self._tables[1]

    def _look(self) -> None:
        now = self._clock()
        if self._looked is not None and now - self._looked < self._refresh:
            return
        try:
            versions = self._folder.versions()
        except TransientError:
            if self._looked is None:
                raise
        else:
            self._files = {name.removesuffix(SUFFIX).casefold(): (name, version) for name, version in versions.items()}
        self._looked = now
