"""The other process: started for one file, given its bytes, and ended when nobody takes its rows any longer."""

from __future__ import annotations

import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from multiprocessing.connection import Connection
from types import TracebackType
from typing import Any

from ingest.readers.parquet.messages import BytesWanted, Columns, Damaged, End, Job, Message, Rows
from omnicapi.errors import TransientError, UnreadableFile

_ENDED_BY_ITSELF = {-signal.SIGABRT, -signal.SIGSEGV, -signal.SIGBUS, -signal.SIGILL, -signal.SIGTRAP}


class Decoder:
    """Decodes one file. ``read`` returns bytes of it, at an offset and at most so many.

    A context manager: the process ends with it.
    """

    def __init__(self, job: Job, read: Callable[[int, int], bytes]) -> None:
        self._read = read
        self._memory = job.memory
        ours, theirs = socket.socketpair()
        with theirs:
            # In a session of its own, so that Ctrl-C reaches the one who asked and who knows what it means.
            self._process = subprocess.Popen(  # noqa: S603 - this very module
                [sys.executable, "-m", "ingest.readers.parquet", str(theirs.fileno()), *map(str, job)],
                pass_fds=[theirs.fileno()],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                start_new_session=True,
            )
        self._connection: Connection[Any, Message] = Connection(ours.detach())

    def __enter__(self) -> Decoder:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._process.kill()
        self._process.wait()
        self._connection.close()

    def messages(self) -> Iterator[Columns | Rows]:
        """Yield the columns, then the rows, as they are decoded.

        Raises :class:`~omnicapi.errors.UnreadableFile`, TransientError where somebody ended the process, and whatever
        ``read`` raises.
        """
        while not isinstance(message := self._next(), End):
            if isinstance(message, Damaged):
                raise UnreadableFile(
                    "The Parquet file is damaged, cut off or encrypted, or it is compressed with LZO; write it anew."
                )
            if isinstance(message, BytesWanted):
                self._answer(self._read(message.offset, message.size))
            else:
                yield message

    def _next(self) -> Message:
        try:
            return self._connection.recv()
        except (EOFError, ConnectionError):
            raise self._gone() from None

    def _answer(self, data: bytes) -> None:
        try:
            self._connection.send_bytes(data)
        except ConnectionError:
            raise self._gone() from None

    def _gone(self) -> UnreadableFile | TransientError:
        code = self._process.wait()
        if code in _ENDED_BY_ITSELF:
            return UnreadableFile(
                f"Reading the Parquet file takes more than {self._memory:,} bytes of memory "
                "(MAX_PARQUET_MEMORY_BYTES): it is damaged, or has very long cells or very many columns. Write it with "
                "smaller pages, or as CSV."
            )
        return TransientError(f"The process that decodes Parquet was ended (exit code {code}); it will be tried again.")
