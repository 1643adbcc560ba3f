"""Names of objects that are made from the name of a dropped file, so that all fit into Cloud Storage's limit."""

from __future__ import annotations

import hashlib
from pathlib import PurePosixPath

MOST_BYTES = 1024
"""Bytes of UTF-8 in an object's name (https://cloud.google.com/storage/docs/objects#naming)."""

ROOM = 224
"""Bytes that folders before a file's name, and generations, numbers of rows and endings after it, may take."""

_LONGEST_SUFFIX = 16


def fitting(name: str) -> str:
    """Return a file's name as names are made of it: the name itself, or of a very long one its beginning and a digest.

    Two names never give the same one; the ending, which says the format, stays.
    """
    encoded = name.encode()
    if len(encoded) <= MOST_BYTES - ROOM:
        return name
    suffix = PurePosixPath(name).suffix.encode()
    tail = f"~{hashlib.blake2b(encoded, digest_size=16).hexdigest()}".encode()
    if len(suffix) <= _LONGEST_SUFFIX:
        tail += suffix
    return encoded[: MOST_BYTES - ROOM - len(tail)].decode(errors="ignore") + tail.decode()
