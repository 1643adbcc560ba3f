"""Where maps are kept: a directory, or objects in the bucket, so that an analyst changes one without a deployment."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Protocol, TypeVar

from ingest.maps import ga4_tables as ga4
from ingest.maps.field_map import Map, parse
from omnicapi.errors import BadMap, OmniCapiError, UnknownChannel
from omnicapi.logs import failure
from omnicapi.storage.documents import Documents
from omnicapi.storage.found import Found, Replaced

log = logging.getLogger(__name__)

T = TypeVar("T")

SUFFIX = ".json"

NOT_CHANNELS = ("schema", ga4.NAME)
"""``schema.json`` describes the maps, ``ga4.json`` holds the tables of GA4's events: files of no channel."""


class MapFolder(Protocol):
    """A place that holds ``<channel>.json`` files."""

    def files(self) -> Mapping[str, Found]:
        """Return the files as they are now, by name; raises as :class:`~omnicapi.storage.documents.Documents` does."""
        ...


class Folder:
    """Maps in a directory, or as objects: ``gs://bucket/maps``."""

    def __init__(self, place: str | Path, documents: Documents | None = None) -> None:
        self._place = str(place)
        self._documents = documents or Documents()

    def files(self) -> Mapping[str, Found]:
        """Return the files as they are now, by name."""
        return self._documents.folder(self._place, SUFFIX)


class OneFile:
    """A single map, wherever it lies and whatever its name: for a preview."""

    def __init__(self, path: Path, channel: str | None = None) -> None:
        self._path, self._name = path, (channel or path.stem) + SUFFIX

    def files(self) -> Mapping[str, Found]:
        """Return the one file there is, under its channel's name; raises BadDocument where there is none."""
        return {self._name: Documents().find(str(self._path))}


class Maps:
    """The maps of a folder by channel: read when first asked for, and again when they change.

    The folder is looked at no more often than every ``refresh`` seconds; where it cannot be looked at, the log says so,
    and what is known already goes on being used.
    """

    def __init__(self, folder: MapFolder, refresh: float = 60.0, clock: Callable[[], float] = time.monotonic) -> None:
        self._folder = folder
        self._refresh = refresh
        self._clock = clock
        self._lock = threading.Lock()
        self._looked: float | None = None
        self._files: dict[str, Found] = {}
        self._maps: dict[str, tuple[str, Map]] = {}
        self._tables: tuple[str, ga4.Tables] | None = None

    def is_due(self) -> bool:
        """Say whether the folder is looked at with the next question, which takes time where it is a bucket."""
        return self._looked is None or self._clock() - self._looked >= self._refresh

    def channels(self) -> frozenset[str]:
        """Return the channels that have a map, in lower case."""
        with self._lock:
            self._look()
            return frozenset(self._files).difference(NOT_CHANNELS)

    def get(self, channel: str) -> Map:
        """Return the map of a channel.

        Raises :class:`~omnicapi.errors.UnknownChannel`, or :class:`~omnicapi.errors.BadDocument` until somebody mends
        it, and TransientError where it is being replaced.
        """
        with self._lock:
            self._look()
            if channel not in self._files or channel in NOT_CHANNELS:
                known = ", ".join(sorted(set(self._files).difference(NOT_CHANNELS))) or "none"
                raise UnknownChannel(
                    f"There is no map for this channel; the known channels are: {known}. "
                    "A new channel needs a map, maps/<channel>.json."
                )
            read = self._read(channel, self._maps.get(channel), lambda content: parse(channel, content))
            self._maps[channel] = read
            return read[1]

    def ga4(self) -> ga4.Tables:
        """Return the tables of GA4's events; raises :class:`~omnicapi.errors.BadMap` until somebody mends them."""
        with self._lock:
            self._look()
            if ga4.NAME not in self._files:
                raise BadMap(f"maps/{ga4.NAME}.json is missing: put the one of this repository beside the other maps.")
            self._tables = self._read(ga4.NAME, self._tables, ga4.parse)
            return self._tables[1]

    def _read(self, name: str, known: tuple[str, T] | None, parse: Callable[[bytes], T]) -> tuple[str, T]:
        """Return the version of a file and what it says; ``known`` is what it said when it was read last."""
        file = self._files[name]
        if known is not None and known[0] == file.version:
            return known
        try:
            return file.version, parse(file.content())
        except Replaced:  # since the folder was looked at
            self._looked = None
            self._look()
            if name not in self._files:
                raise
            file = self._files[name]
            return file.version, parse(file.content())

    def _look(self) -> None:
        now = self._clock()
        if not self.is_due():
            return
        try:
            files = self._folder.files()
        except OmniCapiError as error:
            if self._looked is None:
                raise
            log.warning("the maps cannot be looked at; those known go on to apply", extra=failure(error))
        else:
            self._files = {name.removesuffix(SUFFIX).casefold(): file for name, file in files.items()}
        self._looked = now
