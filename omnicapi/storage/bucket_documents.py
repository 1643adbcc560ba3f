"""The objects of a bucket as :mod:`omnicapi.storage.documents`: a part of it that loads Google's libraries."""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from omnicapi.errors import BadDocument
from omnicapi.storage import stored
from omnicapi.storage.documents import Storage
from omnicapi.storage.errors import READ, ObjectGone, storage_errors
from omnicapi.storage.found import CHUNK, Found, NoDocument, Replaced
from omnicapi.storage.gzipped import not_unpacked


def find(client: Storage, place: str) -> Found:
    """Return the object at ``place``, ``gs://bucket/name``; raises as ``Documents.find`` does."""
    bucket, name = _parts(place)
    with storage_errors(bucket, READ):
        found = stored.find(client.bucket(bucket), name)
    if found is None:
        raise NoDocument(f"{place} does not exist; upload it, or correct the setting that names it.")
    return _document(client, bucket, found)


def listed(client: Storage, place: str, suffix: str) -> Mapping[str, Found]:
    """Return the objects right under the folder ``gs://bucket/folder`` whose names end in ``suffix``, by last name."""
    bucket, folder = _parts(place)
    prefix = f"{folder.rstrip('/')}/" if folder else ""
    with storage_errors(bucket, READ):
        blobs = client.list_blobs(bucket, prefix=prefix, delimiter="/")
        objects = [stored.described(blob) for blob in blobs if blob.name.endswith(suffix)]
    return {each.name.removeprefix(prefix): _document(client, bucket, each) for each in objects}


def _parts(place: str) -> tuple[str, str]:
    bucket, _, name = place.removeprefix("gs://").partition("/")
    return bucket, name


def _document(client: Storage, bucket: str, found: stored.StoredObject) -> Found:
    place = f"gs://{bucket}/{found.name}"

    def opened() -> io.BufferedReader:
        if (refusal := not_unpacked(found.content_encoding)) is not None:
            raise BadDocument(f"{place} cannot be used. {refusal}")
        return stored.open_stored(client.bucket(bucket), found, CHUNK)

    return Found(place, f"generation {found.generation}", opened, lambda: _errors(bucket, place))


@contextmanager
def _errors(bucket: str, place: str) -> Iterator[None]:
    try:
        with storage_errors(bucket, READ):
            yield
    except ObjectGone:
        raise Replaced(place) from None
