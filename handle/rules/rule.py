"""What a rule is: a reason a person can act on, the check behind it, and where it comes from."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from omnicapi.server_event import ServerEvent

Check = Callable[[ServerEvent, int], str | None]
"""Takes a server event and now (Unix seconds, UTC); gives the field that breaks the rule, or ``None``."""


@dataclass(frozen=True, slots=True)
class Rule:
    """One demand of Meta's on a server event, as data: adding one is one entry in one of the tables beside this file.

    ``subcode`` is what Meta answers (with code 100) where the rule is broken; ``None`` where the rule is ours alone.
    ``source`` is the section of meta-capi.md. ``action_source`` and ``event_name`` limit the rule to those events.
    """

    reason: str
    field: str
    check: Check
    subcode: int | None
    fix: str
    source: str
    action_source: str | None = None
    event_name: str | None = None


REQUIRED_OR_UNEXPECTED = 2804019
TOO_OLD = 2804003
CLICK_ID = 2804001
NO_VALUE = 2804009
NO_CURRENCY = 2804010
NO_IDENTIFIER = 2804014
NOT_HASHED = 2804016
IN_THE_CLEAR = 2804017
INSUFFICIENT = 2804050
NOT_FOR_MESSAGING = 2804064
