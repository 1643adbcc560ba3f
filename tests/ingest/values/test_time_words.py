"""Times in words come back as the moments that they name."""

from datetime import UTC, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.damage import Site, date_serials
from ingest.inference.choice import field_of
from ingest.readers.cell_text import as_text
from ingest.readers.xlsx.number_formats import Shown, value_of
from ingest.values.convert import BadValue, Formats
from ingest.values.converters import convert_for
from ingest.values.dates import reader
from ingest.values.day_order import is_ambiguous, order_shown
from ingest.values.time_words import LONGEST, rewritten
from ingest.values.time_zones import zone_of
from tests.ingest.values.test_dates import MOMENTS, refusal

MONTHS = {
    "English": "January February March April May June July August September October November December",
    "Portuguese": "janeiro fevereiro março abril maio junho julho agosto setembro outubro novembro dezembro",
    "Spanish": "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre",
    "French": "janvier février mars avril mai juin juillet août septembre octobre novembre décembre",
    "German": "Januar Februar März April Mai Juni Juli August September Oktober November Dezember",
    "Italian": "gennaio febbraio marzo aprile maggio giugno luglio agosto settembre ottobre novembre dicembre",
}
SHORT = {
    "English": "Jan Feb Mar Apr May Jun Jul Aug Sept Oct Nov Dec",
    "Portuguese": "jan. fev. mar. abr. mai. jun. jul. ago. set. out. nov. dez.",
    "Spanish": "ene feb mar abr may jun jul ago sept oct nov dic",
    "French": "janv. févr. mars avr. mai juin juil. août sept. oct. nov. déc.",
    "German": "Jan. Feb. März Apr. Mai Juni Juli Aug. Sept. Okt. Nov. Dez.",
    "Italian": "gen feb mar apr mag giu lug ago set ott nov dic",
}
WEEKDAYS = {
    "English": "Monday Tuesday Wednesday Thursday Friday Saturday Sunday",
    "Portuguese": "segunda-feira terça-feira quarta-feira quinta-feira sexta-feira sábado domingo",
    "Spanish": "lunes martes miércoles jueves viernes sábado domingo",
    "French": "lundi mardi mercredi jeudi vendredi samedi dimanche",
    "German": "Montag Dienstag Mittwoch Donnerstag Freitag Samstag Sonntag",
    "Italian": "lunedì martedì mercoledì giovedì venerdì sabato domenica",
}
DAYS = [
    "{d} {m} {y}", "{d}-{m}-{y}", "{d}. {m} {y}", "{d} de {m} de {y}", "{m} {d}, {y}", "{y} {m} {d}",
    "{w}, {d} {m} {y}", "{w} {d}. {m} {y}", "{w}, {m} {d}, {y}", "{w}, {d} de {m} del {y}", "{d}/{m}/{y}",
]  # fmt: skip
CLOCKS = [
    " %H:%M:%S",
    ", %H:%M:%S",
    " at %I:%M:%S %p",
    " às %H:%M:%S",
    " um %H:%M:%S Uhr",
    " à %Hh%Mm%S",
    " %H:%M:%S.000",
]
ZONES = ["", "Z", " UTC", " +0000", " GMT", " GMT+0000 (Coordinated Universal Time)", " (UTC)", " Etc/UTC"]
BLANKS = [" ", "\u00a0", "\u202f"]


@given(
    MOMENTS,
    st.sampled_from(sorted(MONTHS)),
    st.sampled_from([MONTHS, SHORT]),
    st.sampled_from([str, str.upper, str.lower]),
    st.sampled_from(DAYS),
    st.sampled_from(CLOCKS),
    st.sampled_from(ZONES),
    st.sampled_from(BLANKS),
)
def test_a_date_in_any_form_of_any_language_is_the_same_instant(
    moment: datetime, language: str, names: dict[str, str], case: object, day: str, clock: str, zone: str, blank: str
) -> None:
    assert callable(case)
    month, weekday = names[language].split()[moment.month - 1], WEEKDAYS[language].split()[moment.weekday()]
    written = day.format(d=moment.day, m=month, y=moment.year, w=weekday)
    midnight = moment.replace(hour=0, minute=0, second=0)
    assert reader(None, None, UTC)(case(written).replace(" ", blank)) == midnight.timestamp()
    cell = (case(written + moment.strftime(clock)) + zone).replace(" ", blank)
    assert reader(None, None, UTC)(cell) == moment.timestamp()
    in_message = convert_for(field_of("event_time"), Formats())
    if zone:
        assert in_message(cell) == moment.timestamp()
    else:
        with pytest.raises(BadValue, match="time_zone"):
            in_message(cell)


@given(
    MOMENTS, st.sampled_from(["%Y%m%d%H%M%S", "%Y%m%dT%H%M%SZ", "%Y年%m月%d日 %H时%M分%S秒", "%Y년 %m월 %d일 %H:%M:%S"])
)
def test_forms_without_words_or_with_those_of_east_asia_are_read(moment: datetime, form: str) -> None:
    assert reader(None, None, UTC)(moment.strftime(form)) == moment.timestamp()


@given(MOMENTS)
def test_java_and_javascript_and_unix_write_one_moment(moment: datetime) -> None:
    read = reader(None, None, ZoneInfo("America/Sao_Paulo"))
    eastern = moment.astimezone(timezone(timedelta(hours=-5)))
    for form in (
        "%a %b %d %Y %H:%M:%S GMT-0500 (Eastern Standard Time)",
        "%a %b %d %H:%M:%S EST %Y",
        "%a, %d %b %Y %H:%M:%S -0500",
        "%d-%b-%y %I:%M:%S %p EST",
        "%Y-%m-%d %H:%M:%S UTC-5",
        "%Y-%m-%d %H:%M:%S Etc/GMT+5",
    ):
        assert read(eastern.strftime(form)) == moment.timestamp()


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("11/28/2026, 2:30\u202fPM", "2026-11-28T14:30:00Z"),
        ("28/11/2026 1:10 p.\u00a0m.", "2026-11-28T13:10:00Z"),
        ("28/11/2026, 12:10:00 a. m.", "2026-11-28T00:10:00Z"),
        ("28-NOV-26", "2026-11-28T00:00:00Z"),
        ("28-Nov-69", "1969-11-28T00:00:00Z"),
        ("1er décembre 2026", "2026-12-01T00:00:00Z"),
        ("November 28th, 2026 2 PM", "2026-11-28T14:00:00Z"),
        ("mar 10 nov 2026", "2026-11-10T00:00:00Z"),
        ("2026年11月28日 下午2:30", "2026-11-28T14:30:00Z"),
        ("２８/１１/２０２６", "2026-11-28T00:00:00Z"),
        ("Samstag, 28. 11. 2026", "2026-11-28T00:00:00Z"),
        ("10:15:30 28/11/2026", "2026-11-28T10:15:30Z"),
        ("\u200e28/11/2026\u200e \u200e10:15", "2026-11-28T10:15:00Z"),
        ("2026-11-28 13:00:00 America/Los_Angeles", "2026-11-28T21:00:00Z"),
        ("2026-07-28 13:00:00 us/pacific", "2026-07-28T20:00:00Z"),
        ("28/Nov/2026:10:15:30 +0000", "2026-11-28T10:15:30Z"),
        ("20261128", "2026-11-28T00:00:00Z"),
        ("28-NOV-26 10.15.30.000000 PM", "2026-11-28T22:15:30Z"),
        ("28-NOV-26 10.15.30.000000000 PM +01:00", "2026-11-28T21:15:30Z"),
        ("28NOV2026:10:15:30", "2026-11-28T10:15:30Z"),
        ("2026-11-28T10:15+01:00[Europe/Berlin]", "2026-11-28T09:15:00Z"),
        ("2026-11-28T10:15[Europe/Berlin]", "2026-11-28T09:15:00Z"),
        ("2026-11-28T10:15:30Z[UTC]", "2026-11-28T10:15:30Z"),
        ("28/11/2026 10h", "2026-11-28T10:00:00Z"),
        ("28.11.2026 10.15 Uhr", "2026-11-28T10:15:00Z"),
        ("2026-11-28 10.30", "2026-11-28T10:30:00Z"),
        ("2026–11–28 @ 10:15 −0300", "2026-11-28T13:15:00Z"),
    ],
)
def test_forms_of_programs_and_people(cell: str, expected: str) -> None:
    assert reader(None, None, UTC)(cell) == datetime.fromisoformat(expected).timestamp()


def test_an_order_counts_in_other_forms_too() -> None:
    cell = "05/06/2026 1:10 p. m."
    assert is_ambiguous(cell)
    assert refusal(cell) == "event_time_ambiguous"
    assert reader("dmy", None, UTC)(cell) == datetime(2026, 6, 5, 13, 10, tzinfo=UTC).timestamp()
    assert reader(None, "%d/%m/%Y %I:%M %p", UTC)(cell) == datetime(2026, 6, 5, 13, 10, tzinfo=UTC).timestamp()
    assert order_shown(["28/11/2026 1:10 p. m."]) == "dmy"


def test_a_declared_format_reads_other_spellings_of_it_and_never_another_order() -> None:
    assert reader(None, "%d %b %Y", UTC)("28 nov. 2026") == datetime(2026, 11, 28, tzinfo=UTC).timestamp()
    assert refusal("20261128", date_format="%Y%d%m") == "event_time_not_seconds"


@pytest.mark.parametrize("zone", ["CST", "IST", "BST", "Nowhere/Land", "Mars", "+15:00", "-05:99"])
def test_a_zone_that_may_be_several_or_none_is_refused_by_name(zone: str) -> None:
    assert zone_of(zone) is None
    assert refusal(f"28 Nov 2026 10:15:30 {zone}") == "event_time_zone_unknown"


@pytest.mark.parametrize(
    "cell",
    [
        "0000-00-00 00:00:00", "00/00/0000", "1900-01-00", "30 Feb 2026", "Nov 2026", "28 Smarch 2026", "28 jui 2026",
        "28 Nov 026", "Nov 28", "20261328", "202611", "soon", "28 Nov 2026 25:00", "28 Nov 2026 13:00 PM",
        "28 28 Nov 2026",
        "28 Nov Dec 2026", "Order 28/11/2026", "1" * (LONGEST + 1),
    ],
)  # fmt: skip
def test_what_is_no_time_is_refused_and_the_settings_are_named(cell: str) -> None:
    with pytest.raises(BadValue) as caught:
        reader(None, None, UTC)(cell)
    assert caught.value.reason in {"event_time_unreadable", "event_time_not_seconds"}
    if caught.value.reason == "event_time_unreadable":
        assert '"date_format": "' in caught.value.hint
        assert '"time_zone": "' in caught.value.hint


def test_a_text_is_looked_at_up_to_its_bound() -> None:
    assert rewritten("28 Nov 2026" + " " * (LONGEST - 11)) == "2026-11-28"
    assert rewritten("28 Nov 2026" + " " * (LONGEST - 10)) is None


@pytest.mark.parametrize(
    ("cell", "calendar"),
    [
        ("28/11/2569", "Buddhist"),
        ("2569-11-28T10:00:00", "Buddhist"),
        ("28 Nov 2569 10:00", "Buddhist"),
        ("18/06/1448", "Hijri"),
        ("1405-09-07 10:00", "Persian"),
    ],
)
def test_years_of_other_calendars_are_named_at_every_door(cell: str, calendar: str) -> None:
    for read in (reader("dmy", None, UTC), convert_for(field_of("event_time"), Formats(time_zone=UTC))):
        with pytest.raises(BadValue, match=calendar) as caught:
            read(cell)
        assert caught.value.reason == "event_time_other_calendar"


HALVES = ["AM PM", "am pm", "A.M. P.M.", "a.m. p.m.", "a.\u00a0m. p.\u00a0m.", "a.\u202fm. p.\u202fm."]
NUMBERS: dict[str, str | None] = {
    "{y}-{m:02}-{d:02}": None,
    "{d:02}/{m:02}/{y}": "%d/%m/%Y",
    "{d}/{m}/{y},": "%d/%m/%Y %I:%M:%S %p",
    "{m}/{d}/{y}": "%m/%d/%Y",
    "{m:02}-{d:02}-{y},": "%m-%d-%Y",
    "{d:02}.{m:02}.{y}": None,
    "{y}/{m:02}/{d:02}": None,
}
"""Days in numbers, and the ``date_format`` of each that may be another day."""
CELL_ZONES = {"": "America/Sao_Paulo", " America/New_York": "America/New_York", " europe/lisbon": "Europe/Lisbon",
              " EST": "Etc/GMT+5", " BRT": "Etc/GMT+3", " JST": "Etc/GMT-9", " UTC+2": "Etc/GMT-2",
              " -0300": "Etc/GMT+3", " GMT": "UTC", " Z": "UTC"}  # fmt: skip
"""What may stand behind a time, and the zone that it is in."""


@given(
    MOMENTS,
    st.one_of(st.sampled_from(sorted(NUMBERS)), st.tuples(st.sampled_from(sorted(MONTHS)), st.sampled_from(DAYS))),
    st.sampled_from(["%H:%M:%S", *HALVES]),
    st.sampled_from(["", *BLANKS]),
    st.sampled_from(sorted(CELL_ZONES)),
)
def test_a_time_of_day_in_any_form_and_zone_is_the_same_instant(
    moment: datetime, day: str | tuple[str, str], clock: str, blank: str, zone: str
) -> None:
    local = moment.astimezone(ZoneInfo(CELL_ZONES[zone])).replace(fold=0)
    form, names = (day, dict[str, str]()) if isinstance(day, str) else (day[1], {"language": day[0]})
    month: str | int = local.month
    weekday = ""
    if names:
        month = MONTHS[names["language"]].split()[local.month - 1]
        weekday = WEEKDAYS[names["language"]].split()[local.weekday()]
    written = form.format(d=local.day, m=month, y=local.year, w=weekday)
    if clock in HALVES:
        half = clock.split(" ")[local.hour >= 12]
        written += f" {local.strftime('%I:%M:%S')}{blank}{half}"
    else:
        written += local.strftime(f" {clock}")
    read = reader(None, NUMBERS.get(form), ZoneInfo("America/Sao_Paulo"))
    assert read(written + zone) == local.timestamp()


@given(MOMENTS.filter(lambda moment: moment.year >= 2000), st.sampled_from(["cell", "text"]))
def test_a_fraction_of_a_day_is_the_second_that_was_meant(moment: datetime, form: str) -> None:
    days = (moment.replace(tzinfo=None) - datetime(1899, 12, 30)) / timedelta(days=1)  # noqa: DTZ001 - a spreadsheet knows no zone
    if form == "text":
        mended = date_serials.mend(repr(days), Site(0, field_of("event_time"), "A"))
        text = mended.text if mended else ""
    else:
        text = as_text(value_of(days, Shown.MOMENT, from_1904=False))
    assert reader(None, None, UTC)(text) == moment.timestamp()


@pytest.mark.parametrize("cell", ["2026-11-28510:30", "2026-11-28110", "2026-11-28 10,5", "2026-11-28T10:30.5"])
def test_what_only_looks_like_iso_8601_is_refused(cell: str) -> None:
    assert refusal(cell) in {"event_time_unreadable", "event_time_zone_unknown"}


@pytest.mark.parametrize(
    ("cell", "unit"),
    [("1796060000000", "milliseconds"), ("1796060000000000", "microseconds"), ("1796060000000000000", "nanoseconds")],
)
def test_a_number_of_another_unit_is_told_which(cell: str, unit: str) -> None:
    with pytest.raises(BadValue, match=f"this looks like {unit}; .*divide by 1,000"):
        reader(None, None, UTC)(cell)
