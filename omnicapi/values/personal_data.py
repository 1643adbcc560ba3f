"""Keeps personal data out of what is told: e-mail addresses, which their form shows, and the values of structs."""

from __future__ import annotations

import re
from urllib.parse import unquote_plus

import msgspec

_IN_ADDRESS = r"[^\s@<>\"'(),;:]"
_ends_local = re.compile(_IN_ADDRESS).match
_domain = re.compile(rf"{_IN_ADDRESS}+\.{_IN_ADDRESS}{{2,}}").match


def holds_email(text: str) -> bool:
    """Say whether an e-mail address stands anywhere in ``text``, plain or percent-encoded."""
    return ("@" in text and _email_in(text)) or ("%40" in text and _email_in(unquote_plus(text)))


def _email_in(text: str) -> bool:
    """Look around each at sign, so that the time grows with the text and no faster."""
    at = text.find("@", 1)
    while at > 0:
        if _ends_local(text, at - 1) and _domain(text, at + 1):
            return True
        at = text.find("@", at + 1)
    return False


def impersonal(text: str | None) -> str | None:
    """Leave out an id or a name that somebody made of an e-mail address, for outcomes and logs.

    The origin still says which event it was.
    """
    return None if text is None or holds_email(text) else text


def names_only(struct: msgspec.Struct) -> str:
    """Return a ``repr`` that names the fields that say something and shows no value, so that tracebacks may hold it.

    Used as ``__repr__ = names_only``.
    """
    told = [name for name in struct.__struct_fields__ if getattr(struct, name)]
    return f"{type(struct).__name__}({', '.join(told)})"
