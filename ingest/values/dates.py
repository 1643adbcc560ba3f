"""Times as people write them in spreadsheets: ``05/06/2024 14:30``, ``6/5/24 2:30 PM``, ``2024-07-01 10:15:30 -0400``.

Other forms (:mod:`ingest.values.time_words`) are rewritten in these first.

Which of two numbers is the day is for :mod:`ingest.values.day_order` to say; where nothing says it, a time is read that
has only one reading, and any other is refused, never guessed (meta-capi.md §11 row 25).
"""

from __future__ import annotations

import re
from datetime import datetime, tzinfo
from functools import lru_cache

from ingest.values.convert import BadValue, Cell, Convert, text
from ingest.values.day_order import (
    CENTURY,
    WRITTEN,
    Order,
    day_of,
    is_ambiguous,
    order_of,
    order_within,
    orders_of,
)
from ingest.values.time_words import UnknownZone, rewritten
from ingest.values.time_zones import zone_of
from ingest.values.unix_seconds import checked_year, no_zone, unix_seconds

_ISO = re.compile(r"\d{4}-\d\d-\d\d(?:[ T]\d\d:\d\d(?::\d\d)?(?:Z|[+-]\d\d:\d\d)?)?", re.ASCII)

_DAY = re.compile(r"(?:\d\d[-/.]\d\d[-/.]\d{4}|\d{4}[-/.]\d\d[-/.]\d\d)", re.ASCII)
_DAY_LETTERS, _TO_MINUTES = len("2024-07-01"), len("2024-07-01 10:15")
_CLOCK = {f"{between}{minute // 60:02}:{minute % 60:02}": minute * 60 for minute in range(24 * 60) for between in " T"}
_SECONDS = {"": 0, **{f":{second:02}": second for second in range(60)}}
"""What clocks show, as seconds since midnight."""

_LAST_SECOND = 24 * 60 * 60 - 1

_OTHER_FORMS = frozenset({"event_time_unreadable", "event_time_not_seconds"})
"""Reasons why a time is neither Unix seconds nor ISO 8601, so that it may be in another form."""

_NOON = 12


def reader(order: Order | None, date_format: str | None, zone: tzinfo | None) -> Convert:
    """Return the function that reads a column's times as Unix seconds.

    Unix seconds and ISO 8601 are always read. A time without a zone is in ``zone``, or refused where that is ``None``.
    """
    if date_format is not None and (declared := order_of(date_format)) is None:
        return lambda cell: _as_declared(cell, date_format, zone)
    order = declared if date_format is not None else order
    return lambda cell: _seconds(cell, order, zone)


def message_reader(zone: tzinfo | None) -> Convert:
    """Return the function that reads a message's times: Unix seconds, ISO 8601, or any form that has one reading."""

    def read(cell: Cell) -> int:
        try:
            return unix_seconds(cell, zone)
        except BadValue as error:
            if error.reason not in _OTHER_FORMS:
                raise
            return _in_words(text(cell), None, zone, error)

    return read


def _seconds(cell: Cell, order: Order | None, zone: tzinfo | None) -> int:
    when = text(cell)
    usual = _on_usual_day(when, order, zone)
    return _by_calendar(when, order, zone) if usual is None else usual


def _on_usual_day(when: str, order: Order | None, zone: tzinfo | None) -> int | None:
    """Return the moment of ``2024-07-01 10:15:30`` or ``01/07/2024``, or ``None`` where it takes a calendar to tell.

    Most exports write times so, and have far fewer days than times. Only what looks like a day is remembered.
    """
    if len(when) == _DAY_LETTERS:
        return _midnight(when, order, zone) if _DAY.fullmatch(when) else None
    clock, seconds = _CLOCK.get(when[_DAY_LETTERS:_TO_MINUTES]), _SECONDS.get(when[_TO_MINUTES:])
    if clock is None or seconds is None:
        return None
    midnight = _midnight(when[:_DAY_LETTERS], order, zone)
    return None if midnight is None else midnight + clock + seconds


@lru_cache(maxsize=2_000)
def _midnight(day: str, order: Order | None, zone: tzinfo | None) -> int | None:
    """Return when a day begins, or ``None`` where it cannot be read or its clocks are changed.

    Two changes a day, which would go unseen, no zone has ever had (tzdata 2025b; the nearest are four days apart).
    """
    if not _DAY.fullmatch(day):
        return None
    try:
        first, last = (_by_calendar(f"{day} {clock}", order, zone) for clock in ("00:00:00", "23:59:59"))
    except BadValue:
        return None  # whoever asks finds out why
    return first if last - first == _LAST_SECOND else None


def _by_calendar(when: str, order: Order | None, zone: tzinfo | None) -> int:
    if _ISO.fullmatch(when):  # a third of the time that taking it apart needs
        return _iso(when, zone)
    found = WRITTEN.fullmatch(when)
    if found is not None:
        return _in_order(found, order, zone)
    try:
        return unix_seconds(when, zone)
    except BadValue as error:
        if error.reason not in _OTHER_FORMS:
            raise
        return _in_words(when, order, zone, error)


def _in_order(found: re.Match[str], order: Order | None, zone: tzinfo | None) -> int:
    if int(found["a"]) >= CENTURY:
        order = "ymd"
    elif order is None:
        order = _only_order(found[0])
    return _moment(found, order, zone)


def _in_words(when: str, order: Order | None, zone: tzinfo | None, error: BadValue) -> int:
    """Return the moment of a time in any other form; raises ``error`` where it has none."""
    try:
        written = rewritten(when)
    except UnknownZone:
        raise _unknown_zone() from None
    found = WRITTEN.fullmatch(written) if written else None
    if found is None or (when.isdecimal() and order not in {None, "ymd"}):
        raise error
    return _in_order(found, order, zone)


def _iso(when: str, zone: tzinfo | None) -> int:
    try:
        moment = datetime.fromisoformat(when)
    except ValueError:
        raise _unreadable() from None
    return _unix(moment if moment.tzinfo else moment.replace(tzinfo=zone))


def _only_order(when: str) -> Order:
    if is_ambiguous(when):
        raise BadValue(
            "event_time_ambiguous",
            "day and month cannot be told apart here; say how the column is written in the map, such as "
            '"date_format": "%d/%m/%Y", and "time_zone" where it is not UTC.',
        )
    return next(iter(orders_of(when)), "dmy")


def _moment(found: re.Match[str], order: Order, zone: tzinfo | None) -> int:
    day = day_of(found, order)
    if day is None:
        raise _unreadable()
    hour, minute, second, half, offset = found.group("hour", "minute", "second", "half", "zone")
    hours = int(hour or 0)
    if half:
        if not 1 <= hours <= _NOON:
            raise _unreadable()
        hours = hours % _NOON + (_NOON if half[0] in "pP" else 0)
    try:
        moment = datetime(*day, hours, int(minute or 0), int(second or 0), tzinfo=_zone(offset) if offset else zone)
    except ValueError:
        raise _unreadable() from None
    return _unix(moment)


def _as_declared(cell: Cell, date_format: str, zone: tzinfo | None) -> int:
    when = text(cell)
    try:
        moment = datetime.strptime(when, date_format)  # noqa: DTZ007 - the zone is the map's, below
    except ValueError:
        if when.isdecimal():
            return unix_seconds(when, zone)
        return _by_calendar(when, order_within(date_format), zone)
    return _unix(moment if moment.tzinfo else moment.replace(tzinfo=zone))


def _unix(moment: datetime) -> int:
    if moment.tzinfo is None:
        raise no_zone()
    checked_year(moment)
    return int(moment.timestamp() // 1)


def _zone(name: str) -> tzinfo:
    zone = zone_of(name)
    if zone is None:
        raise _unknown_zone()
    return zone


def _unknown_zone() -> BadValue:
    return BadValue(
        "event_time_zone_unknown",
        "the time names a zone that is not known, or that may be several; write an offset (-05:00) or a place "
        '(America/New_York), or leave it out and say it in the map: "time_zone": "America/New_York".',
    )


def _unreadable() -> BadValue:
    return BadValue(
        "event_time_unreadable",
        'there is no such day or time of day; say how the column is written in the map, such as "date_format": '
        '"%d/%m/%Y", and "time_zone": "America/Sao_Paulo" where it is not UTC.',
    )
