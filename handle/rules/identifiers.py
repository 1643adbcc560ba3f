"""Rules on what is sent as it is: click and browser ids, addresses, lead and device ids (meta-capi.md §3.5, §3.6)."""

from __future__ import annotations

import re
from ipaddress import ip_address

from handle.rules.rule import CLICK_ID, REQUIRED_OR_UNEXPECTED, Rule
from omnicapi.server_event import ServerEvent
from omnicapi.values.identifiers import APPENDIX, CLICK_LIFE, FBC, FBP, NO_DEVICE, SHA256, UUID
from omnicapi.window import MAX_AHEAD

_TEXTS = (
    "client_ip_address client_user_agent fbc fbp subscription_id anon_id madid page_id page_scoped_user_id ctwa_clid "
    "ig_account_id ig_sid instagram_business_account_id whatsapp_business_account_id"
)
PLAIN_TEXTS = tuple(_TEXTS.split())
"""Texts that Meta takes unhashed."""

_HASH_DIGITS = 64
_ADDRESS = re.compile(rf"(.+?)(?:{APPENDIX})?").fullmatch
_LEAD_IDS = range(10**14, 10**17)


def _hashed(event: ServerEvent, _now: int) -> str | None:
    for name in PLAIN_TEXTS:
        text = getattr(event.user_data, name)
        if text is not None and len(text) == _HASH_DIGITS and SHA256.fullmatch(text):
            return f"user_data.{name}"
    return None


def _click_id(event: ServerEvent, now: int) -> str | None:
    fbc = event.user_data.fbc
    if not fbc:
        return None
    found = FBC.fullmatch(fbc)
    fresh = found is not None and now - CLICK_LIFE <= int(found["created_ms"]) // 1000 <= now + MAX_AHEAD
    return None if fresh else "user_data.fbc"


def _browser_id(event: ServerEvent, now: int) -> str | None:
    fbp = event.user_data.fbp
    if not fbp:
        return None
    found = FBP.fullmatch(fbp)
    return None if found is not None and int(found["created_ms"]) // 1000 <= now + MAX_AHEAD else "user_data.fbp"


def _address(event: ServerEvent, _now: int) -> str | None:
    address = event.user_data.client_ip_address
    found = _ADDRESS(address) if address else None
    if found is None:
        return None
    try:
        ip_address(found[1])
    except ValueError:
        return "user_data.client_ip_address"
    return None


def _lead(event: ServerEvent, _now: int) -> str | None:
    lead = event.user_data.lead_id
    return None if lead is None or lead in _LEAD_IDS else "user_data.lead_id"


def _device(event: ServerEvent, _now: int) -> str | None:
    madid = event.user_data.madid
    return None if not madid or (UUID.fullmatch(madid) and madid != NO_DEVICE) else "user_data.madid"


def _install(event: ServerEvent, _now: int) -> str | None:
    return "user_data.anon_id" if event.user_data.anon_id and event.action_source != "app" else None


IDENTIFIER_RULES: tuple[Rule, ...] = (
    Rule(
        "hashed_where_plain_wanted",
        "user_data.client_ip_address",
        _hashed,
        REQUIRED_OR_UNEXPECTED,
        "Meta takes this as it is; send it without hashing.",
        "§3.1",
    ),
    Rule(
        "fbc_invalid",
        "user_data.fbc",
        _click_id,
        CLICK_ID,
        "Send the _fbc cookie byte for byte, fb.1.<milliseconds>.<fbclid>, at most 90 days after the click.",
        "§3.6",
    ),
    Rule(
        "fbp_invalid",
        "user_data.fbp",
        _browser_id,
        REQUIRED_OR_UNEXPECTED,
        "Send the _fbp cookie byte for byte, fb.1.<milliseconds>.<number>.",
        "§3.6",
    ),
    Rule(
        "client_ip_address_invalid",
        "user_data.client_ip_address",
        _address,
        REQUIRED_OR_UNEXPECTED,
        "Send one IPv4 or IPv6 address: the customer's.",
        "§3.5",
    ),
    Rule(
        "lead_id_invalid",
        "user_data.lead_id",
        _lead,
        REQUIRED_OR_UNEXPECTED,
        "Send the lead's id as Meta gave it, 15 to 17 digits; a spreadsheet column must be text.",
        "§2.4, §3.5",
    ),
    Rule(
        "madid_invalid",
        "user_data.madid",
        _device,
        REQUIRED_OR_UNEXPECTED,
        "Send the advertising id (a UUID), or nothing where the person denied tracking.",
        "§3.5",
    ),
    Rule(
        "anon_id_not_app",
        "user_data.anon_id",
        _install,
        REQUIRED_OR_UNEXPECTED,
        "anon_id belongs to app events only.",
        "§3.5",
    ),
)
