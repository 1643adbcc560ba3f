"""Times as programs and people write them in words, rewritten in digits: ``28 de novembro de 2026 10h15``.

Read are month names of six languages, names of weekdays, ``p. m.`` between any blanks, digits without anything between
them (``20261128101530``), years, months and days in Chinese, Japanese and Korean, and names of time zones. The order of
numbers stays as it is written; which of them is the day is for :mod:`ingest.values.dates` to say.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from datetime import datetime

from ingest.values.time_zones import zone_of
from omnicapi.values.month_names import month_number

LONGEST = 100
"""Characters of a text that may be a time."""

_WEEKDAY_NAMES = """
    monday tuesday wednesday thursday friday saturday sunday mon tue tues wed thu thur thurs fri sat sun
    segunda terça quarta quinta sexta sábado domingo feira seg ter qua qui sex sáb sab dom
    lunes martes miércoles miercoles jueves viernes lun mar mié mie jue vie
    lundi mardi mercredi jeudi vendredi samedi dimanche mer jeu ven sam dim
    montag dienstag mittwoch donnerstag freitag samstag sonnabend sonntag mo di mi do fr sa so
    lunedì lunedi martedì martedi mercoledì mercoledi giovedì giovedi venerdì venerdi sabato domenica gio
"""
_WEEKDAYS = frozenset(_WEEKDAY_NAMES.split())
_FILLER_WORDS = """
    de del of di the st nd rd th er o a on at às as las la à le el il den der am um em dia alle ore uhr
"""
_FILLERS = frozenset(_FILLER_WORDS.split())
_CJK = str.maketrans({"年": "-", "년": "-", "月": "-", "월": "-", "日": " ", "일": " ", "时": ":", "時": ":", "시": ":",
                      "分": ":", "분": ":", "秒": " ", "초": " "})  # fmt: skip
_HALVES = {"上午": " am ", "午前": " am ", "오전": " am ", "下午": " pm ", "午後": " pm ", "오후": " pm "}

_CLOCK = re.compile(
    r"(?:(?P<first>[ap]m) )?(?<![\d:./-])(?P<hour>\d{1,2})"
    r"(?:(?:(?: ?: ?|h)(?P<minute>\d{2})(?:(?: ?: ?|m)(?P<second>\d{2})(?:[.,]\d{1,9}|s)?)?)"
    r"(?: ?(?P<half>[ap]\.? ?m(?![a-y])\.?))?| ?(?P<only>[ap]\.? ?m(?![a-y])\.?)):?(?![\d:])"
)
_AFTER_YEAR = re.compile(r"(/\d{4}):(\d\d:)")
"""``28/Nov/2026:10:15:30``, as web servers write logs."""
_AFTER_SHORT_DAY = re.compile(r"^(\d{1,2} ?[-/]?[a-z]{3} ?[-/]?\d{4}):(?=\d\d:)")
"""``28NOV2026:10:15:30``, as statistics programs write."""
_POINTS = re.compile(r"(?<=\d\d )(\d{1,2})\.(\d\d)(?:\.(\d\d(?:\.\d{1,9})?))?(?= |$)")
"""``10.15.30.000000 PM``, as databases write, and ``10.15 Uhr``."""
_BETWEEN = re.compile(r"(?<=-\d\d)t(?=\d\d:)")
_OFFSET_AND_PLACE = re.compile(r"(z|[+-]\d\d:?\d\d|\d)\[([^\[\]]*)\]$")
"""``10:15+01:00[Europe/Berlin]``, as Java writes."""
_HOUR_ALONE = re.compile(r"(?<= )(\d{1,2}) ?h$")
_DASHES = str.maketrans({**dict.fromkeys("‐‑‒–—−", "-"), "@": " "})
_COMPACT = re.compile(r"((?:19|20)\d\d)(\d\d)(\d\d)(?:t? ?(\d\d)(\d\d)(\d\d)?(z)?)?", re.ASCII)
_NUMBERS = re.compile(r"(\d{1,4}) ?([-/.]) ?(\d{1,2}) ?\2 ?(\d{1,4})-?", re.ASCII)
_TOKEN = re.compile(r"\d+|[^\W\d_]+")
_WORD = re.compile(r"[^\W\d_]+")
_IN_BRACKETS = re.compile(r" ?\(([^()]*)\)$")
_YEAR_BEHIND = re.compile(r"(?:^| )((?:19|20)\d\d)$", re.ASCII)
_AFTER_CLOCK = re.compile(r"^(?:uhr|hrs?|h)(?![a-y])")
_YEAR_DIGITS, _PIVOT = 4, 69


class UnknownZone(ValueError):
    """The time names a zone that nobody knows, or that may be several."""


def rewritten(when: str) -> str | None:
    """Return a time in digits: day, time of day, half of it and zone with blanks between; ``None`` where it is none.

    Raises :class:`UnknownZone`.
    """
    if len(when) > LONGEST or not any(map(str.isdecimal, when)):
        return None
    text = _plain(when)
    if found := _COMPACT.fullmatch(text):
        return _compact(found)
    clock = _CLOCK.search(text)
    if clock is None:
        return _day(text)
    return _with_clock(text[: clock.start()].strip(" ,-"), clock, text[clock.end() :].strip(" ,"))


def _plain(when: str) -> str:
    """Return a text with usual blanks and digits, in lower case, without marks that nobody sees."""
    text = unicodedata.normalize("NFKC", when).translate(_CJK).translate(_DASHES)
    for written, half in _HALVES.items():
        text = text.replace(written, half)
    digits = (str(unicodedata.decimal(c)) if c.isdecimal() else c for c in text if unicodedata.category(c) != "Cf")
    plain = _AFTER_YEAR.sub(r"\1 \2", " ".join("".join(digits).casefold().split()))
    for form, usual in _USUAL:
        plain = form.sub(usual, plain)
    return plain


def _offset_and_place(found: re.Match[str]) -> str:
    """Return the offset, or where there is none the place behind the time."""
    return f"{found[1]} {found[2]}" if found[1].isdecimal() else found[1]


_USUAL: tuple[tuple[re.Pattern[str], Callable[[re.Match[str]], str]], ...] = (
    (_AFTER_SHORT_DAY, lambda found: f"{found[1]} "),
    (_POINTS, lambda found: f"{found[1]}:{found[2]}:{found[3] or '00'}"),
    (_BETWEEN, lambda _: " "),
    (_OFFSET_AND_PLACE, _offset_and_place),
    (_HOUR_ALONE, lambda found: f"{found[1]}:00"),
)
"""Forms of single programs, and what makes usual ones of them."""


def _compact(found: re.Match[str]) -> str | None:
    day, hour, zone = "-".join(found.group(1, 2, 3)), found[4], found[7] or ""
    written = f"{day} {hour}:{found[5]}:{found[6] or '00'}" if hour else day
    try:
        datetime.fromisoformat(written)
    except ValueError:
        return None
    return written + zone


def _with_clock(before: str, clock: re.Match[str], after: str) -> str | None:
    after = _AFTER_CLOCK.sub("", after).strip()
    year = _YEAR_BEHIND.search(after)
    if year:  # Sat Nov 28 10:15:30 EST 2026
        before, after = f"{before} {year[1]}", after[: year.start()].strip()
    day = _day(before) if before else _day(after)
    if day is None:
        return None
    half = clock["first"] or clock["half"] or clock["only"] or ""
    time = f"{clock['hour']}:{clock['minute'] or '00'}:{clock['second'] or '00'}"
    return " ".join(filter(None, (day, time, half[:1] and f"{half[0]}m", _zone(after) if before else "")))


def _zone(text: str) -> str:
    """Return an offset or a place out of what stands behind the time of day; nothing where nothing does."""
    in_brackets = _IN_BRACKETS.search(text)
    if in_brackets:
        text = text[: in_brackets.start()].strip() or in_brackets[1]
    if not text:
        return ""
    zone = zone_of(text)
    if zone is None:
        raise UnknownZone
    place = getattr(zone, "key", None)
    return str(place or datetime(2026, 1, 1, tzinfo=zone).strftime("%z"))


def _day(text: str) -> str | None:
    """Return the day of a text without a time of day: as its numbers stand, or year first where a word is the month."""
    words = [word for word in _WORD.findall(text) if word not in _FILLERS]
    if len(words) > 1 and words[0] in _WEEKDAYS:
        words = [word for word in words[1:] if word not in _WEEKDAYS or month_number(word)]
    if len(words) == 1 and (month := month_number(words[0])):
        return _named(text, words[0], month)
    if any(word not in _WEEKDAYS for word in words):
        return None
    found = _NUMBERS.fullmatch(_WORD.sub(" ", text).strip(" ,.-"))
    if found is None:
        return None
    return f"{found[1]}{found[2]}{found[3]}{found[2]}{found[4]}"


def _named(text: str, word: str, month: int) -> str | None:
    """Return the day of a month that has a name; a year of two digits stands last."""
    tokens = [token for token in _TOKEN.findall(text) if token.isdecimal() or token == word]
    numbers = [token for token in tokens if token != word]
    if len(tokens) != len("dmy") or max(map(len, numbers)) > _YEAR_DIGITS:
        return None
    day, year = numbers if len(numbers[0]) != _YEAR_DIGITS else reversed(numbers)
    if len(day) > len("31") or len(year) not in (len("26"), _YEAR_DIGITS) or tokens[-1] == word:
        return None
    full = int(year) + (0 if len(year) == _YEAR_DIGITS else 1900 if int(year) >= _PIVOT else 2000)
    return f"{full:04}-{month:02}-{int(day):02}"
