"""HTTP connections on which a whole answer has one time limit, and on which nothing in its head can spoil it.

Else the read timeout counts for each byte, one header too many or too long is taken for no answer at all, so are two
lengths that differ, and an interim answer (RFC 9110 §15.2) is taken for the final one.
"""

from __future__ import annotations

import io
import socket
import time
from http import HTTPStatus
from http.client import HTTPResponse
from typing import Any

from urllib3 import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.connection import HTTPConnection, HTTPSConnection

MOST_HEADERS = 90
"""Lines of an answer's head that are read; Python's parser raises at more than 100 headers."""

LONGEST_HEADER = 65_536
"""Bytes of one of them; Python's parser raises at more."""

_STATUS = b"HTTP/"
"""How the head of an answer begins."""

_STATUS_LINE = 100
"""Bytes that are kept of a first line that is too long: the status, and what more there is of its phrase."""


class _Until(io.RawIOBase):
    """Reads ``raw``, which is of ``sock``, for at most the seconds the socket allows for one read now."""

    def __init__(self, sock: socket.socket, raw: io.RawIOBase) -> None:
        self._sock = sock
        self._raw = raw
        seconds = sock.gettimeout()
        self._end = None if seconds is None else time.monotonic() + seconds

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int | None:
        if self._end is not None:
            left = self._end - time.monotonic()
            if left <= 0:
                raise TimeoutError("The answer did not end in time.")
            self._sock.settimeout(left)
        return self._raw.readinto(buffer)

    def close(self) -> None:
        self._raw.close()
        super().close()


class _Lines(io.BufferedReader):
    """Gives the library's parser at most as many and as long headers as it takes; the others are passed over."""

    _left: int | None = MOST_HEADERS
    """How many lines of the head may still come; ``None`` once it is over, until the head of the next answer begins."""

    def readline(self, size: int | None = -1, /) -> bytes:
        line = super().readline(size)
        if line.startswith(_STATUS):
            self._left = MOST_HEADERS
        if self._left is None:
            return line
        if len(line) > LONGEST_HEADER:
            line = self._passed_over(line)
        self._left -= 1
        while self._left <= 0 and line.strip():
            line = super().readline(size)
        if not line.strip():
            self._left = None
        return line

    def _passed_over(self, line: bytes) -> bytes:
        kept = line[:_STATUS_LINE] if line.startswith(_STATUS) else b"X-Too-Long: 1"
        while line and not line.endswith(b"\n"):
            line = super().readline(LONGEST_HEADER)
        return kept + b"\r\n"


class _Response(HTTPResponse):
    def __init__(self, sock: socket.socket, *args: Any, **options: Any) -> None:
        super().__init__(sock, *args, **options)
        self.fp = _Lines(_Until(sock, self.fp.detach()))

    def begin(self) -> None:
        super().begin()
        lengths = {length.strip() for line in self.headers.get_all("Content-Length", ()) for length in line.split(",")}
        if len(lengths) > 1:  # which of them is right only the end of the connection tells
            del self.headers["Content-Length"]
            self.length, self.will_close = None, True

    def _read_status(self) -> tuple[str, int, str]:
        version, status, reason = super()._read_status()  # type: ignore[misc]  # not in typeshed
        # The parser passes over 100 alone, and reads on after it.
        is_interim = HTTPStatus.SWITCHING_PROTOCOLS < status < HTTPStatus.OK
        return version, HTTPStatus.CONTINUE if is_interim else status, reason


class _Connection(HTTPConnection):
    response_class = _Response


class _SecureConnection(HTTPSConnection):
    response_class = _Response


class _Pool(HTTPConnectionPool):
    ConnectionCls = _Connection


class _SecurePool(HTTPSConnectionPool):
    ConnectionCls = _SecureConnection


POOL_CLASSES = {"http": _Pool, "https": _SecurePool}
"""What a ``urllib3.PoolManager`` takes as ``pool_classes_by_scheme``."""
