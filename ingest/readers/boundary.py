"""Between a file's bytes and the libraries that parse them: what they raise is the file's fault, unless it was ours.

A file may be damaged in any way, and a library may raise anything at it. All of that is one refusal that says what to
do. Only what the stream itself raised, the network or the bucket, is no fault of the file and comes through as it was,
even where a library took it for damage or for the file's end.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import BinaryIO, TypeVar, cast

from ingest.readers.table import Row
from omnicapi.errors import OmniCapiError, UnreadableFile
from omnicapi.logs import failure

log = logging.getLogger(__name__)

FURTHEST = 2**62
"""Offset, in bytes, beyond which no file reaches; a damaged one may point there, where streams raise various things."""

T = TypeVar("T")


class Watched:
    """A stream of which is known what it failed with."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self.failure: Exception | None = None

    def read(self, size: int = -1, /) -> bytes:
        """Return the next bytes."""
        return self._noted(lambda: self._stream.read(size))

    def seek(self, offset: int, whence: int = os.SEEK_SET, /) -> int:
        """Go to an offset; raises ValueError at one that no file has, OSError at one before this file's beginning."""
        if not 0 <= offset <= FURTHEST and whence == os.SEEK_SET:
            raise ValueError("no file has such an offset")
        if whence == os.SEEK_END and self._noted(lambda: self._stream.seek(0, os.SEEK_END)) + offset < 0:
            raise OSError("the file is shorter")  # what readers of archives expect, and no failure of the stream
        return self._noted(lambda: self._stream.seek(offset, whence))

    def tell(self) -> int:
        """Return the offset."""
        return self._noted(self._stream.tell)

    def seekable(self) -> bool:
        """Say that it can be sought."""
        return True

    def _noted(self, call: Callable[[], T]) -> T:
        try:
            return call()
        except Exception as error:
            self.failure = error
            raise

    def as_stream(self) -> BinaryIO:
        """Return itself as what readers take."""
        return cast("BinaryIO", self)


@contextmanager
def refused(text: str, source: Watched | None = None) -> Iterator[None]:
    """Refuse a file with ``text``, whatever a library raises at its content; what ``source`` failed with is raised."""
    try:
        yield
    except OmniCapiError:
        raise
    except Exception:  # noqa: BLE001 - no library says all that it raises at damaged files
        raise (source and source.failure) or UnreadableFile(text) from None


@contextmanager
def guarded(stream: Watched) -> Iterator[None]:
    """Raise what ``stream`` failed with, else what is ours, else :class:`~omnicapi.errors.UnreadableFile`."""
    try:
        yield
    except Exception as error:  # noqa: BLE001 - as above
        raise stream.failure or _refusal(error) from None
    if stream.failure is not None:
        raise stream.failure


def guarded_rows(rows: Iterator[Row], stream: Watched) -> Iterator[Row]:
    """Yield the rows of a file, whose taking raises no more than :func:`guarded` does."""
    with guarded(stream):
        yield from rows


def _refusal(error: Exception) -> Exception:
    if isinstance(error, OmniCapiError):
        return error
    log.warning("a reader failed at a file", extra=failure(error))
    return UnreadableFile(
        "The file is damaged, or it is not what its name says; open it in the program that wrote it, save it anew, as "
        "CSV if that is of no use, and drop it again."
    )
