"""What the values of a column look like: by field, whether a cell may be one."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import UTC

from ingest.rows.evidence import is_action_source, is_standard_event
from ingest.values import dates, numbers
from ingest.values.convert import BadValue
from ingest.values.fields import USER
from omnicapi import ip_address
from omnicapi.identifiers import FBC, FBP, IN_SECONDS, SHA256

_MAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
_PHONE = re.compile(r"'?[+(]?\d[\d\s()./x-]{6,24}", re.IGNORECASE)
_ISO_4217 = re.compile(r"[A-Z]{3}|[$€£]|R\$", re.IGNORECASE)
_COUNTRY = re.compile(r"[^\W\d_][^\d@]{1,40}")
_URL = re.compile(r"https?://\S+", re.IGNORECASE)
_AGENT = re.compile(r"Mozilla/\d\.\d.*")
_NAME = re.compile(r"[^\d@]{1,60}")
_PRODUCTS = re.compile(r"\s*+\[?\s*+\{")
_TIME_OF_DAY = re.compile(r"\d{1,2}:\d{2}(:\d{2}(\.\d{1,9})?)?(\s?[ap]\.?m\.?)?", re.IGNORECASE | re.ASCII)


def _is_time(cell: str) -> bool:
    try:
        dates.reader("dmy" if dates.is_ambiguous(cell) else None, None, UTC)(cell)
    except BadValue:
        return False
    return True


def is_day(cell: str) -> bool:
    """Tell whether a cell says a day and no time of day."""
    return ":" not in cell and not cell.isdecimal() and _is_time(cell)


def is_time_of_day(cell: str) -> bool:
    """Tell whether a cell says a time of day and no day."""
    return _TIME_OF_DAY.fullmatch(cell) is not None


def _is_number(cell: str) -> bool:
    try:
        numbers.reader("." if numbers.is_ambiguous(cell) else None)(cell)
    except BadValue:
        return False
    return True


def _is_ip(cell: str) -> bool:
    return ip_address.parsed(cell) is not None


def _is_click_cookie(cell: str) -> bool:
    return FBC.fullmatch(cell) is not None or IN_SECONDS.fullmatch(cell) is not None


def _is_browser_cookie(cell: str) -> bool:
    in_seconds = IN_SECONDS.fullmatch(cell)
    return FBP.fullmatch(cell) is not None or (in_seconds is not None and in_seconds["id"].isdecimal())


_LOOKS: dict[str, Callable[[str], object]] = {
    "event_time": _is_time,
    "action_source": is_action_source,
    "event_source_url": _URL.fullmatch,
    "custom_data.value": _is_number,
    "custom_data.currency": _ISO_4217.fullmatch,
    "contents[0].quantity": _is_number,
    "contents[0].item_price": _is_number,
    "custom_data.contents": _PRODUCTS.match,
    "user_data.em": _MAIL.fullmatch,
    "user_data.ph": _PHONE.fullmatch,
    "user_data.fn": _NAME.fullmatch,
    "user_data.ln": _NAME.fullmatch,
    "user_data.ct": _NAME.fullmatch,
    "user_data.st": _NAME.fullmatch,
    "user_data.db": _is_time,
    "user_data.country": _COUNTRY.fullmatch,
    "user_data.client_ip_address": _is_ip,
    "user_data.fbc": _is_click_cookie,
    "user_data.fbp": _is_browser_cookie,
}

UNMISTAKABLE: dict[str, Callable[[str], object]] = {
    "user_data.em": _MAIL.fullmatch,
    "user_data.fbp": _is_browser_cookie,
    "user_data.fbc": _is_click_cookie,
    "user_data.client_user_agent": _AGENT.fullmatch,
    "user_data.client_ip_address": _is_ip,
    "event_name": is_standard_event,
    "action_source": is_action_source,
}
"""Fields whose values can be nothing else, whatever the column is called; the narrower first."""


def fits(path: str, cells: Sequence[str]) -> float | None:
    """Return the share of cells that look like the field, or ``None`` where its values may look like anything.

    Customer information may be hashed already.
    """
    looks = _LOOKS.get(path)
    if looks is None:
        return None
    hashed = path.startswith(USER)
    return sum(bool(looks(cell) or (hashed and SHA256.fullmatch(cell))) for cell in cells) / len(cells)
