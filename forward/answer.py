"""What Meta answered, read (meta-capi.md §1.4)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import msgspec

from forward.meta_errors import Kind, Meaning, meaning
from forward.usage import Usage, read_usage
from omnicapi.errors import MetaRefusedUs, MetaUnavailable

_NAMED_EVENT = re.compile(r"""\[['"]?data['"]?\]\[(\d{1,4})\]""")
"""Meta's path to the event at fault, the one part of its text that is not language (meta-capi.md §1.5)."""

_OURS_TO_MEND = {Kind.CONFIGURATION, Kind.MALFORMED}


class MetaError(msgspec.Struct, frozen=True):
    """The ``error`` object of an answer (meta-capi.md §1.4)."""

    code: int | None = None
    error_subcode: int | None = None
    is_transient: bool | None = None
    message: str | None = None
    error_user_msg: str | None = None
    fbtrace_id: str | None = None


class _Body(msgspec.Struct):
    events_received: int | None = None
    messages: list[Any] | None = None
    fbtrace_id: str | None = None
    error: MetaError | None = None


_decode = msgspec.json.Decoder(_Body, strict=False).decode


class Answer(msgspec.Struct, frozen=True):
    """What Meta said. ``refusal`` is ``None`` where it took every event of the request."""

    status: int | None = None
    """HTTP status; ``None`` for a verdict that needed no request."""
    fbtrace_id: str | None = None
    events_received: int | None = None
    messages: int = 0
    """Number of messages Meta added to an acceptance; their texts may name anything and are not kept."""
    code: str | None = None
    """Meta's error as ``code/subcode``, or ``code`` alone."""
    named_event: int | None = None
    """Position of the event at fault in the request, where Meta's path names it."""
    refusal: Meaning | None = None
    usage: Usage = Usage()

    def undecided(self) -> MetaUnavailable | MetaRefusedUs:
        """Return the error of a message whose events this answer did not decide."""
        refusal = self.refusal or meaning(0, None, None, is_transient=True)
        text = f"{refusal.reason}: {refusal.remedy}"
        return MetaRefusedUs(text) if refusal.kind in _OURS_TO_MEND else MetaUnavailable(text)


def read_answer(status: int, headers: Mapping[str, str], body: bytes) -> Answer:
    """Understand an answer. A 2xx whose body is not Meta's (a proxy's page, say) is no acceptance."""
    usage = read_usage(headers)
    try:
        decoded = _decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return Answer(status, refusal=meaning(status, None, None, is_transient=False), usage=usage)
    error = decoded.error
    if 200 <= status < 300 and error is None and decoded.events_received is not None:  # noqa: PLR2004 - HTTP's classes
        return Answer(status, decoded.fbtrace_id, decoded.events_received, len(decoded.messages or ()), usage=usage)
    error = error or MetaError()
    return Answer(
        status,
        error.fbtrace_id or decoded.fbtrace_id,
        code=_code(error),
        named_event=_named_event(error),
        refusal=meaning(status, error.code, error.error_subcode, is_transient=bool(error.is_transient)),
        usage=usage,
    )


def _code(error: MetaError) -> str | None:
    if error.code is None:
        return None
    return f"{error.code}/{error.error_subcode}" if error.error_subcode else str(error.code)


def _named_event(error: MetaError) -> int | None:
    for text in (error.error_user_msg, error.message):
        named = _NAMED_EVENT.search(text or "")
        if named:
            return int(named.group(1))
    return None
