"""What Meta answered, read (meta-capi.md §1.4)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import msgspec

from forward.meta.errors import Kind, Meaning, meaning
from forward.meta.partial_json import read_object
from forward.meta.rate_limits import RateLimits, read_rate_limits
from omnicapi.errors import MetaRefusedUs, MetaUnavailable

_NAMED_EVENT = re.compile(r"""\[['"]?data['"]?\]\[(\d{1,4})\]""")
"""Meta's path to the event at fault, the one part of its text that is not language (meta-capi.md §1.5)."""

LONGEST_TRACE = 200
"""Characters of an ``fbtrace_id``; Meta's have about 24."""

_LARGEST = 10**9
_TRUE = (True, "true", "1")
_is_number = re.compile(r"-?\d{1,9}", re.ASCII).fullmatch

_OURS_TO_MEND = {Kind.CONFIGURATION, Kind.MALFORMED}


class Answer(msgspec.Struct, frozen=True):
    """What Meta said. ``refusal`` is ``None`` where it took every event of the request."""

    status: int | None = None
    """HTTP status; ``None`` for a verdict that needed no request."""
    fbtrace_id: str | None = None
    events_received: int | None = None
    """How many Meta counted; ``None`` also where it said yes and no number."""
    messages: int = 0
    """Number of messages Meta added to an acceptance; their texts may name anything and are not kept."""
    code: str | None = None
    """Meta's error as ``code/subcode``, or ``code`` alone."""
    named_event: int | None = None
    """Position of the event at fault in the request, where Meta's path names it."""
    refusal: Meaning | None = None
    usage: RateLimits = RateLimits()

    def undecided(self) -> MetaUnavailable | MetaRefusedUs:
        """Return the error of a message whose events this answer did not decide."""
        refusal = self.refusal or meaning(0, None, None, is_transient=True)
        text = f"{refusal.reason}: {refusal.remedy}"
        return MetaRefusedUs(text) if refusal.kind in _OURS_TO_MEND else MetaUnavailable(text)


def read_answer(status: int, headers: Mapping[str, str], body: bytes, *, whole: bool = True) -> Answer:
    """Understand an answer, whatever it is; never raises.

    A 2xx is an acceptance where its body says ``events_received``, whatever else stands there and of whatever type
    that is, and no ``error``; so it is where the body is an object that had to be cut before the key could come
    (``whole`` is false). A 2xx whose body is not Meta's, a proxy's page say, is no acceptance.
    """
    usage = read_rate_limits(headers)
    said = read_object(body)
    error = said.get("error")
    if 200 <= status < 300 and not error and _is_yes(said, body, whole=whole):  # noqa: PLR2004 - HTTP's classes
        messages = said.get("messages")
        count = len(messages) if isinstance(messages, list) else 0
        return Answer(status, _text(said.get("fbtrace_id")), _number(said.get("events_received")), count, usage=usage)
    about = error if isinstance(error, dict) else {}
    code, subcode = _number(about.get("code")), _number(about.get("error_subcode"))
    return Answer(
        status,
        _text(about.get("fbtrace_id")) or _text(said.get("fbtrace_id")),
        code=None if code is None else f"{code}/{subcode}" if subcode else str(code),
        named_event=_named_event(about),
        refusal=meaning(status, code, subcode, is_transient=about.get("is_transient") in _TRUE),
        usage=usage,
    )


def _is_yes(said: Mapping[str, Any], body: bytes, *, whole: bool) -> bool:
    return said.get("events_received") is not None or (not whole and body.lstrip().startswith(b"{"))


def _number(value: Any) -> int | None:
    """Return a whole number of Meta's, which may be written as a text; ``None`` where it is none."""
    if isinstance(value, str) and _is_number(value):
        value = int(value)
    return value if type(value) is int and abs(value) < _LARGEST else None


def _text(value: Any) -> str | None:
    """Return a short text of Meta's; ``None`` where it is none, or one that no outcome should carry."""
    return value if isinstance(value, str) and 0 < len(value) <= LONGEST_TRACE else None


def _named_event(error: Mapping[str, Any]) -> int | None:
    for text in (error.get("error_user_msg"), error.get("message")):
        named = _NAMED_EVENT.search(text) if isinstance(text, str) else None
        if named:
            return int(named.group(1))
    return None
