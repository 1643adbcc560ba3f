from datetime import UTC, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.values.convert import BadValue
from ingest.values.dates import reader
from ingest.values.day_order import ORDERS, Order, is_ambiguous, order_of, order_shown

MOMENTS = st.integers(631_152_000, 2_840_140_800).map(lambda seconds: datetime.fromtimestamp(seconds, UTC))
"""From 1990 to 2060."""

DAYS = {"dmy": "%d{0}%m{0}%Y", "mdy": "%m{0}%d{0}%Y", "ymd": "%Y{0}%m{0}%d"}
TIMES = st.sampled_from([" %H:%M:%S", "T%H:%M:%S", ", %H:%M:%S", " %I:%M:%S %p", "  %I:%M:%S%p"])
ZONES = st.sampled_from(
    [None, UTC, ZoneInfo("America/Sao_Paulo"), ZoneInfo("Europe/Berlin"), timezone(timedelta(hours=-3))]
)


def refusal(cell: str, order: Order | None = None, date_format: str | None = None) -> str:
    with pytest.raises(BadValue) as caught:
        reader(order, date_format, UTC)(cell)
    return caught.value.reason


@given(MOMENTS, st.sampled_from(ORDERS), st.sampled_from("-/"), TIMES)
def test_a_moment_is_read_in_its_columns_order(moment: datetime, order: Order, between: str, time: str) -> None:
    cell = moment.strftime(DAYS[order].format(between) + time)
    assert reader(order, None, UTC)(cell) == moment.timestamp()


@given(MOMENTS, st.sampled_from(["dmy", "mdy"]), st.sampled_from("-/"))
def test_without_an_order_a_moment_is_read_rightly_or_refused(moment: datetime, order: Order, between: str) -> None:
    cell = moment.strftime(DAYS[order].format(between) + " %H:%M:%S")
    same = moment.day == moment.month
    assert is_ambiguous(cell) is (moment.day <= 12 and not same)
    if is_ambiguous(cell):
        assert refusal(cell) == "event_time_ambiguous"
        assert order_shown([cell]) is None
    else:
        assert reader(None, None, UTC)(cell) == moment.timestamp()
        assert order_shown([cell, "x", ""]) == (None if same else order)


@given(MOMENTS, st.sampled_from(["+00:00", "-0300", "+05:30", "Z", " UTC", " -04:00"]))
def test_a_zone_in_the_cell_counts(moment: datetime, zone: str) -> None:
    offset = timezone(timedelta(hours=0))
    if zone.strip()[0] in "+-":
        sign, digits = (1 if "+" in zone else -1), zone.strip()[1:].replace(":", "")
        offset = timezone(sign * timedelta(hours=int(digits[:2]), minutes=int(digits[2:])))
    cell = moment.astimezone(offset).strftime("%Y-%m-%d %H:%M:%S") + zone
    assert reader(None, None, ZoneInfo("America/Sao_Paulo"))(cell) == moment.timestamp()


@given(MOMENTS, ZONES)
def test_a_time_without_a_zone_is_in_its_columns(moment: datetime, zone: ZoneInfo | None) -> None:
    cell = moment.strftime("%d/%m/%Y %H:%M:%S")
    read = reader("dmy", None, zone)
    if zone is None:
        with pytest.raises(BadValue, match="no zone"):
            read(cell)
    else:
        assert read(cell) == int(moment.replace(tzinfo=zone).timestamp())


@pytest.mark.parametrize("day", ["%Y-%m-%d", "%d/%m/%Y", "%d.%m.%Y", "%Y/%m/%d"])
@pytest.mark.parametrize("clock", [" %H:%M:%S", "T%H:%M", ""])
@given(MOMENTS, ZONES.filter(bool))
def test_each_time_of_a_day_is_what_the_calendar_says(day: str, clock: str, moment: datetime, zone: ZoneInfo) -> None:
    cell = moment.strftime(day + clock)
    expected = datetime.strptime(cell, day + clock).replace(tzinfo=zone)
    assert reader("dmy", None, zone)(cell) == expected.timestamp()


@pytest.mark.parametrize(
    ("zone", "day"),
    [
        ("America/Sao_Paulo", "2018-11-04"),  # midnight is left out
        ("America/Sao_Paulo", "2019-02-16"),  # the hour before midnight comes twice
        ("Europe/Berlin", "2024-03-31"),
        ("Europe/Berlin", "2024-10-27"),
        ("Australia/Lord_Howe", "2024-04-07"),  # half an hour
        ("Pacific/Apia", "2011-12-30"),  # a day that was left out
        ("Africa/Monrovia", "1972-01-07"),  # 44 minutes and 30 seconds
    ],
)
def test_on_days_whose_clocks_are_changed_each_time_is_what_the_calendar_says(zone: str, day: str) -> None:
    midnight = datetime.fromisoformat(day).replace(tzinfo=ZoneInfo(zone))
    read = reader(None, None, ZoneInfo(zone))
    for moment in (midnight + timedelta(minutes=minute) for minute in range(-1440, 2880, 7)):
        assert read(moment.strftime("%Y-%m-%d %H:%M:%S")) == moment.timestamp()


@pytest.mark.parametrize(
    "cell", ["2024-02-30 10:00:00", "2024-01-01 10:60", "2024-W01-1 10:00", "2024/01/1 T10:00", "01/02/24  T10:00"]
)
def test_no_such_time_of_a_day_is_refused(cell: str) -> None:
    assert refusal(cell) == "event_time_unreadable"


@pytest.mark.parametrize(
    ("date_format", "order"),
    [
        ("%d/%m/%Y", "dmy"),
        ("%m-%d-%y %I:%M %p", "mdy"),
        ("%Y.%m.%d %H:%M:%S", "ymd"),
        ("%d%m%Y", None),
        ("%d/%d/%Y", None),
    ],
)
def test_a_format_that_says_only_an_order_leaves_the_time_of_day_open(date_format: str, order: Order | None) -> None:
    assert order_of(date_format) == order


@pytest.mark.parametrize(
    ("cell", "date_format"),
    [
        ("31122024", "%d%m%Y"),
        ("Dec 31, 2024", "%b %d, %Y"),
        ("31/12/2024", "%d/%m/%Y"),
        ("31/12/24 00:00", "%d/%m/%Y"),
        ("2024-12-31", "%d/%m/%Y"),
        ("1735603200", "%b %d, %Y"),
    ],
)
def test_a_declared_format_is_read_and_so_are_unix_seconds_and_iso(cell: str, date_format: str) -> None:
    assert reader(None, date_format, UTC)(cell) == 1735603200


def test_points_mean_the_day_comes_first() -> None:
    assert reader(None, None, UTC)("05.06.2024") == reader("dmy", None, UTC)("05/06/2024")


def test_years_of_two_digits_are_near() -> None:
    read = reader("dmy", None, UTC)
    assert read("01/02/68") == datetime(2068, 2, 1, tzinfo=UTC).timestamp()
    assert read("01/02/69") == datetime(1969, 2, 1, tzinfo=UTC).timestamp()


@pytest.mark.parametrize("cell", ["31/12/0001", "01/01/0001 00:00:00", "1-1-0024", "31.12.0099", "0001/12/31"])
def test_a_year_of_four_digits_is_not_moved_to_this_century(cell: str) -> None:
    assert refusal(cell) == refusal(cell, "dmy") == refusal(cell, date_format="%d/%m/%Y") == "event_time_unreadable"
    assert order_shown([cell]) is None
    assert not is_ambiguous(cell)


@pytest.mark.parametrize("cell", ["31/02/2024", "99/99/2024", "1/2/3", "10/10/2024 25:00", "10/10/2024 13:00 PM"])
def test_days_and_times_that_do_not_exist_are_refused(cell: str) -> None:
    assert refusal(cell) == refusal(cell, "dmy") == "event_time_unreadable"


def test_a_column_that_shows_two_orders_decides_nothing() -> None:
    assert order_shown(["25/06/2024", "06/25/2024"]) is None
    assert order_shown(["05/06/2024", "25/06/2024"]) == "dmy"


def test_a_declared_format_without_a_zone_needs_one() -> None:
    with pytest.raises(BadValue, match="no zone"):
        reader(None, "%d%m%Y", None)("31122024")
    assert reader(None, "%d %b %Y %z", None)("31 Dec 2024 +0000") == 1735603200
