"""Messages of our own topics are packed where that saves bytes, which Pub/Sub bills: attribute ``content-encoding``.

Whoever reads a topic takes packed and plain messages alike, so that two versions can run side by side in a roll-out.
Zstandard (RFC 8878) makes a tenth of a list of events in 2 µs an event; gzip needs three times as long
(docs/adr/0196-packed-events.md).
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from typing import Literal

from omnicapi.errors import BadMessage

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

Encoding = Literal["identity", "zstd"]
"""How a message travels: as it is, or packed."""

ATTRIBUTE = "content-encoding"
"""The attribute that says so; absent where a message is plain."""

WORTHWHILE = 2000
"""Bytes from which a message is packed: a request counts 1000 at least, so that a small one saves nothing."""

MOST_UNPACKED = 10_000_000
"""Bytes that a message may unpack to: a plain one cannot be larger (gcp.md §1.4)."""

_LEVEL = 1
_OPTIONS: dict[int, int] = {zstd.DecompressionParameter.window_log_max: 24}
"""No frame makes the reader keep more than 16 MB to look back into."""


def packed(data: bytes, encoding: Encoding) -> tuple[bytes, dict[str, str]]:
    """Return the data as it travels, and the attribute that says how."""
    if encoding == "identity" or len(data) < WORTHWHILE:
        return data, {}
    return zstd.compress(data, level=_LEVEL), {ATTRIBUTE: encoding}


def plain(data: bytes, attributes: Mapping[str, str]) -> bytes:
    """Return a message's data unpacked.

    Raises :class:`~omnicapi.errors.BadMessage` for an encoding that nobody here writes, for data that is damaged, and
    for data that would unpack to more than :data:`MOST_UNPACKED`; no more than that is ever unpacked.
    """
    encoding = attributes.get(ATTRIBUTE, "identity")
    if encoding == "identity":
        return data
    if encoding != "zstd":
        raise BadMessage(f"The message's attribute {ATTRIBUTE} is neither zstd nor identity.")
    unpacker = zstd.ZstdDecompressor(options=_OPTIONS)
    try:
        whole = unpacker.decompress(data, max_length=MOST_UNPACKED + 1)
    except zstd.ZstdError:
        raise BadMessage("The message says that it is packed with zstd, and cannot be unpacked.") from None
    if len(whole) > MOST_UNPACKED:
        raise BadMessage(f"The message would unpack to more than {MOST_UNPACKED:,} bytes.")
    if not unpacker.eof or unpacker.unused_data:
        raise BadMessage("The message is packed with zstd and cut off, or something follows it.")
    return whole
