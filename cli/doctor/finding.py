"""What a check says: it passes, fails, or could not be made here, and what mends it."""

from __future__ import annotations

from typing import Literal

import msgspec

Status = Literal["pass", "warn", "fail", "skip"]
"""``warn`` is worth a look and breaks nothing today; ``skip`` is what could not be looked at from here."""


class Finding(msgspec.Struct, frozen=True, omit_defaults=True):
    """One line of the doctor's. ``fix`` says what to do where it does not pass; no text holds a token."""

    status: Status
    check: str
    text: str
    fix: str = ""


def passed(check: str, text: str) -> Finding:
    """Return a finding that all is well."""
    return Finding("pass", check, text)


def failed(check: str, text: str, fix: str) -> Finding:
    """Return a finding that somebody has to mend."""
    return Finding("fail", check, text, fix)
