"""A file that is read here and there, out of blocks of which the last ones are kept."""

from __future__ import annotations

from functools import lru_cache
from typing import BinaryIO

BLOCK = 1024 * 1024
"""Bytes that are fetched at a time."""

KEPT = 128
"""Blocks: so many columns are read side by side, each at its own place, without a block being fetched twice."""


class Blocks:
    """Reads at offsets of ``stream``, which nobody else reads meanwhile."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self._block = lru_cache(KEPT)(self._fetched)

    def read(self, offset: int, size: int) -> bytes:
        """Return what stands at ``offset``: at most ``size`` bytes, to the end of a block; none at the file's end."""
        number, at = divmod(offset, BLOCK)
        return self._block(number)[at : at + size]

    def _fetched(self, number: int) -> bytes:
        self._stream.seek(number * BLOCK)
        parts = b""
        while len(parts) < BLOCK and (more := self._stream.read(BLOCK - len(parts))):
            parts += more
        return parts
