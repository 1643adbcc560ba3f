"""What GA4's event data tells of its person in packed form: opened, so that paths of the tables reach into it."""

from __future__ import annotations

import base64
import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import unquote

from ingest.json.items import NOT_JSON, decode
from ingest.maps.ga4_paths import HASHED_BY_GOOGLE

GTMEEC = "_gtmeec"
"""Cookie of Meta's tag: customer information it has hashed already, as base64 of JSON (ga4-gtm.md §3.4)."""

_OWN_CLIENT_ID = re.compile(r"[0-9]+\.[0-9]+")
_GA_COOKIE = re.compile(r"GA[0-9]\.[0-9-]+\.([0-9]+\.[0-9]+)")
_SESSION = re.compile(r"GS1\.[0-9-]+\.([0-9]+)|GS2\.[0-9-]+\.s([0-9]+)")
_SESSION_COOKIE = "_ga_"


def opened(data: dict[str, Any]) -> None:
    """Open in place: ``x-ga-em``, the ``_gtmeec`` cookie, and under ``ga`` the client and session ids."""
    hashed = data.get(HASHED_BY_GOOGLE)
    if isinstance(hashed, str):
        data[HASHED_BY_GOOGLE] = _by_field(hashed)
    cookies = _cookies(data)
    if cookie := cookies.get(GTMEEC):
        data[GTMEEC] = _gtmeec(cookie)
    data["ga"] = _ids(data, cookies)


def _cookies(data: Mapping[str, Any]) -> Mapping[str, Any]:
    for key in ("cookies", "common_cookie"):
        if isinstance(cookies := data.get(key), dict):
            return cookies
    return {}


def _by_field(packed: str) -> dict[str, list[str]]:
    """Split ``tv.1~em.HASH~fn0.HASH~co0.NO`` into values by name, the addresses' numbers removed (ga4-gtm.md §3.3)."""
    fields: dict[str, list[str]] = {}
    for part in packed.split("~"):
        name, _, value = part.partition(".")
        if value:
            fields.setdefault(name.rstrip("0123456789"), []).append(unquote(value))
    return fields


def _gtmeec(cookie: Any) -> Any:
    try:
        return decode(base64.b64decode(unquote(str(cookie)) + "==", altchars=b"-_"))
    except (*NOT_JSON, ValueError):
        return None  # a cookie is the browser's to spoil; the event has its other identifiers


def _ids(data: Mapping[str, Any], cookies: Mapping[str, Any]) -> dict[str, str]:
    """Return ``client_id``, the browser's own, ``server_client_id``, the container's (FPID), and ``session_id``.

    Where the container manages the id, ``client_id`` of the event data is the container's and the browser's stands in
    ``x-ga-js_client_id`` or in the ``_ga`` cookie (ga4-gtm.md §6).
    """
    ids: dict[str, str] = {}
    given = str(data.get("client_id") or "")
    browsers = str(data.get("x-ga-js_client_id") or "")
    if not browsers and not _OWN_CLIENT_ID.fullmatch(given) and (found := _GA_COOKIE.match(str(cookies.get("_ga")))):
        browsers = found[1]
    if browsers or given:
        ids["client_id"] = browsers or given
    if browsers and given and browsers != given:
        ids["server_client_id"] = given
    if session := _session(cookies):
        ids["session_id"] = session
    return ids


def _session(cookies: Mapping[str, Any]) -> str | None:
    for name, value in cookies.items():
        if name.startswith(_SESSION_COOKIE) and (found := _SESSION.match(str(value))):
            return found[1] or found[2]
    return None
