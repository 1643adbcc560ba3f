"""Dropped files that are stored packed (:mod:`omnicapi.storage.gzipped`), as streams that can be sought."""

from __future__ import annotations

import io
from pathlib import PurePosixPath
from typing import BinaryIO

from ingest.readers import packed
from ingest.readers.file_types import HERE_AND_THERE
from ingest.readers.table import ReadOptions
from omnicapi.errors import UnreadableFile
from omnicapi.storage.gzipped import LAYERS, MAGIC, is_declared, not_unpacked


def unpacked(
    name: str, stream: io.BufferedReader, size: int, content_encoding: str | None, options: ReadOptions
) -> BinaryIO:
    """Return what the file ``name`` holds, from the ``size`` stored bytes of ``stream``; it can be sought.

    What is packed by its name too (``.gz``) is left packed once. Raises :class:`~omnicapi.errors.UnreadableFile`, as
    reading does, where it is damaged, cut off, packed otherwise, or unpacks to more than ``options`` allow.
    """
    if (refusal := not_unpacked(content_encoding)) is not None:
        raise UnreadableFile(refusal)
    if not is_declared(content_encoding):
        return stream
    found = _peeled(stream, max(packed.FLOOR, size * options.max_packing), keep=_suffix(name) == ".gz")
    if found is not stream and _suffix(name) in HERE_AND_THERE:
        return packed.held(found, options.max_spreadsheet_bytes)
    return found


def _peeled(stream: BinaryIO, limit: int, *, keep: bool) -> BinaryIO:
    """Take off what is packed, at most :data:`LAYERS` deep; the innermost one stays where the name says it."""
    for _ in range(LAYERS):
        if not _is_gzip(stream):
            break
        inner = packed.gunzipped(stream, limit)
        if keep and not _is_gzip(inner):
            break
        stream = inner
    stream.seek(0)
    return stream


def _is_gzip(stream: BinaryIO) -> bool:
    stream.seek(0)
    beginning = stream.read(len(MAGIC))
    stream.seek(0)
    return beginning == MAGIC


def _suffix(name: str) -> str:
    return PurePosixPath(name).suffix.casefold()
