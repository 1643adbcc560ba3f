"""Configuration files, on disk or in a bucket (``gs://…``), read again when they change."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, Generic, Protocol, TypeVar

from google.api_core.exceptions import NotFound

from omnicapi import stored
from omnicapi.errors import BadSettings
from omnicapi.gzipped import DAMAGE, not_unpacked, unpacked

MOST_BYTES = 16 * 1024 * 1024
"""Bytes of a policy or a datasets file."""

MOST_LINE = MOST_BYTES
"""Bytes of a line; more is no text, and would fill the memory."""

_SCHEME = "gs://"
_CHUNK = 4 * 1024 * 1024
_TRIES = 3


class StorageClient(Protocol):
    """The part of ``google.cloud.storage.Client`` that is used here."""

    def bucket(self, bucket_name: str) -> stored.Client:
        """Return a bucket, without asking whether it exists."""
        ...


class Replaced(BadSettings):
    """A file was replaced while it was read; what is there now can be read."""


@dataclass(frozen=True)
class Found:
    """A file as it is now. ``version`` changes with the content; ``open`` gives the bytes of this version."""

    place: str
    version: str
    open: Callable[[], io.BufferedReader]

    def lines(self) -> Iterator[bytes]:
        """Yield the lines, with little in memory at a time; what is packed with gzip is unpacked.

        Raises :class:`BadSettings` where the file cannot be read to its end: whoever has some of its lines by then must
        not use them.
        """
        with _told(self.place), self.open() as file:
            yield from _split(unpacked(file), self.place)


class Files:
    """Finds files by path or ``gs://`` address. ``storage`` makes the client, if an address asks for one."""

    def __init__(self, storage: Callable[[], StorageClient]) -> None:
        self._storage = storage
        self._client: StorageClient | None = None

    def find(self, place: str) -> Found:
        """Return a file as it is now. Raises :class:`BadSettings` where there is none."""
        with _told(place):
            return self._object(place) if place.startswith(_SCHEME) else _file(place)

    def _object(self, place: str) -> Found:
        if self._client is None:
            self._client = self._storage()
        name, _, path = place.removeprefix(_SCHEME).partition("/")
        bucket = self._client.bucket(name)
        found = stored.find(bucket, path)
        if found is None:
            raise BadSettings(f"{place} does not exist; upload it, or correct the setting that names it.")
        if (refusal := not_unpacked(found.content_encoding)) is not None:
            raise BadSettings(f"{place} cannot be used. {refusal}")
        version = f"generation {found.generation}"
        return Found(place, version, lambda: stored.open_stored(bucket, found, _CHUNK))


def _file(place: str) -> Found:
    version = _version(place)

    def unchanged() -> None:
        if _version(place) != version:
            raise _replaced(place)

    return Found(place, version, lambda: io.BufferedReader(_Watched(place, unchanged), _CHUNK))


def _version(path: str) -> str:
    about = Path(path).stat()
    return f"{about.st_mtime_ns} {about.st_size} {about.st_ino}"


class _Watched(io.FileIO):
    """A file on disk that calls ``at_end`` before it ends: somebody may be writing it."""

    def __init__(self, path: str, at_end: Callable[[], None]) -> None:
        super().__init__(path)
        self._at_end = at_end

    def readinto(self, buffer: Any, /) -> int:
        count = super().readinto(buffer) or 0
        if not count:
            self._at_end()
        return count


@contextmanager
def _told(place: str) -> Iterator[None]:
    """Say in our own words why a file cannot be read."""
    try:
        yield
    except NotFound:
        raise _replaced(place) from None
    except DAMAGE:
        raise BadSettings(
            f"{place} is packed with gzip, and damaged or cut off; nothing of it is used. Upload it again."
        ) from None
    except stored.FAILURES as error:
        raise BadSettings(
            f"{place} cannot be read ({type(error).__name__}); the service's account needs to read its bucket."
        ) from None
    except OSError as error:
        raise BadSettings(f"{place} cannot be read: {error.strerror}.") from None


def _replaced(place: str) -> Replaced:
    return Replaced(f"{place} was replaced or deleted while it was read; nothing of it is used.")


def _split(file: IO[bytes], place: str) -> Iterator[bytes]:
    rest = b""
    while chunk := file.read(_CHUNK):
        *whole, rest = (rest + chunk).split(b"\n")
        yield from whole
        if len(rest) > MOST_LINE:
            raise BadSettings(f"{place} cannot be used: it has a line of more than {MOST_LINE:,} bytes.")
    if rest:
        yield rest


def whole(lines: Iterator[bytes], place: str) -> bytes:
    """Return a small file in one piece. Raises :class:`BadSettings` where it is larger than :data:`MOST_BYTES`."""
    text = bytearray()
    for line in lines:
        text += line + b"\n"
        if len(text) > MOST_BYTES:
            raise BadSettings(f"{place} cannot be used: it is larger than {MOST_BYTES:,} bytes.")
    return bytes(text)


def storage_client() -> StorageClient:
    """Make Google's client; call it after the server forked."""
    from google.cloud.storage import Client  # noqa: PLC0415 - slow to import, needed only where a file lies in a bucket

    client: StorageClient = Client()
    return client


T = TypeVar("T")


class Document(Generic[T]):
    """One file and what it says. ``place`` may be ``None``: then ``absent`` is what it says, for ever."""

    def __init__(self, files: Files, place: str | None, read: Callable[[Iterator[bytes], str], T], absent: T) -> None:
        self._files = files
        self._read = read
        self._version = ""
        self.place = place
        self.value = absent

    def refresh(self) -> bool:
        """Read the file if it changed and say whether it did; keep the old value where it cannot be used.

        One that is replaced while it is read is read anew. Raises :class:`BadSettings`.
        """
        for _ in range(_TRIES - 1):
            with suppress(Replaced):
                return self._refresh()
        return self._refresh()

    def _refresh(self) -> bool:
        if self.place is None:
            return False
        found = self._files.find(self.place)
        if found.version == self._version:
            return False
        self.value = self._read(found.lines(), self.place)
        self._version = found.version
        return True
