"""``db``: a real day as ``YYYYMMDD``, read as declared or where only one reading exists (meta-capi.md §3.4 db; CIP).

Meta's param builder assumes the month first; here a date with two readings is refused (docs/adr/0012).
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from functools import lru_cache, partial

from handle.customer.already_hashed import pass_hashed
from handle.customer.date_readings import has_short_year, readings
from handle.customer.options import CustomerOptions
from handle.customer.placeholders import refuse_placeholder
from handle.customer.reasons import Reason
from handle.customer.spreadsheets import whole_number
from handle.customer.steps import Step, Stepped, refused
from handle.customer.text import lower_case, readable

FIRST_YEAR = 1900
"""The earliest year that Meta takes (CIP)."""

_TIME = re.compile(r"(.*\d)(?:t|\s+)(\d{1,2}:\d{2}.*)")
_MIDNIGHT = re.compile(r"0?0:00(?::00(?:[.,]0+)?)?\s*(?:z|utc|[+-]0?0:?00)?")
_ISO_LENGTH = len("1990-05-03")
_SERIAL = re.compile(r"\d{4,5}")
_DEFAULTS = frozenset(["19000101", "19010101", "19700101"])


def steps(options: CustomerOptions) -> tuple[Step, ...]:
    """Give the steps of the rule."""
    found = (
        Step("trim, Unicode NFC", readable),
        Step("already hashed?", pass_hashed()),
        Step("placeholder?", refuse_placeholder()),
        Step("undo the spreadsheet", whole_number),
        Step("lower case", lower_case),
        Step("without the time", _without_time),
        Step("year, month, day", partial(_day, declared=_order(options.date_format))),
    )
    if not options.default_birthdays:
        return (*found, Step("not a default birthday?", _not_a_default))
    return found


def ordinary(text: str, options: CustomerOptions) -> str | None:
    """Settle ``1990-05-03``, the form of most dates, at once: it has one reading, whatever format is declared."""
    if len(text) != _ISO_LENGTH or not text[4] == text[7] == "-" or not options.default_birthdays:
        return None
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return text.replace("-", "") if day.year >= FIRST_YEAR else None


def judge(plain: str, now: float) -> Reason | None:
    """Refuse a birth date after today in UTC; ``now`` is Unix seconds."""
    return Reason.FUTURE_DATE if plain > _date_at(now) else None


@lru_cache(maxsize=128)
def _date_at(now: float) -> str:
    return datetime.fromtimestamp(now, UTC).strftime("%Y%m%d")


def _order(date_format: str | None) -> str | None:
    """Read ``dmy`` out of ``%d/%m/%Y``; a format that does not name all three declares nothing."""
    letters = re.sub("[^dmy]", "", (date_format or "").lower().replace("b", "m"))
    order = "".join(dict.fromkeys(letters))
    return order if order in {"ymd", "dmy", "mdy"} else None


def _without_time(text: str) -> Stepped:
    text = text.rpartition("(")[0].rstrip() if text.endswith(")") else text  # 16-2-1997 (dd-mm-yyyy)
    found = _TIME.fullmatch(text)
    if found is None:
        return text
    return found[1] if _MIDNIGHT.fullmatch(found[2]) else refused(Reason.TIME_OF_DAY)


def _day(text: str, declared: str | None) -> Stepped:
    if _SERIAL.fullmatch(text):
        return refused(Reason.SPREADSHEET_SERIAL)
    if has_short_year(text):
        return refused(Reason.TWO_DIGIT_YEAR)
    real = {order: day for order, day in readings(text) if day is not None}
    recent = {order: day for order, day in real.items() if day.year >= FIRST_YEAR}
    # Year first cannot be mistaken, and month names neither: both are how readers of files write real date cells.
    fitting = {day for order, day in recent.items() if declared in (None, order) or order in ("ymd", "named")}
    if len(fitting) == 1:
        return fitting.pop().strftime("%Y%m%d")
    return refused(_why_not(real, recent, fitting))


def _why_not(real: dict[str, date], recent: dict[str, date], fitting: set[date]) -> Reason:
    if fitting:
        return Reason.AMBIGUOUS_DATE
    if recent:
        return Reason.NOT_THE_DECLARED_FORMAT
    return Reason.BEFORE_1900 if real else Reason.NOT_A_DATE


def _not_a_default(text: str) -> Stepped:
    return refused(Reason.DEFAULT_BIRTHDAY) if text in _DEFAULTS else text
