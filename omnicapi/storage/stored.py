"""Objects of Cloud Storage, read as they are stored: one generation, to its last byte.

An object with ``Content-Encoding: gzip`` is unpacked on its way, by Cloud Storage or by the HTTP library, unless the
stored bytes are asked for; of an unpacked answer no range is what was asked for (gcp.md §1.8;
https://cloud.google.com/storage/docs/transcoding). So the stored bytes are read here, which are also what the object's
size and checksum count, and :mod:`omnicapi.storage.gzipped` unpacks them.
"""

from __future__ import annotations

import base64
import http.client
import io
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol

import google_crc32c
import urllib3.exceptions
from google.api_core.exceptions import GoogleAPIError, NotFound
from google.auth.exceptions import GoogleAuthError
from requests.exceptions import RequestException

from omnicapi.errors import ConfigurationError
from omnicapi.storage.gzipped import DAMAGE, is_declared, unpacked

CHUNK = 4 * 1024 * 1024
"""Bytes that are fetched at a time where the caller does not say."""

_TRIES = 20

_extend: Callable[[int, bytes], int] = google_crc32c.extend

FAILURES = (
    GoogleAPIError,
    GoogleAuthError,
    RequestException,
    urllib3.exceptions.HTTPError,
    http.client.HTTPException,
    ConnectionError,
    TimeoutError,
)
"""What Google's client raises where the bucket cannot be reached, refuses, or breaks an answer off."""


class BrokenTransfer(ConnectionError):
    """The bytes that arrived are not those of the object: fewer, more, or others. Reading again will help."""


class DamagedObject(ConfigurationError):
    """An object of ours was stored anew by somebody, packed, and cannot be unpacked; it has to be restored."""


class Client(Protocol):
    """The part of ``google.cloud.storage.Bucket`` that is used here."""

    def get_blob(self, blob_name: str) -> Any:
        """Return the object as it is now, or ``None`` where there is none."""
        ...

    def blob(self, blob_name: str, generation: int) -> Any:
        """Return a name for one generation of an object, without asking whether it exists."""
        ...


@dataclass(frozen=True)
class StoredObject:
    """One content of one name. ``size`` is in bytes as stored, ``crc32c`` their sum, if the bucket says it."""

    name: str
    generation: int
    size: int
    crc32c: str | None = None
    content_encoding: str | None = None


@dataclass(frozen=True)
class StoredContent:
    """The content of one generation of an object."""

    content: bytes
    generation: int


def find(bucket: Client, name: str) -> StoredObject | None:
    """Return an object as it is now, or ``None`` where there is none."""
    blob = bucket.get_blob(name)
    return None if blob is None else described(blob)


def described(blob: Any) -> StoredObject:
    """Return what a ``google.cloud.storage.Blob`` that was looked up or listed says of itself."""
    return StoredObject(blob.name, blob.generation, blob.size, blob.crc32c, blob.content_encoding)


def open_stored(bucket: Client, stored: StoredObject, chunk: int = CHUNK) -> io.BufferedReader:
    """Open the stored bytes of exactly this generation; ``chunk`` bytes are fetched at a time.

    Reading raises ``google.api_core.exceptions.NotFound`` once the generation is gone and :class:`BrokenTransfer` where
    the bucket gives other bytes than the object has; it never ends before the object does.
    """
    return io.BufferedReader(_Stored(bucket.blob(stored.name, generation=stored.generation), stored), chunk)


def content(bucket: Client, stored: StoredObject) -> bytes:
    """Return what exactly this generation of an object holds, unpacked where it is stored packed.

    Raises as reading from :func:`open_stored` does, and :class:`DamagedObject` where it cannot be unpacked.
    """
    if not is_declared(stored.content_encoding):
        return _Stored(bucket.blob(stored.name, generation=stored.generation), stored).readall()
    try:
        with open_stored(bucket, stored) as stream:
            return unpacked(stream).read()
    except DAMAGE:
        raise DamagedObject(f"{stored.name} is stored packed with gzip, and damaged or cut off.") from None


def current(bucket: Client, name: str) -> StoredContent | None:
    """Return an object with its content as it is now, or ``None`` where there is none."""
    for _ in range(_TRIES):
        if (found := find(bucket, name)) is None:
            return None
        try:
            return StoredContent(content(bucket, found), found.generation)
        except NotFound:
            continue  # replaced between the two calls
    raise BrokenTransfer("The object was replaced each time it was read.")


class _Stored(io.RawIOBase):
    """Fetches what is read. A checksum is kept of what is read in order, and compared at the end."""

    def __init__(self, blob: Any, stored: StoredObject) -> None:
        self._blob = blob
        self._stored = stored
        self._at = 0
        self._sum, self._summed = 0, 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._at

    def seek(self, offset: int, whence: int = io.SEEK_SET, /) -> int:
        start = {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self._stored.size}[whence]
        self._at = max(0, start + offset)
        return self._at

    def readall(self) -> bytes:
        return self._fetched(self._stored.size - self._at)

    def readinto(self, buffer: Any, /) -> int:
        piece = self._fetched(min(len(buffer), self._stored.size - self._at))
        buffer[: len(piece)] = piece
        return len(piece)

    def _fetched(self, wanted: int) -> bytes:
        if wanted <= 0:
            return b""
        # Google's own reader would let the HTTP library unpack each range by itself.
        piece: bytes = self._blob.download_as_bytes(
            start=self._at, end=self._at + wanted - 1, raw_download=True, checksum=None
        )
        if len(piece) != wanted:
            raise BrokenTransfer(f"{len(piece)} bytes arrived instead of {wanted}.")
        self._add_up(piece)
        self._at += wanted
        return piece

    def _add_up(self, piece: bytes) -> None:
        if self._at != self._summed:
            return  # read here and there: nothing to compare with
        self._sum = _extend(self._sum, piece)
        self._summed += len(piece)
        expected = self._stored.crc32c
        if expected is None or self._summed < self._stored.size:
            return
        if base64.b64encode(self._sum.to_bytes(4, "big")).decode() != expected:
            raise BrokenTransfer("The bytes that arrived do not add up to the object's checksum.")
