"""The parts of a spreadsheet's file, which is a zip archive: unpacked block by block, never whole, never to disk.

The archive is read where it lies: of a file in the bucket only the ranges that are needed are fetched.
"""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from typing import IO, BinaryIO, cast

from ingest.readers.boundary import refused
from omnicapi.errors import UnreadableFile

BLOCK = 128 * 1024
"""Bytes unpacked at a time."""

MOST_DIRECTORY = 2_000_000
"""Bytes of the archive's directory, room for some 20,000 parts; a spreadsheet has tens of them."""

_DAMAGED = "The file is no spreadsheet, or it is damaged or protected by a password; save it anew."

MOST_DESCRIBED = 16_000_000
"""Bytes of a part that only describes the others. What it says is held in memory."""


class Archive:
    """The parts of one file by their names, in any case; each may unpack to ``limit`` bytes.

    Old .NET programs write folders with backslashes, which spreadsheet programs take.

    Raises :class:`~omnicapi.errors.UnreadableFile` where it is no archive, and wherever it turns out damaged.
    """

    def __init__(self, stream: BinaryIO, limit: int) -> None:
        with refused(_DAMAGED):
            self._zip = opened(stream)
        self._names = {name.replace("\\", "/").casefold(): name for name in self._zip.namelist()}
        self._limit = limit

    def __contains__(self, name: str) -> bool:
        return name.casefold() in self._names

    def blocks(self, name: str, most: int | None = None) -> Iterator[bytes]:
        """Yield what a part unpacks to, ``most`` bytes of it where that is said; nothing where it is not there."""
        found = self._names.get(name.casefold())
        if found is None:
            return
        left = limit = min(self._limit, most or self._limit)
        entry = self._zip.getinfo(found)
        entry.file_size = limit + 2 * BLOCK  # what unpacks counts, whatever size the archive claims
        with refused(_DAMAGED):
            part = self._zip.open(entry)
        with part:
            while block := _next(part):
                left -= len(block)
                if left < 0:
                    raise _too_much(limit, may_be_raised=limit == self._limit)
                yield block


def _too_much(limit: int, *, may_be_raised: bool) -> UnreadableFile:
    remedy = "save it anew, or raise MAX_PACKING." if may_be_raised else "save it anew."
    return UnreadableFile(f"The spreadsheet unpacks to more than {limit:,} bytes, more than its size allows; {remedy}")


def damaged() -> UnreadableFile:
    """Return the refusal of what is no spreadsheet, or not a whole one."""
    return UnreadableFile(_DAMAGED)


def _next(part: IO[bytes]) -> bytes:
    with refused(_DAMAGED):
        return part.read(BLOCK)


class Bounded:
    """A stream of which no large piece can be asked: a directory of millions of parts would fill the memory."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self.seek, self.tell, self.seekable = stream.seek, stream.tell, stream.seekable

    def read(self, size: int = -1, /) -> bytes:
        """Return the next bytes, at most those of a directory; raises BadZipFile where more are asked for."""
        if size > MOST_DIRECTORY:
            raise zipfile.BadZipFile
        return self._stream.read(size if size >= 0 else MOST_DIRECTORY)


def opened(stream: BinaryIO) -> zipfile.ZipFile:
    """Return the archive in ``stream``; raises whatever the library does where it is none."""
    return zipfile.ZipFile(cast("IO[bytes]", Bounded(stream)))
