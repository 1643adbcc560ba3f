from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.values.convert import (
    PLAIN,
    BadValue,
    Formats,
    as_cell,
    boolean,
    candidates,
    json_object,
    text,
    texts,
)
from ingest.values.converters import convert_for
from ingest.values.fields import FIELDS, Kind
from ingest.values.unix_seconds import unix_seconds


def reason(cell: object, kind: Kind, formats: Formats = PLAIN) -> str:
    with pytest.raises(BadValue) as caught:
        convert_for(next(field for field in FIELDS if field.kind is kind), formats)(cell)
    if isinstance(cell, str) and len(cell) > 3:
        assert cell not in caught.value.hint
    return caught.value.reason


@given(st.integers(10**8, 10**11 - 1))
def test_unix_seconds_stay_as_they_are(seconds: int) -> None:
    assert unix_seconds(str(seconds), None) == seconds


@given(
    st.datetimes(datetime.fromisoformat("1975-01-01"), datetime.fromisoformat("2399-12-30")),
    st.integers(-14 * 60, 14 * 60),
)
def test_an_iso_time_with_an_offset_is_the_same_moment(naive: datetime, minutes: int) -> None:
    moment = naive.replace(tzinfo=timezone(timedelta(minutes=minutes)))
    assert unix_seconds(moment.isoformat(), None) == moment.timestamp() // 1


def test_z_and_a_space_between_date_and_time_are_read() -> None:
    assert unix_seconds("2024-07-01T16:47:27Z", None) == 1719852447
    assert unix_seconds("2024-07-01 16:47:27+00:00", None) == 1719852447


def test_a_time_without_a_zone_is_in_the_declared_one_or_refused() -> None:
    assert unix_seconds("2024-07-01T13:47:27", ZoneInfo("America/Sao_Paulo")) == 1719852447
    assert unix_seconds("2024-07-01", UTC) == 1719792000
    assert reason("2024-07-01T13:47:27", Kind.TIME) == "event_time_no_zone"


def test_seconds_with_a_fraction_lose_it() -> None:
    assert unix_seconds("1719852447.75", None) == 1719852447


@pytest.mark.parametrize("cell", ["1719852447000", "1719852447000000", "100000000000"])
def test_milliseconds_are_refused_and_never_divided(cell: str) -> None:
    assert reason(cell, Kind.TIME) == "event_time_not_seconds"


@pytest.mark.parametrize("cell", ["45474.7", "20241301", "0"])
def test_a_date_serial_is_not_taken_for_seconds(cell: str) -> None:
    assert reason(cell, Kind.TIME) == "event_time_not_seconds"


@pytest.mark.parametrize("cell", ["yesterday", "31/31/2024", "2024-13-45", "1.72E+09", "-5", "٢٠٢٤", "2024-W27-1"])
def test_what_is_no_time_is_refused(cell: str) -> None:
    assert reason(cell, Kind.TIME) == "event_time_unreadable"


def test_days_of_messages_that_may_be_two_or_name_no_zone_are_refused() -> None:
    assert reason("01/07/2024", Kind.TIME) == "event_time_ambiguous"
    assert reason("20240701", Kind.TIME) == "event_time_no_zone"


def test_yes_and_no_have_many_words() -> None:
    assert [boolean(word) for word in ("true", "YES", "1", "granted")] == [True] * 4
    assert [boolean(word) for word in ("False", "no", "0", "DENIED")] == [False] * 4
    assert reason("perhaps", Kind.BOOLEAN) == "boolean_unreadable"


def test_several_texts_stand_in_a_list_or_between_bars() -> None:
    assert texts("a | b|| c ") == ["a", "b", "c"]
    assert texts(["a ", 2, None, True]) == ["a", "2", "true"]
    assert text(["a"]) == "a"
    assert reason(["a", "b"], Kind.TEXT) == "several_values"
    assert reason([{"a": 1}], Kind.LIST) == "text_unreadable"
    assert reason({"a": 1}, Kind.TEXT) == "text_unreadable"


def test_an_object_is_an_object() -> None:
    assert json_object({"a": 1}) == {"a": 1}
    assert reason("a", Kind.OBJECT) == "object_unreadable"


@pytest.mark.parametrize(
    ("value", "cell"),
    [
        ("  a ", "a"),
        (None, ""),
        (True, "true"),
        (False, "false"),
        (350218134519384, "350218134519384"),
        (Decimal("41.60"), "41.60"),
        (Decimal("1E+3"), "1000"),
        (["a"], ["a"]),
    ],
)
def test_json_scalars_become_text_as_they_were_written(value: object, cell: object) -> None:
    assert as_cell(value) == cell


def test_an_absurd_exponent_is_not_written_out() -> None:
    assert len(as_cell(Decimal("1E+999999"))) < 20
    assert reason(as_cell(Decimal("1E+999999")), Kind.NUMBER) == "number_exponent"


def test_a_field_to_choose_for_keeps_one_text_as_it_is_and_several_as_a_list() -> None:
    assert candidates("203.0.113.7, 10.0.0.1") == candidates(["203.0.113.7, 10.0.0.1"]) == "203.0.113.7, 10.0.0.1"
    assert candidates("203.0.113.7 | 2001:db8::1") == candidates(["203.0.113.7", "2001:db8::1"])
    assert candidates(["203.0.113.7", "2001:db8::1"]) == ["203.0.113.7", "2001:db8::1"]
