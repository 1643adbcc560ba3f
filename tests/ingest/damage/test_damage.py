from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.damage import Damage, Site, ids
from ingest.readers.cell_text import as_text
from ingest.values.convert import Numeral, Rounded
from ingest.values.fields import FIELDS, find
from omnicapi.errors import PassedOver, Refused

NAMES = ("event_time", "order_id", "email", "first_name", "city", "value", "content_name", "external_id")
SITES = [Site(index, found, chr(ord("A") + index)) for index, name in enumerate(NAMES) if (found := find(name))]
SOUND = ("2024-07-01T12:00:00Z", "A-1001", "a@b.example", "Ana", "São Paulo", "220,00", "Tênis nº 42 — #1", "CRM/7")


def row(**cells: str) -> list[str]:
    return [cells.get(name, sound) for name, sound in zip(NAMES, SOUND, strict=True)]


def mended(**cells: str) -> tuple[dict[str, str], list[str]]:
    found, warnings = Damage(SITES).mend(row(**cells), 6)
    return {name: cell for name, cell, sound in zip(NAMES, found, SOUND, strict=True) if cell != sound}, warnings


def refusal(**cells: str) -> Refused:
    with pytest.raises(Refused) as caught:
        Damage(SITES).mend(row(**cells), 6)
    assert not any(cell in str(caught.value) for cell in cells.values())
    return caught.value


def test_a_sound_row_stays_as_it_is() -> None:
    cells = row()
    assert Damage(SITES).mend(cells, 6) == (cells, [])


@pytest.mark.parametrize("name", ["ad_user_data", "opt_out", "data_processing_options"])
def test_a_formula_error_where_a_person_decided_is_not_left_out(name: str) -> None:
    [site] = [Site(0, of, "A") for of in FIELDS if of.path.rpartition(".")[2] == name]
    assert Damage([site]).mend(["#N/A"], 2) == (["#N/A"], [])


def test_every_field_can_be_a_site() -> None:
    sites = [Site(index, of, "A") for index, of in enumerate(FIELDS)]
    assert len(Damage(sites).mend(["x"] * len(sites), 2)[0]) == len(sites)


@pytest.mark.parametrize("error", ["#N/A", "#n/a", "#REF!", "#DIV/0!", "#NOME?", "#WERT!", "#¡VALOR!", "#########"])
def test_an_error_of_a_formula_is_left_out_or_refused(error: str) -> None:
    assert mended(email=error, content_name=error) == (
        {"email": "", "content_name": ""},
        ["user_data.em:formula_error", "custom_data.content_name:formula_error"],
    )
    for name, place in (("value", "F6 (custom_data.value)"), ("order_id", "B6 (custom_data.order_id)")):
        refused = refusal(**{name: error})
        assert (refused.reason, str(refused).startswith(place)) == ("formula_error", True)


@pytest.mark.parametrize("sound", ["#1", "# 12", "Sala #N/A 3", "#"])
def test_a_number_sign_alone_is_no_error(sound: str) -> None:
    assert mended(content_name=sound)[1] == []


RIGHT = "abcXYZ áéíóúâêôãõàçÁÉÃÇñüßøşğł"
SPOILT = RIGHT + "ž’–"
"""Without Î, Ó, Ö, Å, œ and “, whose second half may as well be a sign behind the capital letter that ends a word."""


def accented(letters: str) -> st.SearchStrategy[str]:
    return st.text(letters, min_size=1, max_size=20).filter(lambda text: not text.isascii())


def looks_sound(text: str) -> bool:
    return not mended(first_name=text)[1]  # Ãž is Þ spoilt, and nobody's name


@given(accented(SPOILT).filter(looks_sound), st.integers(1, 2))
def test_mojibake_is_undone(text: str, times: int) -> None:
    spoilt = text
    for _ in range(times):
        spoilt = "".join(_as_cp1252(byte) for byte in spoilt.encode())
    found, warnings = mended(first_name=spoilt)
    assert found == ({"first_name": text})
    assert warnings == ["user_data.fn:mojibake_repaired"]


def _as_cp1252(byte: int) -> str:
    return bytes([byte]).decode("cp1252", "ignore") or chr(byte)


@given(accented(RIGHT))
def test_a_text_that_is_right_is_left_alone(text: str) -> None:
    assert mended(first_name=text) == ({"first_name": text}, [])


@pytest.mark.parametrize("sound", ["CAFÉ®", "NESTLÉ™", "MAÇÃ…", "IKEA TRÅ™", "São Paulo", "Ã", "JOÃO", "東京", "Ãçã"])
def test_signs_behind_a_capital_letter_are_no_mojibake(sound: str) -> None:
    assert mended(content_name=sound)[1] == []


@pytest.mark.parametrize(
    ("written", "typed"),
    [
        ("1,234,567", "1234567"),
        ("1001.0", "1001"),
        ("5.511987654321E+12", "5511987654321"),
        ("5.511987654321E12", "5511987654321"),
        ("5.511987654321e+012", "5511987654321"),
        ("1,2e+1", "12"),
    ],
)
def test_an_id_that_became_a_number_gets_its_digits_back(written: str, typed: str) -> None:
    assert mended(order_id=written) == ({"order_id": typed}, ["custom_data.order_id:repaired_number"])


@pytest.mark.parametrize("written", ["5.51E+12", "5.51e+012", "5.51198E12"])
def test_an_id_whose_digits_are_lost_is_refused_by_cell(written: str) -> None:
    refused = refusal(order_id=written)
    assert (refused.reason, refused.field) == ("digits_lost", "custom_data.order_id")
    assert str(refused).startswith("B6 (custom_data.order_id): the last digits are gone")


ROUNDED = as_text(12345678901234567.0)
"""A number of a spreadsheet of which two last digits are gone."""


def test_an_id_that_is_a_number_of_more_digits_than_a_spreadsheet_keeps_is_refused_by_cell() -> None:
    refused = refusal(order_id=ROUNDED)
    assert (refused.reason, refused.field) == ("digits_lost", "custom_data.order_id")
    assert str(refused).startswith("B6 (custom_data.order_id): the last digits are gone: a spreadsheet keeps 15 digits")


def test_a_phone_or_postal_code_that_lost_digits_is_left_out() -> None:
    assert mended(email=Rounded("4915110000000")) == ({"email": ""}, ["user_data.em:digits_lost"])


def test_a_persons_id_of_too_many_digits_is_left_out() -> None:
    assert mended(external_id=ROUNDED) == ({"external_id": ""}, ["user_data.external_id:digits_lost"])
    assert mended(external_id=str(ROUNDED), value=ROUNDED)[1] == []


def test_an_id_of_as_many_digits_as_text_is_kept() -> None:
    for sound in ("12345678901234567", as_text(12345678901234567), as_text(1234567890123456.0)):
        assert mended(order_id=sound) == ({"order_id": sound}, [])


@pytest.mark.parametrize("sound", ["12.345.678-9", "1.234.567", "00123", "E+12", "1,23", "v1.0", "12E5", "a,b"])
def test_an_id_that_only_looks_odd_is_kept(sound: str) -> None:
    assert mended(order_id=sound) == ({"order_id": sound}, [])


def test_customer_information_that_became_a_number_is_left_to_handle() -> None:
    assert mended(external_id="5.51E+12") == ({"external_id": "5.51E+12"}, [])


@pytest.mark.parametrize(
    ("serial", "moment"),
    [
        ("44927.5", "2023-01-01T12:00:00"),
        ("45474", "2024-07-01"),
        ("45474,604166667", "2024-07-01T14:30:00"),
        ("36526", "2000-01-01"),
    ],
)
def test_a_time_that_is_a_spreadsheets_serial_is_read(serial: str, moment: str) -> None:
    assert mended(event_time=serial) == ({"event_time": moment}, ["event_time:date_serial_read"])


@pytest.mark.parametrize("sound", ["1719852447", "20240701", "4492", "449275", "2024", "44927.5.1"])
def test_other_numbers_are_no_serials(sound: str) -> None:
    assert mended(event_time=sound)[1] == []


EMPTY = dict.fromkeys(NAMES, "")


@pytest.mark.parametrize(
    "label",
    [
        "Total",
        "TOTAL:",
        "Grand Total",
        "Subtotal",
        "Total geral",
        "Summe",
        "Gesamtsumme",
        "Soma",
        "Total (12)",
        "合计",
        "Totals",
        "Subtotal 27/11/2026",
        "Total (5 pedidos)",
        "Total BRL 1.519,56",
        "*** TOTAL ***",
        "Sous-total :",
        "Total général",
        "Totale complessivo",
        "Zwischensumme 28.11.2026",
        "Total do dia",
        "Emitido em 28/11/2026 18:00 por admin",
        "Generated on 2026-11-28",
        "Exported by admin",
        "Report generated 11/28/2026 6:00 PM",
        "Erstellt am 28.11.2026",
        "Page 1 of 3",
        "Seite 2 von 3",
        "Copyright (c) 2000-2026 example.com, inc. All rights reserved.",
    ],
)
@pytest.mark.parametrize("where", ["event_time", "order_id", "content_name", "email"])
def test_a_row_of_totals_is_passed_over(label: str, where: str) -> None:
    with pytest.raises(PassedOver, match="Row 6 is a row of totals") as caught:
        Damage(SITES).mend(row(**{**EMPTY, "value": "1234.50", where: label}), 6)
    assert caught.value.reason == "totals_row"


@pytest.mark.parametrize("said", [{"order_id": "Subtotal 28/11/2026"}, {"first_name": "Total"}])
def test_a_row_of_totals_may_say_its_day(said: dict[str, str]) -> None:
    with pytest.raises(PassedOver):
        Damage(SITES).mend(row(**{**EMPTY, "value": "1234.50", "event_time": "2026-11-28", **said}), 6)


@pytest.mark.parametrize("name", ["Total Wine", "Summer", "Page", "Totalina", "Generoso", "Suma Rao", "Resultados SA"])
def test_a_name_that_begins_like_a_label_is_one(name: str) -> None:
    assert mended(**{**EMPTY, "first_name": name, "event_time": "2026-11-28"})[1] == []


@pytest.mark.parametrize("name", ["Total", "Suma", "Sum", "Soma"])
def test_a_person_who_is_called_like_a_label_is_told_by_anything_else(name: str) -> None:
    assert mended(**{**EMPTY, "first_name": name, "event_time": "2026-11-28", "order_id": "A-1"})[1] == []
    assert mended(**{**EMPTY, "first_name": name, "event_time": "2026-11-28", "email": "a@b.example"})[1] == []


def test_an_event_is_never_taken_for_totals() -> None:
    assert mended(content_name="Total")[1] == []
    assert mended(**{**EMPTY, "order_id": "A-1", "content_name": "Total"})[1] == []
    assert mended(**{**EMPTY, "value": "5", "content_name": "Totally"})[1] == []
    assert mended(**EMPTY)[1] == []


def test_several_damages_of_a_row_are_all_told() -> None:
    found, warnings = mended(event_time="45474", first_name="JoÃ£o", email="#N/A", order_id="1001.0")
    assert found == {"event_time": "2024-07-01", "first_name": "João", "email": "", "order_id": "1001"}
    assert sorted(warnings) == [
        "custom_data.order_id:repaired_number",
        "event_time:date_serial_read",
        "user_data.em:formula_error",
        "user_data.fn:mojibake_repaired",
    ]


@pytest.mark.parametrize(
    ("column", "others"),
    [
        (["1001.0", "1002.0", "A-7", "", "00123"], False),
        (["10.0", "90.750", "12E3"], True),
        (["10.0", "5"], True),
        (["1,234,567", "1001.0"], False),
        ([], False),
    ],
)
def test_a_column_shows_whether_a_program_wrote_its_zeros(column: list[str], others: bool) -> None:
    assert ids.has_other_numbers(column) is others


@pytest.mark.parametrize(
    ("cell", "clock"),
    [("0.5125", "12:18:00"), ("0,416666666666667", "10:00:00"), ("0.9999999", "23:59:59"), ("0.0", "00:00:00")],
)
def test_a_part_of_a_day_is_a_time_of_day(cell: str, clock: str) -> None:
    assert mended(event_time=cell) == ({"event_time": clock}, ["event_time:date_serial_read"])


def test_zeros_stay_where_they_were_written_and_are_cut_from_numbers() -> None:
    site = replace(SITES[1], keeps_zeros=True)
    assert Damage([site]).mend(row(order_id="10.0"), 6)[1] == []
    assert Damage([site]).mend(row(order_id=Numeral("10.0")), 6)[1] == ["custom_data.order_id:repaired_number"]


@pytest.mark.parametrize(
    ("number", "is_rounded"),
    [
        (123456789012345.0, False),
        (1234567890123450.0, True),
        (1234567890123456.0, False),
        (9007199254740992.0, True),
        (2e15, True),
    ],
)
def test_of_a_spreadsheets_number_fifteen_digits_are_known(number: float, is_rounded: bool) -> None:
    assert isinstance(as_text(number), Rounded) is is_rounded
