"""What the cells of a file show: whether a row is data and not a header, and which field a column may be."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import UTC

from ingest.events.filling import Column
from ingest.readers.cell_text import WITHOUT_RESULT
from ingest.values import dates, day_order, numbers
from ingest.values.convert import BadValue
from ingest.values.fields import USER, Field, Kind
from omnicapi.values import ip_address
from omnicapi.values.identifiers import FBC, FBP, IN_SECONDS, SHA256
from omnicapi.values.standard_names import ACTION_SOURCES, EVENTS, standard_event


def is_action_source(cell: str) -> bool:
    """Tell whether a cell says where an event happened, in Meta's words (meta-capi.md §2.2)."""
    return cell.casefold() in ACTION_SOURCES  # ``E-Mail`` is a column's name


def is_standard_event(cell: str) -> bool:
    """Tell whether a cell names a standard event of Meta's (meta-capi.md §6.1)."""
    return standard_event(cell) in EVENTS


_PERSONAL = re.compile(r"[0-9a-f]{64}|[^@\s]+@[^@\s]+\.[^@\s]+|[+(]?\d[\d\s().-]{6,}|fb\.\d\..+", re.IGNORECASE)
"""A hash, an e-mail address, a telephone number, a click or browser id."""

_DIGIT = re.compile(r"\d")

_MAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
_PHONE = re.compile(r"(?:p:)?'?[+(]?\d[\d\s()./x-]{6,24}", re.IGNORECASE)
_ISO_4217 = re.compile(r"[A-Z]{3}|[$€£]|R\$", re.IGNORECASE)
_COUNTRY = re.compile(r"[^\W\d_][^\d@]{1,40}")
_URL = re.compile(r"https?://\S+", re.IGNORECASE)
_AGENT = re.compile(r"Mozilla/\d\.\d.*")
_NAME = re.compile(r"[^\d@]{1,60}")
_PRODUCTS = re.compile(r"\s*+\[?\s*+\{")
_TIME_OF_DAY = re.compile(r"\d{1,2}:\d{2}(:\d{2}(\.\d{1,9})?)?(\s?[ap]\.?m\.?)?", re.IGNORECASE | re.ASCII)

_ALIKE = ("event_name", "action_source")
"""Fields that few words fill: a row above the data that has the same word there is data too."""

_NO_WORDS = re.compile(r"(?=\D*\d)[\W\d]*+")


def is_data(cell: str) -> bool:
    """Tell whether a cell is no name of a column, whatever its column may be: a number, a date, an address, an id."""
    return (
        bool(_PERSONAL.fullmatch(cell) or _NO_WORDS.fullmatch(cell))
        or is_standard_event(cell)
        or is_action_source(cell)
    )


def first_data_row(rows: Sequence[Sequence[str]], columns: Sequence[Column]) -> int | None:
    """Return the position of the first row that is data, or ``None`` where none looks like it.

    A row counts as data when one of its mapped cells looks like data, or when it has the same event name or action
    source as the first such row: a row of data whose time is missing must be refused, not passed over.
    """
    checks = [(column.index, check) for column in columns if (check := _evidence(column.field))]

    def is_shown(cell: str, check: Callable[[str], object]) -> bool:
        return cell == WITHOUT_RESULT or bool(check(cell))

    found = next(
        (n for n, cells in enumerate(rows) if any(is_shown(_cell(cells, index), check) for index, check in checks)),
        None,
    )
    if found is None:
        return None
    alike = [column.index for column in columns if column.field.path in _ALIKE]
    words = [(index, word) for index in alike if (word := _cell(rows[found], index))]
    return next(
        n for n in range(found + 1) if n == found or any(_cell(rows[n], index) == word for index, word in words)
    )


def _cell(cells: Sequence[str], index: int) -> str:
    return cells[index].strip() if index < len(cells) else ""


def _evidence(of: Field) -> Callable[[str], object] | None:
    """Return the test by which a cell of this field shows that its row is data, or ``None`` where none can."""
    if of.kind in {Kind.TIME, Kind.NUMBER, Kind.INTEGER}:
        return _DIGIT.search
    if of.path == "action_source":
        return is_action_source
    if of.path == "event_name":
        return is_standard_event
    if of.group == USER:
        return _PERSONAL.fullmatch
    return None


def _is_time(cell: str) -> bool:
    try:
        dates.reader("dmy" if day_order.is_ambiguous(cell) else None, None, UTC)(cell)
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
