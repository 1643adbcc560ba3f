"""Files that somebody changes while the services run, on disk or in a bucket (``gs://…``): read again when they change.

Policies, opt-out lists, datasets, maps, keys and tokens are all read here, so that each of them is read whole or not at
all, has a bound, and fails with a text that names the file and the remedy.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, Generic, Protocol, TypeVar

from omnicapi.errors import BadDocument, ConfigurationError, TransientError
from omnicapi.storage.gzipped import DAMAGE, unpacked

MOST_BYTES = 16 * 1024 * 1024
"""Bytes of a document that is read in one piece, such as a policy or a map, unpacked."""

MOST_SECRET_BYTES = 65_536
"""Bytes of a key or token; Secret Manager holds no larger ones (https://cloud.google.com/secret-manager/quotas)."""

MOST_LINE = MOST_BYTES
"""Bytes of a line; more is no text, and would fill the memory."""

CHUNK = 4 * 1024 * 1024
"""Bytes that are read at a time."""

NO_CREDENTIALS = (
    "There are no credentials for Cloud Storage: run the service with a service account, or on a machine of your own "
    "`gcloud auth application-default login`."
)

_SCHEME = "gs://"
_TRIES = 3

T = TypeVar("T")


class Storage(Protocol):
    """The part of ``google.cloud.storage.Client`` that is used here."""

    def bucket(self, bucket_name: str) -> Any:
        """Return a bucket, without asking whether it exists."""
        ...

    def list_blobs(self, bucket_or_name: str, /, *, prefix: str, delimiter: str) -> Any:
        """Return the objects whose names begin with ``prefix`` and do not have ``delimiter`` after it."""
        ...


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


def storage_client(project: str | None = None) -> Storage:
    """Make Google's client; call it after the server forked. Raises ConfigurationError where it finds no account."""
    # Slow to import, and needed only where a file lies in a bucket.
    from google.auth.exceptions import DefaultCredentialsError  # noqa: PLC0415
    from google.cloud.storage import Client  # noqa: PLC0415

    try:
        client: Storage = Client(project=project)
    except DefaultCredentialsError:
        raise ConfigurationError(NO_CREDENTIALS) from None
    except OSError:  # so it says that it found no project
        raise ConfigurationError("Cloud Storage is asked in the name of a project: set GOOGLE_CLOUD_PROJECT.") from None
    return client


class Documents:
    """Finds files by path or ``gs://`` address. ``storage`` makes the client, if an address asks for one."""

    def __init__(self, storage: Callable[[], Storage] = storage_client) -> None:
        self._storage = storage
        self._client: Storage | None = None

    def find(self, place: str) -> Found:
        """Return a file as it is now.

        Raises :class:`NoDocument` where there is none, BadDocument or ConfigurationError where it may not be read, and
        TransientError where the bucket does not answer.
        """
        if not place.startswith(_SCHEME):
            return _file(place)
        from omnicapi.storage.bucket_documents import find  # noqa: PLC0415 - Google's libraries are slow to import

        return find(self._bucket_client(), place)

    def folder(self, place: str, suffix: str) -> Mapping[str, Found]:
        """Return the files of a folder whose names end in ``suffix``, by name; a directory that is not there has none.

        Raises as :meth:`find` does.
        """
        if not place.startswith(_SCHEME):
            return dict(_files(Path(place), suffix))
        from omnicapi.storage.bucket_documents import listed  # noqa: PLC0415 - Google's libraries are slow to import

        return listed(self._bucket_client(), place, suffix)

    def content(self, place: str, most: int = MOST_BYTES) -> bytes:
        """Return what a file holds now, in one piece; one that is replaced while it is read is read anew."""
        return _tried(lambda: self.find(place).content(most))

    def _bucket_client(self) -> Storage:
        if self._client is None:
            self._client = self._storage()
        return self._client


class Document(Generic[T]):
    """One file and what it says. ``place`` may be ``None``: then ``absent`` is what it says, for ever."""

    def __init__(
        self, documents: Documents, place: str | None, read: Callable[[Iterator[bytes], str], T], absent: T
    ) -> None:
        self._documents = documents
        self._read = read
        self._version = ""
        self.place = place
        self.value = absent

    def refresh(self) -> bool:
        """Read the file if it changed and say whether it did; keep the old value where it cannot be used.

        One that is replaced while it is read is read anew. Raises as :meth:`Documents.find` and :meth:`Found.lines` do.
        """
        return _tried(self._refresh)

    def _refresh(self) -> bool:
        if self.place is None:
            return False
        found = self._documents.find(self.place)
        if found.version == self._version:
            return False
        self.value = self._read(found.lines(), self.place)
        self._version = found.version
        return True


def whole(lines: Iterator[bytes], place: str, most: int = MOST_BYTES) -> bytes:
    """Return a small file in one piece. Raises BadDocument where it is larger than ``most`` bytes."""
    text = bytearray()
    for line in lines:
        text += line + b"\n"
        if len(text) > most:
            raise BadDocument(f"{place} cannot be used: it is larger than {most:,} bytes.")
    return bytes(text)


def _tried(read: Callable[[], T]) -> T:
    for _ in range(_TRIES - 1):
        try:
            return read()
        except Replaced:
            continue
    return read()


def _file(place: str) -> Found:
    with _disk_errors(place):
        version = _version(place)

    def unchanged() -> None:
        if _version(place) != version:
            raise Replaced(place)

    return Found(
        place,
        version,
        lambda: io.BufferedReader(_Watched(place, unchanged), CHUNK),
        lambda: _disk_errors(place),
    )


def _files(folder: Path, suffix: str) -> Iterator[tuple[str, Found]]:
    for path in sorted(folder.glob(f"*{suffix}")):
        with suppress(NoDocument):  # removed at this moment
            yield path.name, _file(str(path))


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
def _disk_errors(place: str) -> Iterator[None]:
    """Say in our own words why a file on disk cannot be read."""
    try:
        yield
    except DAMAGE:
        raise
    except (FileNotFoundError, NotADirectoryError):
        raise NoDocument(f"{place} does not exist; create it, or correct the setting that names it.") from None
    except OSError as error:
        raise BadDocument(f"{place} cannot be read: {error.strerror or type(error).__name__}.") from None


def _split(file: IO[bytes], place: str) -> Iterator[bytes]:
    rest = b""
    while chunk := file.read(CHUNK):
        *lines, rest = (rest + chunk).split(b"\n")
        yield from lines
        if len(rest) > MOST_LINE:
            raise BadDocument(f"{place} cannot be used: it has a line of more than {MOST_LINE:,} bytes.")
    if rest:
        yield rest
