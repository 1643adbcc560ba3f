"""Files that somebody changes while the services run, on disk or in a bucket (``gs://…``): read again when they change.

Policies, opt-out lists, datasets, maps, keys and tokens are all read here, so that each of them is read whole or not at
all, has a bound, and fails with a text that names the file and the remedy.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, Generic, Protocol, TypeVar

from omnicapi.errors import ConfigurationError
from omnicapi.storage import disk_documents
from omnicapi.storage.found import MOST_BYTES, Found, Replaced

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
            return disk_documents.file(place)
        from omnicapi.storage.bucket_documents import find  # noqa: PLC0415 - Google's libraries are slow to import

        return find(self._bucket_client(), place)

    def folder(self, place: str, suffix: str) -> Mapping[str, Found]:
        """Return the files of a folder whose names end in ``suffix``, by name; a directory that is not there has none.

        Raises as :meth:`find` does.
        """
        if not place.startswith(_SCHEME):
            return dict(disk_documents.files(Path(place), suffix))
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


def _tried(read: Callable[[], T]) -> T:
    for _ in range(_TRIES - 1):
        try:
            return read()
        except Replaced:
            continue
    return read()
