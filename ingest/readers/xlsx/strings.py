"""The texts of a workbook, which its cells name by number (ECMA-376 part 1, §18.4).

There may be millions. They are kept packed, some tens together, and those in use unpacked besides: sheets mostly use
them in their order. The part that holds them is read only as far as it is asked for.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterable
from functools import lru_cache

from ingest.readers.archive import damaged

TOGETHER = 64
"""Texts that are packed together: fewer pack badly, more take longer to unpack for one of them."""

UNPACKED = 1024
"""Packs that are held unpacked: some 5 MB of usual texts."""

MOST_UNPACKED = 64_000_000
"""Bytes of packs that are unpacked before those held are let go: a thousand of long texts would fill the memory."""

_AT_FIRST = 512
"""Packs that are read when the first text is asked for."""

_SAMPLE = 4096
"""Bytes of the first texts, by which all are packed: those of a column are alike."""

_BETWEEN = "\0"
"""No text of an XML document holds it."""


class Strings:
    """Texts by number; ``texts`` yields them in their order, many at a time."""

    def __init__(self, texts: Iterable[list[str]]) -> None:
        self._texts = iter(texts)
        self._waiting: list[str] = []
        self._packs: list[bytes] = []
        self._sample = b""
        self._unpacked_bytes = 0
        self.pack = lru_cache(UNPACKED)(self._unpacked)
        """Returns a pack's texts by its number; raises IndexError where there are not so many."""

    def __getitem__(self, number: int) -> str:
        try:
            return self.pack(number // TOGETHER)[number % TOGETHER]
        except IndexError:
            raise damaged() from None

    def _unpacked(self, number: int) -> list[str]:
        if number < 0:
            raise damaged()
        if number >= len(self._packs):
            self._read(max(number + 1, 2 * len(self._packs), _AT_FIRST))
        text = zlib.decompressobj(-zlib.MAX_WBITS, self._sample).decompress(self._packs[number])
        self._unpacked_bytes += len(text)
        if self._unpacked_bytes > MOST_UNPACKED:
            self.pack.cache_clear()
            self._unpacked_bytes = len(text)
        return text.decode().split(_BETWEEN)

    def _read(self, packs: int) -> None:
        """Read on to so many packs, or to the end.

        Each time at least as many as there are: to go back and forth between two parts of a file costs requests.
        """
        for texts in self._texts:
            self._waiting += texts
            self._add(len(self._waiting) // TOGETHER)
            if len(self._packs) >= packs:
                return
        self._add(-(-len(self._waiting) // TOGETHER))

    def _add(self, packs: int) -> None:
        waiting = self._waiting
        if not self._packs:
            self._sample = _BETWEEN.join(waiting).encode()[:_SAMPLE]
        for first in range(0, packs * TOGETHER, TOGETHER):
            packer = zlib.compressobj(wbits=-zlib.MAX_WBITS, zdict=self._sample)
            texts = _BETWEEN.join(waiting[first : first + TOGETHER]).encode()
            self._packs.append(packer.compress(texts) + packer.flush())
        del waiting[: packs * TOGETHER]
