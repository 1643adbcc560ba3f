"""Configuration files, on disk or in a bucket (``gs://…``), read again when they change."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO, Generic, Protocol, TypeVar

from google.api_core.exceptions import GoogleAPIError

from omnicapi.errors import BadSettings

_SCHEME = "gs://"
_CHUNK = 4 * 1024 * 1024  # bytes; Cloud Storage wants a multiple of 256 KiB


class Blob(Protocol):
    """The part of ``google.cloud.storage.Blob`` that is used here."""

    generation: int | None

    def open(self, mode: str, chunk_size: int) -> IO[bytes]:
        """Open the object for reading in pieces of ``chunk_size`` bytes."""
        ...


class Bucket(Protocol):
    """The part of ``google.cloud.storage.Bucket`` that is used here."""

    def get_blob(self, blob_name: str) -> Blob | None:
        """Return the object, or ``None`` where there is none."""
        ...


class StorageClient(Protocol):
    """The part of ``google.cloud.storage.Client`` that is used here."""

    def bucket(self, bucket_name: str) -> Bucket:
        """Return a bucket, without asking whether it exists."""
        ...


class Files:
    """Opens files by path or ``gs://`` address. ``storage`` makes the client, if an address asks for one."""

    def __init__(self, storage: Callable[[], StorageClient]) -> None:
        self._storage = storage
        self._client: StorageClient | None = None

    def version(self, place: str) -> str:
        """Return a text that changes whenever the content does. Raises :class:`BadSettings` where there is no file."""
        if place.startswith(_SCHEME):
            return f"generation {self._blob(place).generation}"
        try:
            about = Path(place).stat()
        except OSError as error:
            raise BadSettings(f"{place} cannot be read: {error.strerror}.") from None
        return f"{about.st_mtime_ns} {about.st_size} {about.st_ino}"

    def lines(self, place: str) -> Iterator[bytes]:
        """Yield the lines, with little in memory at a time. Raises :class:`BadSettings` where there is no file."""
        try:
            with self._open(place) as file:
                yield from _split(file)
        except OSError as error:
            raise BadSettings(f"{place} cannot be read: {error.strerror}.") from None

    def _open(self, place: str) -> IO[bytes]:
        return self._blob(place).open("rb", _CHUNK) if place.startswith(_SCHEME) else Path(place).open("rb")

    def _blob(self, place: str) -> Blob:
        if self._client is None:
            self._client = self._storage()
        bucket, _, name = place.removeprefix(_SCHEME).partition("/")
        try:
            blob = self._client.bucket(bucket).get_blob(name)
        except GoogleAPIError as error:
            raise BadSettings(
                f"{place} cannot be read ({type(error).__name__}); the service's account needs to read its bucket."
            ) from None
        if blob is None:
            raise BadSettings(f"{place} does not exist; upload it, or correct the setting that names it.")
        return blob


def _split(file: IO[bytes]) -> Iterator[bytes]:
    rest = b""
    while chunk := file.read(_CHUNK):
        *whole, rest = (rest + chunk).split(b"\n")
        yield from whole
    if rest:
        yield rest


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

        Raises :class:`BadSettings`.
        """
        if self.place is None:
            return False
        version = self._files.version(self.place)
        if version == self._version:
            return False
        self.value = self._read(self._files.lines(self.place), self.place)
        self._version = version
        return True
