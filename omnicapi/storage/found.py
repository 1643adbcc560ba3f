"""A file that was found, on disk or in a bucket: one version of it, read whole or not at all, within bounds."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import IO

from omnicapi.errors import BadDocument, TransientError
from omnicapi.storage.gzipped import DAMAGE, unpacked

MOST_BYTES = 16 * 1024 * 1024
"""Bytes of a document that is read in one piece, such as a policy or a map, unpacked."""

MOST_SECRET_BYTES = 65_536
"""Bytes of a key or token; Secret Manager holds no larger ones (https://cloud.google.com/secret-manager/quotas)."""

MOST_LINE = MOST_BYTES
"""Bytes of a line; more is no text, and would fill the memory."""

CHUNK = 4 * 1024 * 1024
"""Bytes that are read at a time."""


class NoDocument(BadDocument):
    """There is no such file."""


class Replaced(TransientError):
    """A file was replaced while it was read; what is there now can be read."""

    def __init__(self, place: str) -> None:
        super().__init__(f"{place} was replaced or deleted while it was read; nothing of it is used.")


@dataclass(frozen=True)
class Found:
    """A file as it is now.

    ``version`` changes with the content, ``open`` gives the bytes of this version, and inside of ``errors`` its
    failures become ours.
    """

    place: str
    version: str
    open: Callable[[], io.BufferedReader]
    errors: Callable[[], AbstractContextManager[None]]

    def lines(self) -> Iterator[bytes]:
        """Yield the lines, with little in memory at a time; what is packed with gzip is unpacked.

        Raises BadDocument or TransientError where the file cannot be read to its end: whoever has some of its lines by
        then must not use them.
        """
        try:
            with self.errors(), self.open() as file:
                yield from _split(unpacked(file), self.place)
        except DAMAGE:
            raise BadDocument(
                f"{self.place} is packed with gzip, and damaged or cut off; nothing of it is used. Upload it again."
            ) from None

    def content(self, most: int = MOST_BYTES) -> bytes:
        """Return the file in one piece; raises as :meth:`lines` does, and BadDocument above ``most`` bytes."""
        return whole(self.lines(), self.place, most)


def whole(lines: Iterator[bytes], place: str, most: int = MOST_BYTES) -> bytes:
    """Return a small file in one piece. Raises BadDocument where it is larger than ``most`` bytes."""
    text = bytearray()
    for line in lines:
        text += line + b"\n"
        if len(text) > most:
            raise BadDocument(f"{place} cannot be used: it is larger than {most:,} bytes.")
    return bytes(text)


def _split(file: IO[bytes], place: str) -> Iterator[bytes]:
    rest = b""
    while chunk := file.read(CHUNK):
        *lines, rest = (rest + chunk).split(b"\n")
        yield from lines
        if len(rest) > MOST_LINE:
            raise BadDocument(f"{place} cannot be used: it has a line of more than {MOST_LINE:,} bytes.")
    if rest:
        yield rest
