"""Recognises values that arrive hashed: none is hashed twice, and no foreign hash is sent (meta-capi.md §3.2)."""

from __future__ import annotations

import base64
import re
from collections.abc import Callable

from handle.customer.reasons import Reason
from handle.customer.steps import Normalised, Stepped, refused
from omnicapi.values.identifiers import SHA256
from omnicapi.values.placeholders import PLACEHOLDER_HASHES

SHORTEST_HASH = 32
_HEX = re.compile(r"[0-9A-Fa-f]+")
_HEX_INSIDE = re.compile(rf"[0-9A-Fa-f]{{{SHORTEST_HASH},}}")
_LONGEST_WORD = 40  # characters: base64 of SHA-256 has 43, and no name with a digit comes near it
_ONE_WORD = re.compile(rf"[A-Za-z0-9+/=_-]{{{_LONGEST_WORD},}}")
# SHA-256 with a few digits too many or too few, with a name, quotation marks or an unknown token about it.
_NEARLY_SHA256 = re.compile(
    r"[\"'(\[]*(?:sha-?256\W|0x)?[0-9a-f]{60,68}(?:\.[\w-]*)?[\"')\]]*", re.ASCII | re.IGNORECASE
)
_BASE64 = re.compile(r"[A-Za-z0-9+/_-]{42}[AEIMQUYcgkosw048]=?")
# SHA-1, SHA-224, SHA-384 and SHA-512, in hexadecimal digits.
_OTHER_LENGTHS = frozenset([40, 56, 96, 128])


def pass_hashed(*, google: Reason | None = None) -> Callable[[str], Stepped]:
    """Make the step for personal data: SHA-256 passes as lower-case hex, any other hash is refused.

    ``google`` is given where hashes were made by Google's rules: the refusal, or what to note, for this field.
    """

    def hashed_or_text(text: str) -> Stepped:
        if len(text) < SHORTEST_HASH:
            return text
        found = _sha256(text) or _from_base64(text)
        if found is not None:
            return _passed(found, google)
        return _refuse_other(text)

    return hashed_or_text


def pass_hashed_id(text: str) -> Stepped:
    """Take SHA-256 in hex as hashed and, unless it is a damaged one, all else as an id: 32 digits may be a UUID."""
    if len(text) < SHORTEST_HASH:
        return text
    found = _sha256(text)
    return refuse_damaged(text) if found is None else _passed(found, None)


def refuse_hashed(text: str) -> Stepped:
    """Refuse SHA-256, whole or damaged, where Meta takes the value itself."""
    if len(text) < SHORTEST_HASH:
        return text
    return refuse_damaged(text) if _sha256(text) is None else refused(Reason.HASHED)


def refuse_damaged(text: str) -> Stepped:
    """Refuse what must have been SHA-256 and is no longer: 63 digits, say, or base64; whole it passes."""
    if len(text) < SHORTEST_HASH or _sha256(text) is not None:
        return text
    nearly = _NEARLY_SHA256.fullmatch(text) is not None and any(map(str.isalpha, text))
    return refused(Reason.DAMAGED_HASH) if nearly or _is_binary(_from_base64(text)) else text


def _is_binary(found: str | None) -> bool:
    """Tell bytes that are no text, as those of a hash are not: a cookie's value may be text in base64."""
    return found is not None and not bytes.fromhex(found).isascii()


def _sha256(text: str) -> str | None:
    found = SHA256.fullmatch(text)
    return found["digest"].lower() + (found["appendix"] or "") if found else None


def _from_base64(text: str) -> str | None:
    """Decode what GTM's ``sha256Sync`` gives by default: base64, standard or URL-safe (ga4-gtm.md §1.2)."""
    if not _BASE64.fullmatch(text):
        return None
    if not text.endswith("=") and not any(map(str.isdecimal, text)):
        return None  # 43 letters without a digit may be a very long name
    return base64.urlsafe_b64decode(text.rstrip("=").translate(_URL_SAFE) + "=").hex()


def _passed(found: str, google: Reason | None) -> Normalised:
    if found[:64] in PLACEHOLDER_HASHES:
        return refused(Reason.HASH_OF_PLACEHOLDER)
    if google is not None and not google.mended:
        return refused(google)
    return Normalised(found, None, google)


def _refuse_other(text: str) -> Stepped:
    if _HEX.fullmatch(text):
        if len(text) == SHORTEST_HASH:
            return refused(Reason.MD5)
        if len(text) in _OTHER_LENGTHS:
            return refused(Reason.OTHER_HASH)
    return refused(Reason.DAMAGED_HASH) if _holds_hash(text) else text


def _holds_hash(text: str) -> bool:
    """Tell a text with more hexadecimal digits, or a longer word with digits, than personal data has."""
    if "@" in text:
        return False  # an e-mail address may be named after a hash
    inside = _HEX_INSIDE.search("".join(filter(str.isalnum, text)))
    found = inside[0] if inside else text if _ONE_WORD.fullmatch(text) else ""
    return any(map(str.isdecimal, found)) and any(map(str.isalpha, found))


_URL_SAFE = str.maketrans("+/", "-_")
