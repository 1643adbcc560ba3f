r"""Lines of text out of bytes, each with the byte offset at which it begins.

Text ends its lines with ``\n``, ``\r\n`` or, from old Macs, ``\r``.
"""

from __future__ import annotations

import codecs
import io
from collections.abc import Iterator
from typing import BinaryIO

from ingest.readers.encoding import SAMPLE, Encoding
from omnicapi.errors import UnreadableFile

BLOCK = SAMPLE
"""Bytes that are read at a time, and looked at to find out how a file is written."""

MAX_LINE = 16 * 1024 * 1024
"""Bytes in one line; more is no text but something else, and would fill the memory."""

_WIDE = ("utf-16", "utf-32")
"""Encodings in which a line end is more than one byte."""


def head(stream: BinaryIO) -> bytes:
    """Return the first bytes of a file, from its very beginning; where to read on is up to the caller's ``seek``."""
    stream.seek(0)
    sample = b""
    while len(sample) < BLOCK and (more := stream.read(BLOCK - len(sample))):
        sample += more
    return sample


class Lines:
    """Iterates over the lines of ``stream``, ends included; ``offset`` is where the next one begins.

    NUL characters are left out: no text holds any, and programs that crash or fill fields up leave some. Iterating
    raises UnicodeDecodeError where a line is not in an encoding that was declared, and
    :class:`~omnicapi.errors.UnreadableFile` where one never ends.
    """

    def __init__(self, stream: BinaryIO, encoding: Encoding, offset: int = 0) -> None:
        self.offset = offset
        self._stream = stream
        self._encoding = encoding

    def __iter__(self) -> Iterator[str]:
        """Yield line after line."""
        return map(_without_nul, self._wide()) if self._encoding.name.startswith(_WIDE) else self._narrow()

    def _narrow(self) -> Iterator[str]:
        """Split bytes, then decode: 10 and 13 are line ends and nothing else in all other encodings."""
        decode, rest = self._encoding.decode, b""
        while block := self._stream.read(BLOCK):
            if b"\0" in block:  # hardly any file has one, so it is not asked of each line
                decode = self._decoded_without_nul
            lines = (rest + block).splitlines(keepends=True)
            # The last line may go on in the next block, and so may a line end of two bytes.
            rest = lines.pop()
            for line in lines:
                self.offset += len(line)
                yield decode(line)
            _check(rest)
        for line in rest.splitlines(keepends=True):
            self.offset += len(line)
            yield decode(line)

    def _decoded_without_nul(self, line: bytes) -> str:
        return _without_nul(self._encoding.decode(line))

    def _wide(self) -> Iterator[str]:
        """Decode, then split; what was decoded strictly has the same bytes again."""
        decoder, rest = codecs.getincrementaldecoder(self._encoding.name)(), ""
        while True:
            block = self._stream.read(BLOCK)
            lines = list(io.StringIO(rest + decoder.decode(block, final=not block), newline=""))
            rest = lines.pop() if block and lines else ""
            for line in lines:
                self.offset += len(line.encode(self._encoding.name))
                yield line
            if not block:
                return
            _check(rest)


def _without_nul(line: str) -> str:
    return line.replace("\0", "")


def _check(line: bytes | str) -> None:
    if len(line) > MAX_LINE:
        raise UnreadableFile(
            f"The file has a line of more than {MAX_LINE:,} bytes; it is no text with a row per line. Export it anew."
        )
