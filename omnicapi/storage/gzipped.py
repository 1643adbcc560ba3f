"""What is stored packed: ``Content-Encoding: gzip``, as ``gcloud storage cp --gzip-local``, ``gsutil cp -Z`` make it.

``--gzip-in-flight`` packs what travels and not what is stored, so nothing is left of it. What is gzip is told by its
first bytes (RFC 1952 §2.3.1) and unpacked as it is read.
"""

from __future__ import annotations

import gzip
import io
import zlib
from typing import cast

GZIP = frozenset({"gzip", "x-gzip"})
"""Names of gzip in ``Content-Encoding`` (RFC 9110 §8.4.1.3)."""

OTHERS = frozenset({"br", "compress", "deflate", "zstd"})
"""Encodings that nothing here unpacks; whatever else stands there by mistake, such as ``utf-8``, packs nothing."""

MAGIC = b"\x1f\x8b"
"""How gzip begins, and no text does."""

LAYERS = 2
"""How often something may be packed: a ``.gz`` that was uploaded with ``gsutil cp -Z`` is twice."""

DAMAGE = (EOFError, zlib.error, gzip.BadGzipFile)
"""What reading raises where the packed bytes are damaged or cut off; never an end before the end."""


def is_declared(content_encoding: str | None) -> bool:
    """Say whether an object's ``Content-Encoding`` calls it gzip: its size and bytes are then not those of the file."""
    return not GZIP.isdisjoint(_names(content_encoding))


def not_unpacked(content_encoding: str | None) -> str | None:
    """Return the sentence that refuses an object for its ``Content-Encoding``, or ``None`` where it can be read."""
    for name in sorted(OTHERS.intersection(_names(content_encoding))):
        return (
            f"The object is stored with Content-Encoding: {name}, which is not unpacked here; upload it as it is, or "
            "packed with gzip."
        )
    return None


def is_gzip(stream: io.BufferedReader) -> bool:
    """Say whether what is read next is packed; the stream stays where it is."""
    return stream.peek(len(MAGIC)).startswith(MAGIC)


def unpacked(stream: io.BufferedReader) -> io.BufferedReader:
    """Return what a stream holds once nothing of it is packed any more, at most :data:`LAYERS` deep.

    Opening and reading raise one of :data:`DAMAGE` where it is damaged or cut off.
    """
    for _ in range(LAYERS):
        if not is_gzip(stream):
            break
        stream = io.BufferedReader(cast("io.RawIOBase", gzip.GzipFile(fileobj=stream, mode="rb")))
    return stream


def _names(content_encoding: str | None) -> frozenset[str]:
    return frozenset(part.strip().casefold() for part in (content_encoding or "").split(","))
