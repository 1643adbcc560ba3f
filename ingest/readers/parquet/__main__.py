"""Decodes one Parquet file for the process that started this one; its arguments are a socket and the job.

The library ends its process where memory runs out, which a file of 2 kB can bring about, and panics at much that is
damaged. Here that ends nothing but the reading of this file.
"""

from __future__ import annotations

import gc
import os
import resource
import sys
from contextlib import suppress
from multiprocessing.connection import Connection

from ingest.readers.parquet.decoding import decode
from ingest.readers.parquet.messages import Job


def main(socket: int, job: Job) -> None:
    """Decode what is asked for, and end."""
    with suppress(ValueError):  # macOS knows no such limit
        resource.setrlimit(resource.RLIMIT_AS, (job.memory, job.memory))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))  # it would hold customer information
    gc.disable()  # rows make no cycles
    try:
        with Connection(socket) as asker:
            decode(asker, job)
    except MemoryError:
        os.abort()  # as the library does
    except (EOFError, OSError):
        return  # nobody listens any longer


if __name__ == "__main__":
    given = list(map(int, sys.argv[1:]))
    main(given[0], Job(*given[1:]))
