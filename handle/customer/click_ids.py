"""``fbc`` and ``fbp``: Meta's cookies, passed on byte for byte or not at all (meta-capi.md §3.6; CIP, FB).

Both are ``fb.<subdomain index>.<creation time in ms>.<id>``, and may end with capi-param-builder's token. The id of
``fbc`` is the ``fbclid`` of the click, whose capital letters count.
"""

from __future__ import annotations

import re
from urllib.parse import unquote

from handle.customer.already_hashed import SHORTEST_HASH
from handle.customer.forms import why_not
from handle.customer.options import CustomerOptions
from handle.customer.reasons import Reason
from handle.customer.steps import Step, Stepped, refused
from omnicapi.values.identifiers import APPENDIX, CLICK_ID, CLICK_LIFE, FBC, FBP, IN_SECONDS, LONGEST_CLICK_ID
from omnicapi.values.placeholders import is_no_id

CLOCK_TOLERANCE_MS = 60 * 1000
"""How far a browser's clock may run ahead: a value from the future can cost the whole event."""

_TIME = slice(len("fb.1."), len("fb.1.1554763741205"))
_ID = 3
_LONG_ID = 40  # characters; that many with letters and no capital do not come about by chance


# The click id begins as no hash does; a capital says that it kept its case, a digit behind it that it is no
# placeholder.
_is_ordinary_fbc = re.compile(
    rf"fb\.\d\.\d{{13}}\.(?![0-9A-Fa-f]{{{SHORTEST_HASH}}}|[_-])[a-z0-9_-]*+[A-Z][A-Za-z0_-]*+[1-9][A-Za-z0-9_-]*+"
    rf"(?:{APPENDIX})?",
    re.ASCII,
).fullmatch


def fbc_steps(_: CustomerOptions) -> tuple[Step, ...]:
    """Give the steps of the rule for ``fbc``."""
    return (
        Step("trim", str.strip),
        Step("form of the cookie", _fbc),
        Step("a click?", _click),
        Step("capital letters kept?", _capitals),
    )


def fbp_steps(_: CustomerOptions) -> tuple[Step, ...]:
    """Give the steps of the rule for ``fbp``."""
    return (Step("trim", str.strip), Step("form of the cookie", _fbp))


def fbc_ordinary(text: str, _: CustomerOptions) -> str | None:
    """Settle a cookie whose click id has a capital letter and a digit at once."""
    return text if len(text) < LONGEST_CLICK_ID and _is_ordinary_fbc(text) else None


def fbp_ordinary(text: str, _: CustomerOptions) -> str | None:
    """Settle a cookie at once."""
    return text if FBP.fullmatch(text) else None


def judge_fbc(plain: str, now: float) -> Reason | None:
    """Refuse a click more than 90 days before ``now``, or more than a minute after it; ``now`` is Unix seconds."""
    age_ms = now * 1000 - int(plain[_TIME])
    if age_ms > CLICK_LIFE * 1000:
        return Reason.STALE
    return Reason.CREATED_IN_FUTURE if age_ms < -CLOCK_TOLERANCE_MS else None


def judge_fbp(plain: str, now: float) -> Reason | None:
    """Refuse a cookie made more than a minute after ``now``; an old one stays good, since browsers renew it."""
    return Reason.CREATED_IN_FUTURE if int(plain[_TIME]) > now * 1000 + CLOCK_TOLERANCE_MS else None


def is_click(click_id: str) -> bool:
    """Tell whether a click id is one: of its form, and no placeholder (``undefined``, ``your_fbclid``)."""
    return CLICK_ID.fullmatch(click_id) is not None and not is_no_id(click_id)


def fbclid_in(url: str) -> str | None:
    """Give the click id of a URL's query, percent-decoded once and in its own case; None where there is none."""
    if "fbclid=" not in url:
        return None
    query = url.partition("#")[0].partition("?")[2]
    pairs = (pair.partition("=") for pair in query.split("&"))
    return next((found for name, _, value in pairs if name == "fbclid" and is_click(found := unquote(value))), None)


def build_fbc(fbclid: str, seen_ms: int, subdomain_index: int = 1) -> str:
    """Build ``fbc`` from a click id and when it was first seen, in Unix ms: the event's time, never the clock's.

    1 is the index for values made on a server without saving a cookie (FB).
    """
    return f"fb.{subdomain_index}.{seen_ms}.{fbclid}"


def choose_fbc(cookie: str | None, url: str | None, seen_ms: int) -> str | None:
    """Choose what to send as ``fbc``: the cookie, unless the URL carries another click, which then wins.

    The comparison is with the fourth part of the cookie, not with what follows its last dot, which may be a token.
    Give the result to :func:`~handle.customer.normaliser.normalise` like any value: it may still be refused.
    """
    clicked = fbclid_in(url) if url else None
    return cookie if clicked is None or click_in(cookie) == clicked else build_fbc(clicked, seen_ms)


def click_in(cookie: str | None) -> str | None:
    """Give the click id of a cookie; None where it has none or not the form of one."""
    found = FBC.fullmatch((cookie or "").strip())
    return found["click_id"] if found and is_click(found["click_id"]) else None


def _fbc(text: str) -> Stepped:
    return text if FBC.fullmatch(text) else _malformed(text)


def _fbp(text: str) -> Stepped:
    return text if FBP.fullmatch(text) else _malformed(text)


def _malformed(text: str) -> Stepped:
    if IN_SECONDS.fullmatch(text):
        return refused(Reason.SECONDS_NOT_MS)
    return why_not(text, Reason.TOO_LONG if len(text) > LONGEST_CLICK_ID else Reason.NOT_A_CLICK_ID)


def _click(text: str) -> Stepped:
    return text if is_click(_id_of(text)) else refused(Reason.PLACEHOLDER)


def _capitals(text: str) -> Stepped:
    return refused(Reason.CASE_LOST) if text.islower() and len(_id_of(text)) >= _LONG_ID else text


def _id_of(cookie: str) -> str:
    return cookie.split(".")[_ID]
