"""Packed files, .gz and .zip: unpacked as they are read, never to disk, and only as far as a real file would go."""

from __future__ import annotations

import gzip
import io
import os
from pathlib import PurePosixPath
from typing import BinaryIO, Protocol, cast

from ingest.readers.archive import opened
from ingest.readers.boundary import Watched, refused
from omnicapi.errors import UnreadableFile

MOST_HELD = 64_000_000
"""Bytes of a packed file that are held in memory, where a format needs it."""

FLOOR = 4_000_000
"""Bytes to which anything may unpack, however small it is: a short file can be very regular."""

_DAMAGED = "The packed file is damaged, cut off or protected by a password; pack it anew."

_PASSED_OVER = 1024 * 1024  # bytes unpacked at a time on the way to the end


class _Inner(Protocol):
    def read(self, size: int = -1, /) -> bytes: ...

    def seek(self, offset: int, whence: int = 0, /) -> int: ...

    def tell(self) -> int: ...


class Unpacked:
    """What a packed file holds, as a stream that can be sought. It ends with an error after ``limit`` bytes.

    ``source`` is the packed file, where nobody else looks whether it failed.
    """

    def __init__(self, inner: _Inner, limit: int, source: Watched | None = None) -> None:
        self._inner = inner
        self._limit = limit
        self._source = source

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        """Go to an offset in the unpacked bytes; what lies before is unpacked again, as far as the limit allows."""
        if whence == os.SEEK_END:
            while self.read(_PASSED_OVER):
                pass
        with refused(_DAMAGED, self._source):
            return self._inner.seek(offset, whence)

    def read(self, size: int = -1) -> bytes:
        """Return the next bytes; raises :class:`~omnicapi.errors.UnreadableFile` where they are damaged or too many."""
        with refused(_DAMAGED, self._source):
            data = self._inner.read(size)
        if self._inner.tell() > self._limit:
            raise UnreadableFile(
                f"The file unpacks to more than {self._limit:,} bytes, more than its packed size allows; "
                "drop it unpacked, or raise MAX_PACKING."
            )
        return data


def open_gzip(name: str, stream: BinaryIO, max_packing: int) -> tuple[str, BinaryIO]:
    """Return the name and content of what a .gz file holds."""
    limit = max(FLOOR, stream.seek(0, os.SEEK_END) * max_packing)
    stream.seek(0)
    return str(PurePosixPath(name).with_suffix("")), gunzipped(stream, limit)


def gunzipped(stream: BinaryIO, limit: int) -> BinaryIO:
    """Return what gzip packed, read as :class:`Unpacked` says; what ``stream`` raises comes through as it is."""
    source = Watched(stream)
    return cast("BinaryIO", Unpacked(gzip.GzipFile(fileobj=source.as_stream(), mode="rb"), limit, source))


def open_zip(stream: BinaryIO, max_packing: int) -> tuple[str, BinaryIO]:
    """Return the name and content of the one file in a .zip; what a Mac adds and folders do not count.

    Raises :class:`~omnicapi.errors.UnreadableFile` where it is no .zip, or holds no file or several: their rows would
    have the same numbers.
    """
    with refused(_DAMAGED):
        archive = opened(stream)
        files = [entry for entry in archive.infolist() if not _is_beside(entry.filename)]
    if len(files) != 1:
        raise UnreadableFile(f"The archive holds {len(files)} files; it must hold one. Pack or drop each by itself.")
    [entry] = files
    with refused(_DAMAGED):
        inner = archive.open(entry)
    return entry.filename, cast("BinaryIO", Unpacked(inner, max(FLOOR, entry.compress_size * max_packing)))


def held(stream: BinaryIO, most: int) -> BinaryIO:
    """Return what a packed file holds in memory, for formats that are read here and there.

    Raises :class:`~omnicapi.errors.UnreadableFile` where it is larger than ``most`` bytes, or :data:`MOST_HELD`.
    """
    most = min(most, MOST_HELD)
    content = stream.read(most + 1)
    if len(content) > most:
        raise UnreadableFile(
            f"A spreadsheet or Parquet file of more than {most:,} bytes is packed, in an archive or by "
            "Content-Encoding: gzip; upload it as it is, it is compressed itself."
        )
    return io.BytesIO(content)


def _is_beside(name: str) -> bool:
    path = PurePosixPath(name)
    return name.endswith("/") or path.name.startswith(".") or "__MACOSX" in path.parts
