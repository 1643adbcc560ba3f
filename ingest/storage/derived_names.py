"""Names of objects that are made from the name of a dropped file, so that all fit into Cloud Storage's limit."""

from __future__ import annotations

import hashlib
from pathlib import PurePosixPath

MOST_BYTES = 1024
"""Bytes of UTF-8 in an object's name (https://cloud.google.com/storage/docs/objects#naming)."""

ROOM = 224
"""Bytes that folders before a file's name, and generations, numbers of rows and endings after it, may take."""

SHOWN_ROOM = 64
"""The same of names that people look for: of reports, and of files that were moved aside. They need some 45."""

_LONGEST_SUFFIX = 16


def fitting(name: str, room: int = ROOM) -> str:
    """Return a file's name as names are made of it: the name itself, or of a very long one its beginning and a digest.

    ``room`` is how many bytes are left for what is put around it.

    Two names never give the same one; the ending, which says the format, stays.
    """
    encoded = name.encode()
    if len(encoded) <= MOST_BYTES - room:
        return name
    suffix = PurePosixPath(name).suffix.encode()
    tail = f"~{hashlib.blake2b(encoded, digest_size=16).hexdigest()}".encode()
    if len(suffix) <= _LONGEST_SUFFIX:
        tail += suffix
    return encoded[: MOST_BYTES - room - len(tail)].decode(errors="ignore") + tail.decode()
