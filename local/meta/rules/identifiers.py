"""The formats of the identifiers that are sent in the clear: click and browser ids, addresses, lead and device ids."""

import re
import socket

from local.meta.complaints import CLICK_ID, WRONG_VALUE
from local.meta.rules.model import Event, Found, Rule
from local.meta.rules.time import DAY, FUTURE_TOLERANCE

CLICK_LIFE = 90 * DAY
"""Seconds a click id lives, as its cookie does (meta-capi.md §3.6)."""

_APPENDED = "[A-Za-z0-9_-]{8}|AQ|Ag|Aw|BA|BQ|Bg"
_FBC = re.compile(rf"fb\.[0-9]\.([0-9]{{13}})\.[A-Za-z0-9_-]{{1,500}}(?:\.(?:{_APPENDED}))?").fullmatch
_FBP = re.compile(rf"fb\.[0-9]\.([0-9]{{13}})\.[0-9]{{1,20}}(?:\.(?:{_APPENDED}))?").fullmatch
_APPENDIX = re.compile(_APPENDED).fullmatch
_LEAD = re.compile(r"\d{15,17}").fullmatch
_UUID = re.compile(r"[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}").fullmatch
_NO_DEVICE = "00000000-0000-0000-0000-000000000000"


def _click_id(event: Event, now: int) -> Found | None:
    fbc = event["user_data"].get("fbc")
    if not fbc:
        return None
    parts = _FBC(fbc)
    if parts and now - CLICK_LIFE <= int(parts[1]) // 1000 <= now + FUTURE_TOLERANCE:
        return None
    return Found(("user_data", "fbc"))


def _browser_id(event: Event, now: int) -> Found | None:
    fbp = event["user_data"].get("fbp")
    if not fbp:
        return None
    parts = _FBP(fbp)
    if parts and int(parts[1]) // 1000 <= now + FUTURE_TOLERANCE:
        return None
    return Found(("user_data", "fbp"), "fb.{subdomain index}.{creation time in ms}.{random number}, made in the past")


def _is_address(text: str) -> bool:
    for family in (socket.AF_INET, socket.AF_INET6):
        try:
            socket.inet_pton(family, text)
        except (OSError, ValueError):
            continue
        return True
    return False


def _address(event: Event, _now: int) -> Found | None:
    address = event["user_data"].get("client_ip_address")
    if not address or _is_address(address):
        return None
    bare, _, appendix = address.rpartition(".")
    if _APPENDIX(appendix) and _is_address(bare):
        return None
    return Found(("user_data", "client_ip_address"), "an IPv4 or IPv6 address")


def _lead(event: Event, _now: int) -> Found | None:
    lead = event["user_data"].get("lead_id")
    if lead is None or _LEAD(str(lead)):
        return None
    return Found(("user_data", "lead_id"), "a leadgen id of 15 to 17 digits")


def _device(event: Event, _now: int) -> Found | None:
    madid = event["user_data"].get("madid")
    if not madid or (_UUID(madid) and madid != _NO_DEVICE):
        return None
    return Found(("user_data", "madid"), "an advertising id: a UUID that is not all zeros")


def _install(event: Event, _now: int) -> Found | None:
    if event["user_data"].get("anon_id") and event["action_source"] != "app":
        return Found(("user_data", "anon_id"), "for app events only")
    return None


IDENTIFIER_RULES: tuple[Rule[Event], ...] = (
    Rule(
        "fbc.format",
        CLICK_ID,
        "§3.6",
        "`fbc` is `fb.{index}.{ms}.{fbclid}`, with or without appendix, made at most 90 days ago and not in the "
        "future.",
        _click_id,
        note="Seconds for milliseconds break the format. 2804001 was seen for the format; for the age it is assumed.",
    ),
    Rule(
        "fbp.format",
        WRONG_VALUE,
        "§3.6",
        "`fbp` is `fb.{index}.{ms}.{random}`, with or without appendix, not made in the future.",
        _browser_id,
        note="Subcode unknown. The random number has 10 digits in the documentation and up to 18 in browsers.",
    ),
    Rule(
        "client_ip_address.format",
        WRONG_VALUE,
        "§3.5",
        "`client_ip_address` is one IPv4 or IPv6 address, with or without appendix.",
        _address,
        note="Subcode unknown. A private address is not refused: whose it is cannot be known here.",
    ),
    Rule(
        "lead_id.format",
        WRONG_VALUE,
        "§2.4, §3.5",
        "`lead_id` has 15 to 17 digits.",
        _lead,
        note="Integer in the documentation, text in Meta's SDK: both are taken.",
    ),
    Rule("madid.format", WRONG_VALUE, "§3.5", "`madid` is a UUID and not all zeros.", _device, note="Subcode unknown."),
    Rule("anon_id.app_only", WRONG_VALUE, "§3.5", "`anon_id` comes with app events only.", _install),
)
