"""The one kind of personal data that can be told anywhere by its form: an e-mail address."""

from __future__ import annotations

import re
from urllib.parse import unquote_plus

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
