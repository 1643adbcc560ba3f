"""What a map may say about a file, seen in the events that come out."""

import io
import json
from collections.abc import Mapping
from datetime import UTC, datetime
from decimal import Decimal

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.maps.field_map import parse
from ingest.rows import conversion
from ingest.values.header_names import forgiving
from omnicapi.errors import BadMap, UnreadableFile
from omnicapi.messages import Content, Event, Origin, Outcome

DEFAULTS = {"EVENT_NAME": "Purchase", "ACTION_SOURCE": "physical_store", "CURRENCY": "BRL", "DEFAULT_COUNTRY": "BR"}
SOLD = datetime(2024, 6, 25, 12, tzinfo=UTC)


def read(text: str, columns: Mapping[str, object], **entries: object) -> list[Event | Outcome]:
    map_ = parse("store", json.dumps({"columns": columns, "defaults": DEFAULTS, **entries}).encode())
    return list(conversion.events(io.BytesIO(text.encode()), map_, Origin(object="a.csv"), 0))


def taken(text: str, columns: Mapping[str, object], **entries: object) -> list[Event]:
    found = read(text, columns, **entries)
    assert all(isinstance(one, Event) for one in found), found
    return [one for one in found if isinstance(one, Event)]


def refused(text: str, columns: Mapping[str, object], **entries: object) -> Outcome:
    [outcome] = [one for one in read(text, columns, **entries) if isinstance(one, Outcome)]
    return outcome


def complaint(columns: Mapping[str, object], **entries: object) -> str:
    with pytest.raises(BadMap) as caught:
        parse("store", json.dumps({"columns": columns, "defaults": DEFAULTS, **entries}).encode())
    return str(caught.value)


def test_a_brazilian_export_is_read_with_nothing_but_its_header_names() -> None:
    text = (
        "DATA DA VENDA;Nº Pedido;E-mail;Total\n"
        "25/06/2024 12:00;1;a@b.example;1.234,56\n"
        "05/06/2024;2;c@d.example;1.000\n"
    )
    columns = {
        "EVENT_TIME": "Data da venda",
        "ORDER_ID": "no pedido",
        "EMAIL": "email",
        "VALUE": "TOTAL",
    }
    first, second = taken(text, columns)
    assert (first.event_time, first.custom_data.value) == (SOLD.timestamp(), Decimal("1234.56"))
    assert (second.event_time, second.custom_data.value) == (
        datetime(2024, 6, 5, tzinfo=UTC).timestamp(),
        Decimal(1000),
    )
    assert (first.custom_data.order_id, first.user_data.em, first.default_country) == ("1", ["a@b.example"], "BR")


def test_what_the_file_does_not_show_is_refused_with_the_cell_and_what_to_say() -> None:
    text = "when;total\n05/06/2024;{}\n"
    columns = {"EVENT_TIME": "when", "VALUE": "total"}
    outcome = refused(text.format("10,00"), columns)
    assert (outcome.reason, outcome.field) == ("event_time_ambiguous", "event_time")
    assert outcome.message is not None
    assert outcome.message.startswith("A2 (event_time)")
    declared = {**columns, "EVENT_TIME": {"column": "when", "date_format": "%d/%m/%Y"}}
    assert refused(text.format("1.234"), declared).reason == "number_ambiguous"
    [event] = taken(text.format("1.234"), declared, decimal=",")
    assert event.custom_data.value == 1234


def test_a_column_may_be_a_letter() -> None:
    text = "x;y;z\n;1719316800;a@b.example\n"
    assert taken(text, {"EVENT_TIME": "B:B", "EMAIL": "C:C"}) == taken(text, {"EVENT_TIME": 1, "EMAIL": 2})
    [event] = taken("b:b;C:c\n1719316800;a@b.example\n", {"EVENT_TIME": "b:b", "EMAIL": "C:c"})
    assert event.user_data.em == ["a@b.example"]


def test_several_columns_fill_one_field() -> None:
    text = "t;mail;other mail;url;page\n1719316800;a@b.example;c@d.example;;https://b.example/\n"
    [event] = taken(text, {"EVENT_TIME": "t", "EMAIL": ["mail", "other mail"], "EVENT_SOURCE_URL": ["url", "page"]})
    assert event.user_data.em == ["a@b.example", "c@d.example"]
    assert event.event_source_url == "https://b.example/"


def test_several_columns_are_read_as_one() -> None:
    text = "Dia;Hora;Nome\n25/06/2024;09:00;Ana Maria da Silva\n25/06/2024;;Cher\n"
    columns = {
        "EVENT_TIME": {"join": ["Dia", "Hora"], "time_zone": "America/Sao_Paulo"},
        "FIRST_NAME": {"column": "Nome", "word": "first"},
        "LAST_NAME": {"column": "Nome", "word": "rest"},
    }
    first, second = taken(text, columns)
    assert (first.event_time, second.event_time) == (SOLD.timestamp(), SOLD.timestamp() - 9 * 3600)
    assert (first.user_data.fn, first.user_data.ln) == (["Ana"], ["Maria da Silva"])
    assert (second.user_data.fn, second.user_data.ln) == (["Cher"], [])
    bad = refused(text + "25/06/2024;soon;Ana\n", columns)
    assert bad.message is not None
    assert bad.message.startswith("A+B4 (event_time)")


def test_each_column_has_its_own_way_of_writing() -> None:
    text = "t;born;total;net\n06/25/2024 08:00;01/02/1990;1.234;1,234\n"
    [event] = taken(
        text,
        {
            "EVENT_TIME": {"column": "t", "date_format": "%m/%d/%Y %H:%M", "time_zone": "-04:00"},
            "DATE_OF_BIRTH": {"column": "born", "date_format": "%d/%m/%Y"},
            "VALUE": {"column": "total", "decimal": ","},
            "NET_REVENUE": {"column": "net", "decimal": "."},
        },
    )
    assert (event.event_time, event.date_format) == (SOLD.timestamp(), "%d/%m/%Y")
    assert event.custom_data.value == event.custom_data.net_revenue == 1234


def test_birth_dates_show_their_order_themselves() -> None:
    text = "t;born\n1719316800;05/06/1990\n1719316800;25/06/1990\n"
    assert [event.date_format for event in taken(text, {"EVENT_TIME": "t", "DATE_OF_BIRTH": "born"})] == [
        "%d/%m/%Y"
    ] * 2


TABLE = {"column": "tipo", "values": {"Venda": "Purchase", "orçamento": "Lead", "teste": None}}


def test_of_a_name_whose_order_is_not_certain_neither_part_is_taken_and_the_row_goes_on() -> None:
    columns = {
        "EVENT_TIME": "t",
        "EMAIL": "m",
        "FIRST_NAME": {"column": "n", "word": "first"},
        "LAST_NAME": {"column": "n", "word": "rest"},
    }
    names = ["Okafor, Chidi", "Dr. Maria Lopez", "DUPONT Jean"]
    rows = "".join(f"1719316800;a@b.example;{name}\n" for name in names)
    comma, titled, unclear = taken(f"t;m;n\n{rows}", columns)
    assert (comma.user_data.fn, comma.user_data.ln) == (["Chidi"], ["Okafor"])
    assert (titled.user_data.fn, titled.user_data.ln) == (["Maria"], ["Lopez"])
    assert (unclear.user_data.fn, unclear.user_data.ln) == ([], [])
    assert unclear.warnings == ["user_data.fn:name_not_split", "user_data.ln:name_not_split"]


def test_of_another_cell_the_first_word_and_the_rest_are_taken() -> None:
    columns = {
        "EVENT_TIME": "t",
        "EMAIL": "m",
        "ZIP": {"column": "p", "word": "first"},
        "CITY": {"column": "p", "word": "rest"},
    }
    [event] = taken("t;m;p\n1719316800;a@b.example;10115 Berlin\n", columns)
    assert (event.user_data.zp, event.user_data.ct) == (["10115"], ["Berlin"])


@given(st.sampled_from(["Venda", "Orçamento"]), st.sampled_from([str.upper, str.lower, " {} ".format, forgiving]))
def test_a_value_table_is_read_in_any_case_and_accent(word: str, spoken: object) -> None:
    assert callable(spoken)
    [event] = taken(f"t;tipo\n1719316800;{spoken(word)}\n", {"EVENT_TIME": "t", "EVENT_NAME": TABLE})
    assert event.event_name == {"Venda": "Purchase", "Orçamento": "Lead"}[word]


def test_what_a_value_table_does_not_list_is_refused_and_null_means_nothing_said() -> None:
    columns = {"EVENT_TIME": "t", "EVENT_NAME": TABLE}
    outcome = refused("t;tipo\n1719316800;planted\n", columns)
    assert outcome.reason == "value_not_listed"
    assert "planted" not in repr(outcome)
    [event] = taken("t;tipo\n1719316800;Teste\n", columns, defaults={**DEFAULTS, "EVENT_NAME": "Contact"})
    assert event.event_name == "Contact"
    assert (
        refused("t;tipo\n1719316800;Teste\n", columns, defaults={"ACTION_SOURCE": "website"}).reason
        == "event_name_missing"
    )


def test_a_value_table_may_say_what_all_else_means() -> None:
    table = {"column": "tipo", "values": {"venda": "Purchase", "*": "Lead"}}
    names = [
        event.event_name
        for event in taken("t;tipo\n1;x\n".replace("1;", "1719316800;"), {"EVENT_TIME": "t", "EVENT_NAME": table})
    ]
    assert names == ["Lead"]


def test_consent_columns_have_the_names_that_the_policy_uses() -> None:
    consent = {"marketing": "Aceita", "ad_user_data": {"column": "Perfil", "values": {"A": True, "*": False}}}
    text = "t;Aceita;Perfil\n1719316800;Sim;A\n1719316800;não;B\n1719316800;;\n"
    found = [event.consent for event in taken(text, {"EVENT_TIME": "t"}, consent=consent)]
    assert found == [{"marketing": True, "ad_user_data": True}, {"marketing": False, "ad_user_data": False}, {}]


def test_columns_of_your_own_become_properties() -> None:
    text = "t;Loja;Pontos\n1719316800;LDN 3;1.250,50\n"
    properties = {"shop": "Loja", "points": {"column": "Pontos", "type": "number"}}
    [event] = taken(text, {"EVENT_TIME": "t"}, properties=properties)
    assert event.custom_data.properties == {"shop": "LDN 3", "points": Decimal("1250.50")}


def test_only_the_rows_that_are_wanted_are_read() -> None:
    text = (
        "t;Situação;Teste\n1719316800;PAGO;\n1719316800;cancelado;\nwrong;Cancelado;\n1719316800;pago;x\n1719316800;;\n"
    )
    only = [{"column": "situacao", "is": ["Pago", "Enviado"]}, {"column": "Teste", "empty": True}]
    found = read(text, {"EVENT_TIME": "t"}, only=only)
    assert [isinstance(one, Event) for one in found] == [True, False, False, False, False]
    outcomes = [one for one in found if isinstance(one, Outcome)]
    assert {(one.verdict, one.reason) for one in outcomes} == {("dropped", "row_not_wanted")}
    assert [one.message.partition(":")[0] for one in outcomes if one.message] == ["B3", "B4", "C5", "B6"]


@pytest.mark.parametrize(
    ("condition", "wanted"),
    [
        ({"is": "a"}, ["A"]),
        ({"is_not": ["a", "b"]}, ["", "c"]),
        ({"empty": False}, ["A", "b", "c"]),
        ({"empty": True}, [""]),
        ({"is_not": "c", "empty": False}, ["A", "b"]),
    ],
)
def test_a_condition_means_what_it_says(condition: dict[str, object], wanted: list[str]) -> None:
    text = "t;s\n" + "".join(f"1719316800;{word}\n" for word in ("A", "b", "", "c"))
    found = read(text, {"EVENT_TIME": "t"}, only=[{"column": "s", **condition}], properties={"s": "s"})
    assert [one.custom_data.properties.get("s", "") for one in found if isinstance(one, Event)] == wanted


def test_a_condition_on_a_column_that_is_not_there_fails_the_file() -> None:
    with pytest.raises(UnreadableFile, match="'Status'"):
        read("t\n1719316800\n", {"EVENT_TIME": "t"}, only=[{"column": "Status", "is": "paid"}])


def test_products_in_one_cell() -> None:
    columns = {"EVENT_TIME": "t", "CONTENTS": {"column": "items", "products": {}}}
    [event] = taken("t;items\n1719316800;sku1:2:10,50|sku2|sku3::7,00|\n", columns, decimal=",")
    assert event.custom_data.contents == [
        Content(id="sku1", quantity=Decimal(2), item_price=Decimal("10.50")),
        Content(id="sku2"),
        Content(id="sku3", item_price=Decimal("7.00")),
    ]
    [as_json] = taken('t;items\n1719316800;"[{""id"": ""sku1""}]"\n', columns)
    assert as_json.custom_data.contents == [Content(id="sku1")]


def test_products_in_one_cell_in_another_notation() -> None:
    how = {"parts": ["title", "id", "quantity"], "between_products": ";", "between_parts": " / "}
    columns = {"EVENT_TIME": "t", "CONTENTS": {"column": "items", "products": how}}
    [event] = taken("t,items\n1719316800,Red shirt / 001 / 2; Blue shirt / 002\n", columns)
    assert event.custom_data.contents == [
        Content(title="Red shirt", id="001", quantity=Decimal(2)),
        Content(title="Blue shirt", id="002"),
    ]
    [event] = taken("t,items\n1719316800,a / b / 1 / planted; c / d / many; e / f / 3\n", columns)
    assert event.custom_data.contents == [Content(title="c", id="d"), Content(title="e", id="f", quantity=Decimal(3))]
    assert event.warnings == [
        "custom_data.contents[0]:contents_unreadable",
        "custom_data.contents[1].quantity:number_unreadable",
    ]


def test_products_in_numbered_columns() -> None:
    text = "t;item_1_sku;item_1_qty;item_2_sku;item_2_qty;Item 3 SKU\n1719316800;a;2;b;;\n1719316800;;;c;4;d\n"
    columns = {"EVENT_TIME": "t", "CONTENT_ID": "item_{n}_sku", "CONTENT_QUANTITY": "item_{n}_qty"}
    first, second = taken(text, columns, defaults={**DEFAULTS, "CONTENT_DELIVERY": "in_store"})
    assert [(one.id, one.quantity) for one in first.custom_data.contents] == [("a", 2), ("b", None)]
    assert [(one.id, one.quantity) for one in second.custom_data.contents] == [("c", 4), ("d", None)]
    assert {one.delivery_category for one in (*first.custom_data.contents, *second.custom_data.contents)} == {
        "in_store"
    }
    *_, bad = taken(text + "1719316800;a;many;;;\n", columns)
    assert bad.custom_data.contents == [Content(id="a")]
    assert bad.warnings == ["contents[0].quantity:number_unreadable"]


def test_an_optional_column_may_be_missing_and_another_may_not() -> None:
    columns = {"EVENT_TIME": "t", "EMAIL": "mail", "PHONE": "tel"}
    assert len(taken("t;mail\n1719316800;a@b.example\n", columns, optional=["phone"])) == 1
    with pytest.raises(UnreadableFile, match="'tel'"):
        read("t;mail\n1719316800;a@b.example\n", columns)


@pytest.mark.parametrize(
    ("columns", "entries", "says"),
    [
        ({"EVENT_TIME": {"values": {"a": "b"}}}, {}, '"column" or "join"'),
        ({"EVENT_TIME": {"column": "t", "join": ["a", "b"]}}, {}, '"column" or "join"'),
        ({"EVENT_TIME": {"column": "t", "values": {"a": "soon"}}}, {}, "a meaning in the \"values\" of 'EVENT_TIME'"),
        ({"EVENT_TIME": {"column": "t", "date_format": "dd/mm/yyyy"}}, {}, "%d/%m/%Y"),
        ({"EVENT_TIME": {"column": "t", "date_format": "%Q"}}, {}, "%d/%m/%Y"),
        ({"EVENT_TIME": {"column": "t", "time_zone": "Mars"}}, {}, "no time zone"),
        ({"EVENT_TIME": "t", "EMAIL": {"column": "m", "date_format": "%d"}}, {}, "belongs to times"),
        ({"EVENT_TIME": "t", "VALUE": {"column": "m", "products": {}}}, {}, "belongs to CONTENTS"),
        ({"EVENT_TIME": "t", "EMAIL": "mail_{n}"}, {}, "hold products"),
        ({"EVENT_TIME": "t"}, {"only": [{"column": "s"}]}, '"is", "is_not", "empty" or "above_zero"'),
        ({"EVENT_TIME": "t"}, {"optional": ["PHON"]}, "did you mean 'PHONE'"),
        ({"EVENT_TIME": "t"}, {"properties": {"x": ""}}, "'properties x' names no column"),
        ({"EVENT_TIME": {"column": "t", "datefmt": "%d"}}, {}, "datefmt"),
    ],
)
def test_a_map_that_says_nothing_usable_is_told_so(
    columns: Mapping[str, object], entries: dict[str, object], says: str
) -> None:
    assert says in complaint(columns, **entries)


def test_an_empty_default_says_nothing() -> None:
    with pytest.raises(BadMap, match="ACTION_SOURCE"):
        parse(
            "store",
            json.dumps(
                {"columns": {"EVENT_TIME": 0}, "defaults": {"EVENT_NAME": "Lead", "ACTION_SOURCE": ""}}
            ).encode(),
        )


def test_a_spreadsheets_own_numbers_have_a_point_whatever_the_map_declares() -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for cells in (["t", "total"], [1719316800, 1.234], [1719316800, "1.234,50"], [1719316800, 220.5]):
        sheet.append(cells)
    data = io.BytesIO()
    book.save(data)
    entries = {"columns": {"EVENT_TIME": "t", "VALUE": "total"}, "defaults": DEFAULTS}
    for declared in ({}, {"decimal": ","}):
        map_ = parse("store", json.dumps({**entries, **declared}).encode())
        found = list(conversion.events(io.BytesIO(data.getvalue()), map_, Origin(object="a.xlsx"), 0))
        values = [str(one.custom_data.value) for one in found if isinstance(one, Event)]
        assert values == ["1.234", "1234.50", "220.5"]
