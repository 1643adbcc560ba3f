"""The purposes in a TC string of IAB's Transparency and Consent Framework, version 2.

Only the core segment's list of purposes is read (IAB Tech Lab, Consent string and vendor list formats v2): Meta is on
no vendor list, so the lists of vendors say nothing about it.
"""

from __future__ import annotations

import base64
import binascii

LONGEST = 10_000
"""Characters of a TC string; the lists of vendors make it long, but not longer."""

_VERSION = 2
_VERSION_BITS = 6
_PURPOSES_AT, _PURPOSES = 152, 24
"""Where the purposes consented to begin, in bits, and how many there are."""

_BYTES = (_PURPOSES_AT + _PURPOSES) // 8


def purposes(text: str) -> frozenset[int] | None:
    """Return the purposes consented to, counted from 1, or ``None`` where the text is no such string."""
    core = text.strip().partition(".")[0]
    if len(text) > LONGEST:
        return None
    try:
        content = base64.b64decode(core + "=" * (-len(core) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        return None
    if len(content) < _BYTES or content[0] >> (8 - _VERSION_BITS) != _VERSION:
        return None
    bits = int.from_bytes(content[_PURPOSES_AT // 8 : _BYTES], "big")
    return frozenset(number for number in range(1, _PURPOSES + 1) if bits >> (_PURPOSES - number) & 1)
