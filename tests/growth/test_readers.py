"""The time of reading a file grows with its size, whatever its shape; `make growth` runs it."""

from __future__ import annotations

import io
import math
import time
from collections.abc import Callable

import pytest

from ingest.readers.file_types import read
from ingest.readers.table import USUAL
from omnicapi.errors import UnreadableFile

pytestmark = pytest.mark.growth

SMALL, FACTOR = 500_000, 4
STEEPEST = 1.3
UNSEEN = 0.3
"""CPU seconds for two megabytes below which their shape is no matter."""
ROUNDS = 6
"""Times that a shape is read before it counts as slow: other programs make a reading slower, and none faster."""

SHAPES: dict[str, tuple[str, Callable[[int], bytes]]] = {
    "JSON nested deep": ("a.json", lambda size: b'[{"a":' + b"[" * size),
    "JSON with many keys": (
        "a.json",
        lambda size: b"[{" + b",".join(b'"k%d":1' % i for i in range(size // 10)) + b"}]",
    ),
    "JSON with many lists": ("a.json", lambda size: b'[{"a":[' + b"[]," * (size // 3) + b"1]}]"),
    "JSON with one long text": ("a.json", lambda size: b'[{"a":"' + b"x" * size + b'"}]'),
    "JSON with a text of quotation marks": ("a.json", lambda size: b'[{"a":"' + b'\\"' * (size // 2) + b'"}]'),
    "JSON whose text never ends": ("a.json", lambda size: b'[{"a":"' + b'\\"' * (size // 2)),
    "JSON with one long number": ("a.json", lambda size: b'[{"a":' + b"9" * size + b"}]"),
    "JSON with one long fraction": ("a.json", lambda size: b'[{"a":0.' + b"9" * size + b"}]"),
    "JSON with blanks between brackets": ("a.json", lambda size: b"[ " * (size // 2)),
    "NDJSON with one long line": ("a.ndjson", lambda size: b'{"a":"' + b"x" * size + b'"}\n'),
    "NDJSON with new keys in each line": (
        "a.ndjson",
        lambda size: b"".join(b'{"k%d":1}\n' % i for i in range(size // 12)),
    ),
    "CSV with one long line": ("a.csv", lambda size: b"a;b\n" + b"x;" * (size // 2)),
    "CSV whose quotation mark never ends": ("a.csv", lambda size: b'a;b\n"' + b"x\n" * (size // 2)),
    "CSV of quotation marks": ("a.csv", lambda size: b'a;b\n"' + b'""' * (size // 2) + b'";1\n'),
}


def cpu(name: str, content: bytes) -> float:
    """Return the CPU seconds of reading a file to its end, be it refused there."""
    start = time.process_time()
    try:
        for _ in read(name, io.BytesIO(content), USUAL).rows:
            pass
    except UnreadableFile:
        return time.process_time() - start
    return time.process_time() - start


@pytest.mark.parametrize("shape", SHAPES)
def test_a_file_takes_time_in_proportion_to_its_size(shape: str) -> None:
    name, make = SHAPES[shape]
    small = large = exponent = math.inf
    for _ in range(ROUNDS):
        small, large = min(small, cpu(name, make(SMALL))), min(large, cpu(name, make(FACTOR * SMALL)))
        exponent = math.log(large / small) / math.log(FACTOR)
        if large < UNSEEN or exponent < STEEPEST:
            return
    pytest.fail(f"{small:.2f} and {large:.2f} CPU s, exponent {exponent:.1f}")
