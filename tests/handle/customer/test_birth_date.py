"""Birth dates: real days, read one way only."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handle.customer.normaliser import normalise
from handle.customer.options import CustomerOptions

NOW = 1_795_435_200.0  # 2026-11-23 12:00 UTC
days = st.dates(min_value=date(1900, 1, 1), max_value=date(2026, 11, 22))


def plain(value: str, date_format: str | None = None) -> str | None:
    return normalise("db", value, CustomerOptions(date_format=date_format), NOW).plain


def reason(value: str, date_format: str | None = None) -> str | None:
    return normalise("db", value, CustomerOptions(date_format=date_format), NOW).reason


@given(days, st.sampled_from(["-", "/", ".", " ", "–"]))
def test_year_first_is_read_whatever_is_declared(day: date, mark: str) -> None:
    written = day.strftime(f"%Y{mark}%m{mark}%d")
    for declared in (None, "%Y-%m-%d", "%d/%m/%Y", "%m/%d/%Y"):
        assert plain(written, declared) == day.strftime("%Y%m%d")
        assert plain(day.strftime("%Y%m%d"), declared) == day.strftime("%Y%m%d")


@given(days, st.sampled_from(["%d/%m/%Y", "%m/%d/%Y", "%d.%m.%Y", "%m-%d-%Y", "%d%m%Y", "%m%d%Y"]))
def test_a_declared_order_is_followed(day: date, declared: str) -> None:
    assert plain(day.strftime(declared), declared) == day.strftime("%Y%m%d")


@given(days, st.sampled_from(["%d/%m/%Y", "%m/%d/%Y"]))
def test_without_a_declared_order_a_date_is_right_or_refused(day: date, written: str) -> None:
    found = plain(day.strftime(written))

    assert found == day.strftime("%Y%m%d") or (found is None and day.day <= 12 and day.day != day.month)


@pytest.mark.parametrize("declared", ["DD/MM/YYYY", "%d/%b/%Y", "%d.%m.%Y", "d-m-Y"])
def test_the_order_is_read_out_of_any_notation(declared: str) -> None:
    assert plain("05-03-1995", declared) == "19950305"


def test_a_format_without_day_month_and_year_declares_nothing() -> None:
    assert reason("05-03-1995", "%Y") == "ambiguous_date"


def test_a_date_that_breaks_the_declared_order_is_not_turned_round() -> None:
    assert reason("12/31/1990", "%d/%m/%Y") == "not_the_declared_format"


@pytest.mark.parametrize(
    "written",
    [
        *(
            "31 December 1990",
            "December 31, 1990",
            "Dec 31st, 1990",
            "31 de dezembro de 1990",
            "31 dez 1990",
            "31-DIC-1990",
        ),
        *("31 de diciembre de 1990", "31 décembre 1990", "31 déc. 1990", "31. Dezember 1990", "31 dicembre 1990"),
        *(
            "1990 Dec 31",
            "1990-12-31T00:00:00Z",
            "1990-12-31 00:00:00",
            "31/12/1990 0:00",
            "1990-12-31T00:00:00.000+00:00",
        ),
        *("19901231.0", "31/12/1990 (dd/mm/yyyy)", "31121990"),
    ],
)
def test_a_day_is_read_in_many_spellings(written: str) -> None:
    assert plain(written) == "19901231"


@pytest.mark.parametrize(
    ("written", "month"),
    [
        *(
            ("1 fev 1985", "02"),
            ("1 ene 1985", "01"),
            ("1er août 1985", "08"),
            ("1 juin 1985", "06"),
            ("1 juil. 1985", "07"),
        ),
        *(
            ("1. März 1985", "03"),
            ("1. Jänner 1985", "01"),
            ("1 giugno 1985", "06"),
            ("1 out 1985", "10"),
            ("1 mai 1985", "05"),
        ),
    ],
)
def test_months_are_known_in_six_languages(written: str, month: str) -> None:
    assert plain(written) == f"1985{month}01"


@pytest.mark.parametrize(
    ("written", "why"),
    [
        ("12/31/90", "two_digit_year"),
        ("901231", "two_digit_year"),
        ("31 Dec 90", "two_digit_year"),
        ("34000", "spreadsheet_serial"),
        ("34000.0", "spreadsheet_serial"),
        ("1990", "spreadsheet_serial"),
        ("3.4E+04", "digits_lost"),
        ("19900230", "not_a_date"),
        ("02-29-1900", "not_a_date"),
        ("1990-13-45", "not_a_date"),
        ("1990-001-001", "not_a_date"),
        ("31 jui 1990", "not_a_date"),
        ("Monday 31 1990", "not_a_date"),
        ("12 December 12 1990", "not_a_date"),
        ("631152000000", "not_a_date"),
        ("someone", "not_a_date"),
        ("1899-12-31", "before_1900"),
        ("31/12/1899", "before_1900"),
        ("2026-11-24", "future_date"),
        ("1990-12-30T23:00:00Z", "time_of_day"),
    ],
)
def test_what_is_not_one_day_is_refused(written: str, why: str) -> None:
    assert reason(written) == why


def test_without_a_time_of_the_event_the_future_is_not_judged() -> None:
    assert normalise("db", "2999-01-01").plain == "29990101"


def test_default_birthdays_are_refused_where_the_client_says_so() -> None:
    strict = CustomerOptions(default_birthdays=False)

    assert normalise("db", "1970-01-01", strict).reason == "default_birthday"
    assert normalise("db", "1970-01-01").plain == "19700101"
    assert normalise("db", "1970-01-02", strict).plain == "19700102"
