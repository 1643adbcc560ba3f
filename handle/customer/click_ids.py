"""``fbc`` and ``fbp``: Meta's cookies, passed on byte for byte or not at all (meta-capi.md §3.6; CIP, FB).

Both are ``fb.<subdomain index>.<creation time in ms>.<id>``, and may end with capi-param-builder's token. The id of
``fbc`` is the ``fbclid`` of the click, whose capital letters count.
"""

from __future__ import annotations

import re
from urllib.parse import unquote

from handle.customer.forms import why_not
from handle.customer.options import Options
from handle.customer.reasons import Reason
from handle.customer.steps import Step, Stepped, refused

CLICK_LIFE_MS = 90 * 24 * 3600 * 1000
"""How long Meta counts a click: the life of its cookie (FB)."""

CLOCK_TOLERANCE_MS = 60 * 1000
"""How far a browser's clock may run ahead: a value from the future can cost the whole event."""

_APPENDIX = r"(?:\.(?:[A-Za-z0-9_-]{8}|A[Qgw]|B[AQg]))?"
_COOKIE = r"fb\.\d\.\d{13}\."
_FBC = re.compile(rf"{_COOKIE}[A-Za-z0-9_-]+{_APPENDIX}", re.ASCII)
_FBP = re.compile(rf"{_COOKIE}\d{{1,20}}{_APPENDIX}", re.ASCII)
_IN_SECONDS = re.compile(r"fb\.\d\.\d{10}\.[A-Za-z0-9_.-]+", re.ASCII)
_FBCLID = re.compile(r"[A-Za-z0-9_-]+")
_TIME = slice(len("fb.1."), len("fb.1.1554763741205"))
_ID = 3
_LONGEST_ORDINARY = 512
_LONG_ID = 40  # characters; that many with letters and no capital do not come about by chance


def fbc_steps(_: Options) -> tuple[Step, ...]:
    """Give the steps of the rule for ``fbc``."""
    return (Step("trim", str.strip), Step("form of the cookie", _fbc), Step("capital letters kept?", _capitals))


def fbp_steps(_: Options) -> tuple[Step, ...]:
    """Give the steps of the rule for ``fbp``."""
    return (Step("trim", str.strip), Step("form of the cookie", _fbp))


def fbc_ordinary(text: str, _: Options) -> str | None:
    """Settle a cookie with a capital letter at once."""
    return text if len(text) < _LONGEST_ORDINARY and _FBC.fullmatch(text) and not text.islower() else None


def fbp_ordinary(text: str, _: Options) -> str | None:
    """Settle a cookie at once."""
    return text if _FBP.fullmatch(text) else None


def judge_fbc(plain: str, now: float) -> Reason | None:
    """Refuse a click more than 90 days before ``now``, or more than a minute after it; ``now`` is Unix seconds."""
    age_ms = now * 1000 - int(plain[_TIME])
    if age_ms > CLICK_LIFE_MS:
        return Reason.STALE
    return Reason.CREATED_IN_FUTURE if age_ms < -CLOCK_TOLERANCE_MS else None


def judge_fbp(plain: str, now: float) -> Reason | None:
    """Refuse a cookie made more than a minute after ``now``; an old one stays good, since browsers renew it."""
    return Reason.CREATED_IN_FUTURE if int(plain[_TIME]) > now * 1000 + CLOCK_TOLERANCE_MS else None


def fbclid_in(url: str) -> str | None:
    """Give the click id of a URL's query, percent-decoded once and in its own case; None where there is none."""
    if "fbclid=" not in url:
        return None
    query = url.partition("#")[0].partition("?")[2]
    for pair in query.split("&"):
        name, _, value = pair.partition("=")
        if name == "fbclid":
            decoded = unquote(value)
            return decoded if _FBCLID.fullmatch(decoded) else None
    return None


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
    if clicked is None:
        return cookie
    parts = (cookie or "").strip().split(".")
    same = len(parts) > _ID and parts[_ID] == clicked and _FBC.fullmatch((cookie or "").strip())
    return cookie if same else build_fbc(clicked, seen_ms)


def _fbc(text: str) -> Stepped:
    return text if _FBC.fullmatch(text) else _malformed(text)


def _fbp(text: str) -> Stepped:
    return text if _FBP.fullmatch(text) else _malformed(text)


def _malformed(text: str) -> Stepped:
    return refused(Reason.SECONDS_NOT_MS) if _IN_SECONDS.fullmatch(text) else why_not(text, Reason.NOT_A_CLICK_ID)


def _capitals(text: str) -> Stepped:
    lost = text.islower() and len(text.split(".")[_ID]) >= _LONG_ID
    return refused(Reason.CASE_LOST) if lost else text
