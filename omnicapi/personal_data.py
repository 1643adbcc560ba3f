"""The one kind of personal data that can be told anywhere by its form: an e-mail address."""

from __future__ import annotations

import re
from urllib.parse import unquote_plus

_EMAIL = re.compile(r"[^\s@<>\"'(),;:]+@[^\s@<>\"'(),;:]+\.[^\s@<>\"'(),;:]{2,}").search


def holds_email(text: str) -> bool:
    """Say whether an e-mail address stands anywhere in ``text``, plain or percent-encoded."""
    if "@" in text:
        return _EMAIL(text) is not None
    return "%40" in text and _EMAIL(unquote_plus(text)) is not None


def impersonal(text: str | None) -> str | None:
    """Leave out an id or a name that somebody made of an e-mail address, for outcomes and logs.

    The origin still says which event it was.
    """
    return None if text is None or holds_email(text) else text
