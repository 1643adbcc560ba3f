"""SHA-256 as Meta wants it: 64 lower-case hexadecimal digits of the UTF-8 bytes (meta-capi.md §3.1, CIP)."""

from __future__ import annotations

from hashlib import sha256


def sha256_hex(text: str) -> str:
    """Hash text that can be encoded, that is: without lone surrogates."""
    return sha256(text.encode()).hexdigest()
