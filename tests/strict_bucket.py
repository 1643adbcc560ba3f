"""Cloud Storage in memory as Google's client shows it, with the refusals that the local stand-in does not know.

Every write has a new generation; a precondition that fails is 412, a generation that is gone 404, a name of more than
1024 bytes 400, as are 8 KiB of metadata (https://cloud.google.com/storage/docs/request-preconditions,
/docs/objects#naming, /quotas#objects). What is stored with
``Content-Encoding: gzip`` comes unpacked and whole unless the stored bytes are asked for (/docs/transcoding).
"""

from __future__ import annotations

import base64
import gzip
import io
import itertools
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import google_crc32c
from google.api_core.exceptions import BadRequest, NotFound, PreconditionFailed

_generations = itertools.count(1_790_000_000_000_000)


@dataclass
class Content:
    """One generation of an object."""

    data: bytes
    metadata: dict[str, str]
    content_type: str | None
    content_encoding: str | None
    generation: int = field(default_factory=lambda: next(_generations))
    created: datetime = field(default_factory=lambda: datetime.now(UTC))


class StrictBlob:
    """A ``Blob``: a name, perhaps of one generation, and what is known of it."""

    def __init__(self, bucket: StrictBucket, name: str, generation: int | None = None) -> None:
        self.bucket, self.name, self.generation = bucket, name, generation
        self.metadata: dict[str, str] | None = None
        self.content_type: str | None = None
        self.content_encoding: str | None = None
        self.size = 0
        self.crc32c: str | None = None
        self.time_created = self.updated = datetime.now(UTC)

    def knows(self, content: Content) -> StrictBlob:
        self.generation, self.size = content.generation, len(content.data)
        self.metadata = dict(content.metadata) or None
        self.content_type, self.content_encoding = content.content_type, content.content_encoding
        self.time_created = self.updated = content.created
        self.crc32c = base64.b64encode(google_crc32c.value(content.data).to_bytes(4, "big")).decode()
        return self

    def upload_from_string(
        self, data: bytes | str, content_type: str = "text/plain", if_generation_match: int | None = None
    ) -> None:
        text = data.encode() if isinstance(data, str) else data
        self.content_type = content_type
        self.bucket.write(self, text, if_generation_match)

    @contextmanager
    def open(self, mode: str, content_type: str = "text/plain", ignore_flush: bool = True) -> Iterator[io.BytesIO]:
        assert (mode, ignore_flush) == ("wb", True)
        stream = io.BytesIO()
        yield stream
        self.upload_from_string(stream.getvalue(), content_type)

    def download_as_bytes(
        self, start: int = 0, end: int | None = None, raw_download: bool = False, checksum: str | None = "auto"
    ) -> bytes:
        content = self.bucket.stored(self.name, self.generation)
        if content.content_encoding == "gzip" and not raw_download:
            return gzip.decompress(content.data)
        piece = content.data[start : None if end is None else end + 1]
        return self.bucket.arriving(piece)

    def rewrite(self, source: StrictBlob, token: str | None, if_generation_match: int) -> tuple[None, int, int]:
        assert token is None
        content = self.bucket.stored(source.name, source.generation)
        if self.metadata is None and self.content_type is None:  # an empty request: all is copied
            self.metadata, self.content_type = content.metadata, content.content_type
            self.content_encoding = content.content_encoding
        self.bucket.write(self, content.data, if_generation_match)
        return None, len(content.data), len(content.data)

    def patch(self, if_generation_match: int) -> None:
        content = self.bucket.stored(self.name, None)
        self.bucket.match(self.name, if_generation_match)
        content.metadata = dict(self.metadata or {})

    def delete(self, if_generation_match: int | None = None) -> None:
        self.bucket.stored(self.name, self.generation)
        self.bucket.match(self.name, if_generation_match)
        del self.bucket.objects[self.name]


class StrictBucket:
    """A ``Bucket`` without versioning.

    ``loses`` says of a name whether the answer to a write of it is lost: then the client writes again, and is answered
    that. ``arriving`` is what becomes of the bytes on their way.
    """

    def __init__(self, client: StrictStorage, name: str) -> None:
        self.client, self.name = client, name
        self.objects: dict[str, Content] = {}
        self.loses: Callable[[str], bool] = lambda name: False
        self.arriving: Callable[[bytes], bytes] = lambda piece: piece

    def blob(self, blob_name: str, generation: int | None = None) -> StrictBlob:
        return StrictBlob(self, blob_name, generation)

    def get_blob(self, blob_name: str) -> StrictBlob | None:
        content = self.objects.get(blob_name)
        return None if content is None else self.blob(blob_name).knows(content)

    def put(self, name: str, data: bytes, content_encoding: str | None = None) -> int:
        """Write an object as a stranger does; return its generation."""
        self.objects[name] = Content(data, {}, "text/csv", content_encoding)
        return self.objects[name].generation

    def stored(self, name: str, generation: int | None) -> Content:
        content = self.objects.get(name)
        if content is None or generation not in {None, content.generation}:
            raise NotFound(f"No such object: {self.name}/{name}")
        return content

    def match(self, name: str, generation: int | None) -> None:
        there = self.objects[name].generation if name in self.objects else 0
        if generation is not None and generation != there:
            raise PreconditionFailed("At least one of the pre-conditions you specified did not hold.")

    def write(self, blob: StrictBlob, data: bytes, if_generation_match: int | None) -> None:
        if len(blob.name.encode()) > 1024:
            raise BadRequest("The maximum object length is 1024 characters.")
        if sum(len(name.encode()) + len(value.encode()) for name, value in (blob.metadata or {}).items()) > 8192:
            raise BadRequest("The total size of the custom metadata is too large.")
        self.match(blob.name, if_generation_match)
        content = Content(data, dict(blob.metadata or {}), blob.content_type, blob.content_encoding)
        self.objects[blob.name] = content
        if self.loses(blob.name):
            self.match(blob.name, if_generation_match)  # the client's second try, which meets what the first wrote
        blob.knows(content)


class StrictStorage:
    """A ``Client``."""

    def __init__(self) -> None:
        self.buckets: dict[str, StrictBucket] = {}

    def bucket(self, bucket_name: str) -> StrictBucket:
        return self.buckets.setdefault(bucket_name, StrictBucket(self, bucket_name))

    def list_blobs(self, bucket: str | StrictBucket, prefix: str = "", delimiter: str | None = None) -> Iterator[Any]:
        chosen = bucket if isinstance(bucket, StrictBucket) else self.bucket(bucket)
        for name in sorted(chosen.objects):
            if name.startswith(prefix) and not (delimiter and delimiter in name[len(prefix) :]):
                yield chosen.get_blob(name)
