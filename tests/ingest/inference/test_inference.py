import io
import json
from pathlib import Path

import pytest

from ingest import inference
from ingest.inference import Inference, infer
from ingest.inference.header_words import EVENT_OF, EVENTS, FIELD_OF, FULL_NAME, WORDS
from ingest.maps import presets
from ingest.maps.field_map import parse
from ingest.readers.file_types import read
from ingest.readers.table import USUAL
from ingest.rows.conversion import events
from ingest.values.fields import find
from ingest.values.header_names import forgiving
from omnicapi.errors import UnreadableFile
from omnicapi.messages import Event, Origin

SAMPLES = Path(__file__).parents[1] / "presets"


def inferred(text: str) -> Inference:
    return infer(read("a.csv", io.BytesIO(text.encode()), USUAL))


def taken(found: Inference, text: str) -> list[Event]:
    """The events that the map makes of the same file."""
    map_ = parse("store", json.dumps(found.entries).encode())
    one = list(events(io.BytesIO(text.encode()), map_, Origin(object="a.csv"), 0))
    assert all(isinstance(each, Event) for each in one), one
    return [each for each in one if isinstance(each, Event)]


LANGUAGES = {
    "en": "Order Date,Order Number,E-mail,Phone Number,First Name,Last Name,City,Zip Code,Country,Total Amount,"
    "Currency",
    "pt": "Data da Venda,Nº do Pedido,E-mail,Celular,Primeiro Nome,Sobrenome,Cidade,CEP,País,Valor Total,Moeda",
    "es": "Fecha de compra,Número de pedido,Correo electrónico,Teléfono,Nombre,Apellidos,Ciudad,Código postal,País,"
    "Importe total,Divisa",
    "fr": "Date de commande,N° de commande,Adresse e-mail,Téléphone,Prénom,Nom de famille,Ville,Code postal,Pays,"
    "Montant total,Devise",
    "de": "Bestelldatum,Bestellnummer,E-Mail-Adresse,Telefonnummer,Vorname,Nachname,Ort,PLZ,Land,Gesamtbetrag,Währung",
    "it": "Data ordine,Numero ordine,Indirizzo email,Cellulare,Nome,Cognome,Città,CAP,Paese,Totale,Valuta",
}
DATA = (
    '25/06/2024,1001,ana@mail.example,+55 11 91234-5678,Ana,Souza,Lisboa,01310200,BR,"1.234,50",EUR\n'
    '05/07/2024,1002,bob@mail.example,+49 171 1234567,Bob,Braun,Berlin,10115,DE,"12,00",EUR\n'
)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_shops_export_is_understood_in_each_language(language: str) -> None:
    text = f"{LANGUAGES[language]}\n{DATA}"
    found = inferred(text)
    assert found.is_complete
    first, second = taken(found, text)
    assert (first.event_name, first.event_time, second.event_time) == ("Purchase", 1719273600, 1720137600)
    assert (str(first.custom_data.value), first.custom_data.currency, first.custom_data.order_id) == (
        "1234.50",
        "EUR",
        "1001",
    )
    user = first.user_data
    assert (user.em, user.ph, user.ln) == (["ana@mail.example"], ["+55 11 91234-5678"], ["Souza"])
    assert (user.ct, user.zp, user.country) == (["Lisboa"], ["01310200"], ["BR"])
    assert user.fn == ["Ana"]


@pytest.mark.parametrize("path", WORDS)
def test_every_word_leads_to_a_field(path: str) -> None:
    assert find(path) is not None


def test_no_word_means_two_fields() -> None:
    meanings: dict[str, set[str]] = {}
    for path, words in WORDS.items():
        for word in words.split(", "):
            meanings.setdefault(forgiving(word), set()).add(path)
    assert [word for word, paths in meanings.items() if len(paths) > 1] == []
    assert not FULL_NAME & meanings.keys()
    assert all(FIELD_OF[word] == path for word, paths in meanings.items() for path in paths)
    assert set(EVENT_OF.values()) == set(EVENTS)


@pytest.mark.parametrize("name", presets.names())
def test_a_known_export_is_recognised(name: str) -> None:
    with (SAMPLES / f"{name}.csv").open("rb") as stream:
        found = infer(read(f"{name}.csv", stream, USUAL))
    if name == "google-sheets":  # its header cells are field names, which need no preset
        assert "preset" not in found.entries
    else:
        assert found.entries == {"preset": name}
        assert found.guesses[0].confidence == "certain"
    assert found.is_complete


def test_values_that_can_be_only_one_thing_need_no_name() -> None:
    text = "a;b;c;d;e\n25/06/2024;x@mail.example;203.0.113.7;fb.1.1719852447000.987654321;Lead\n"
    found = inferred(text)
    assert found.entries["columns"] == {
        "EMAIL": "b",
        "CLIENT_IP_ADDRESS": "c",
        "FBP": "d",
        "EVENT_NAME": "e",
    }
    assert not found.is_complete
    assert {unsure.place for unsure in found.unsure} >= {"a", "EVENT_TIME"}


def test_metas_own_export_of_leads_is_understood() -> None:
    header = "id;created_time;ad_id;form_name;full_name;email;phone_number\n"
    row = "l:1234567890{0};2026-11-2{0}T10:00:00+01:00;ag:123;Form;Anna Muster;u{0}@mail.example;p:+491511234567{0}\n"
    found = inferred(header + "".join(map(row.format, range(8))))
    columns = found.entries["columns"]
    assert (columns["EVENT_TIME"], columns["EMAIL"], columns["PHONE"]) == ("created_time", "email", "phone_number")


def test_a_file_without_a_header_is_mapped_by_letters() -> None:
    found = inferred("Lead;x@mail.example\nLead;y@mail.example\n")
    assert found.entries["columns"] == {"EVENT_NAME": "A:A", "EMAIL": "B:B"}


def test_names_in_several_header_rows_are_all_known() -> None:
    text = (
        "event_name;event_time;user_data;;custom_data;;contents\n;;em;country;value;currency;\n;;;;;;id\n"
        f"Purchase;1719852447;{'ab12' * 16};{'cd34' * 16};220.00;USD;sku1\n"
    )
    found = inferred(text)
    assert found.entries["columns"] == {
        "EVENT_NAME": "A:A",
        "EVENT_TIME": "B:B",
        "EMAIL": "em",
        "COUNTRY": "country",
        "VALUE": "value",
        "CURRENCY": "currency",
    }
    assert found.entries["header_rows"] == 3
    assert [unsure.place for unsure in found.unsure] == ["G:G", "ACTION_SOURCE"]
    [event] = taken(found, text)
    assert event.origin.row == 4
    assert event.custom_data.value == 220


def test_a_name_that_its_values_contradict_is_left_out() -> None:
    found = inferred("date;email;total\n2024-06-25;none;many\n2024-06-26;unknown;few\n")
    assert "EMAIL" not in found.entries["columns"]
    reasons = {unsure.place: unsure.why for unsure in found.unsure}
    assert "user_data.em" in reasons["email"]
    assert "only 0%" in reasons["total"]


def test_what_the_values_do_not_show_is_asked() -> None:
    found = inferred("date;email;total\n05/06/2024;a@mail.example;1.234\n")
    assert found.entries["columns"]["EVENT_TIME"] == "date"
    reasons = [unsure.why for unsure in found.unsure]
    assert any('"date_format"' in why for why in reasons)
    assert any('"decimal"' in why for why in reasons)
    assert {"CURRENCY", "ACTION_SOURCE"} <= {unsure.place for unsure in found.unsure}


def test_peoples_words_for_events_become_a_value_table() -> None:
    text = "data;tipo de evento;e-mail\n25/06/2024;Venda;a@mail.example\n25/06/2024;Orçamento;b@mail.example\n"
    found = inferred(text)
    assert found.entries["columns"]["EVENT_NAME"]["values"] == {"Venda": "Purchase", "Orçamento": "Lead"}
    assert [event.event_name for event in taken(found, text)] == ["Purchase", "Lead"]


@pytest.mark.parametrize(
    ("header", "columns"),
    [
        (
            "cliente",
            {"FIRST_NAME": {"column": "cliente", "word": "first"}, "LAST_NAME": {"column": "cliente", "word": "rest"}},
        ),
        ("nome;sobrenome", {"FIRST_NAME": "nome", "LAST_NAME": "sobrenome"}),
        ("prénom;nom", {"FIRST_NAME": "prénom", "LAST_NAME": "nom"}),
    ],
)
def test_names_are_told_apart(header: str, columns: dict[str, object]) -> None:
    cells = {"cliente": "Ana Souza"}.get(header, "Ana;Souza")
    found = inferred(f"date;{header}\n2024-06-25;{cells}\n")
    assert {name: place for name, place in found.entries["columns"].items() if "NAME" in name} == columns


def test_a_single_name_that_may_be_either_is_left_out() -> None:
    found = inferred("date;name\n2024-06-25;Ana\n2024-06-25;Bob\n")
    assert [unsure.place for unsure in found.unsure if "full name" in unsure.why] == ["name"]


def test_repeated_order_ids_beside_products_are_orders() -> None:
    text = "date;pedido;sku;total\n2024-06-25;1;a;10.00\n2024-06-25;1;b;20.00\n2024-06-25;2;a;30.00\n"
    found = inferred(text)
    assert [event.origin.rows for event in taken(found, text)] == [(2, 3), ()]
    assert next(guess for guess in found.guesses if guess.field == "orders").why.startswith("1 of 3 rows")
    assert "orders" not in inferred("date;pedido;sku;total\n2024-06-25;1;a;10.00\n2024-06-25;2;b;20.00\n").entries


def test_two_columns_of_one_field_are_both_used_or_left_to_a_person() -> None:
    found = inferred("date;email;e-mail do cliente;total;valor\n2024-06-25;a@m.example;b@m.example;1.00;2.00\n")
    assert found.entries["columns"]["EMAIL"] == ["email", "e-mail do cliente"]
    assert inferred("date;email;email\n2024-06-25;a@m.example;b@m.example\n").entries["columns"]["EMAIL"] == [
        "email",
        "C:C",
    ]
    assert "VALUE" in found.entries["columns"]
    assert any("'total' is custom_data.value already" in unsure.why for unsure in found.unsure)


def test_no_value_of_a_person_is_told() -> None:
    text = f"{LANGUAGES['pt']};planted\n{DATA}".replace("ana@", "planted@").replace("Souza", "planted")
    found = inferred(text.replace(";planted", ""))
    assert "planted" not in repr(found)


def test_an_empty_file_is_refused() -> None:
    with pytest.raises(UnreadableFile, match="empty"):
        inferred("\n;;\n")


def test_no_more_than_a_sample_is_read() -> None:
    text = "date;email\n" + "2024-06-25;a@m.example\n" * 3000 + '"' + "x" * 200_000
    assert inferred(text).entries["columns"]["EMAIL"] == "email"
    assert inference.SAMPLE < 3000


@pytest.mark.parametrize(
    ("phone", "asked"),
    [("(11) 91234-5678", True), ("+55 11 91234-5678", False), ("0055 11 91234-5678", False), ("ab12" * 16, False)],
)
def test_the_country_of_national_telephone_numbers_is_asked(phone: str, asked: bool) -> None:
    found = inferred(f"date;telefone\n2024-06-25;{phone}\n")
    assert ("DEFAULT_COUNTRY" in {unsure.place for unsure in found.unsure}) is asked
    with_country = inferred(f"date;telefone;país\n2024-06-25;{phone};BR\n")
    assert "DEFAULT_COUNTRY" not in {unsure.place for unsure in with_country.unsure}


def test_a_brazilian_shops_abbreviated_headers_are_known() -> None:
    columns = inferred("Data;Nº Pedido;SKU;Preço unit.\n25/06/2024;1;a;1,50\n").entries["columns"]
    assert (columns["ORDER_ID"], columns["CONTENT_PRICE"]) == ("Nº Pedido", "Preço unit.")


SALE = (
    "Data;Pedido;E-mail;Valor;Moeda{}\n"
    "25/06/2024;1;a@mail.example;10,50;BRL{}\n"
    "26/06/2024;2;b@mail.example;20,00;BRL{}\n"
)


def asked(found: Inference) -> dict[str, str]:
    return {unsure.place: unsure.why for unsure in found.unsure}


@pytest.mark.parametrize("name", ["Hora", "x", "time"])
def test_a_day_and_its_time_in_another_column_are_read_together(name: str) -> None:
    text = SALE.format(f";{name}", ";14:30", ";9:05:10")
    found = inferred(text)
    assert found.entries["columns"]["EVENT_TIME"] == {"join": ["Data", name], "date_format": "%d/%m/%Y"}
    assert [event.event_time for event in taken(found, text)] == [1719325800, 1719392710]
    ambiguous = inferred(text.replace("25/06", "05/06").replace("26/06", "06/06"))
    assert ambiguous.entries["columns"]["EVENT_TIME"] == {"join": ["Data", name]}


def test_which_of_two_times_belongs_to_the_day_is_asked() -> None:
    found = inferred(SALE.format(";Hora;Abertura", ";14:30;08:00", ";15:00;08:00"))
    assert found.entries["columns"]["EVENT_TIME"] == {"column": "Data", "date_format": "%d/%m/%Y"}
    assert all('"join"' in asked(found)[name] for name in ("Hora", "Abertura"))


def test_a_time_of_day_beside_whole_times_is_asked_about() -> None:
    found = inferred("date;closing\n2024-06-25 14:30:00;22:00\n")
    assert found.entries["columns"]["EVENT_TIME"] == "date"
    assert '"join"' in asked(found)["closing"]


@pytest.mark.parametrize(
    ("name", "first", "second"),
    [
        ("Situação", "planted", "other"),
        ("Status", "planted", "paid"),
        ("x", "Cancelado", "Pago"),
        ("Estado", "Estornada", "Paga"),
        ("Tipo de evento", "Venda", "Devolvido"),
    ],
)
def test_which_rows_count_is_asked_where_a_column_may_say_it(name: str, first: str, second: str) -> None:
    found = inferred(SALE.format(f";{name}", f";{first}", f";{second}"))
    assert f'"only": [{{"column": "{name}"' in asked(found)[name]
    assert "STATE" not in found.entries["columns"]
    assert "planted" not in repr(found)


def test_places_and_long_texts_are_no_states_of_an_order() -> None:
    found = inferred(SALE.format(";Estado;Nome", ";SP;Test", ";RJ;Ana"))
    assert found.entries["columns"]["STATE"] == "Estado"
    texts = "".join(f"2024-06-25;a@m.example;text {number}\n" for number in range(30))
    assert not any('"only"' in why for why in asked(inferred("date;email;x\n" + texts + ";;test\n")).values())


@pytest.mark.parametrize("name", ["Aceita marketing", "Consentimento LGPD", "email_opt_in", "Einwilligung Newsletter"])
def test_what_a_column_of_consent_means_is_asked(name: str) -> None:
    found = inferred(SALE.format(f";{name}", ";sim", ";não"))
    assert f'"consent": {{"marketing": "{name}"}}' in asked(found)[name]


def test_a_column_that_is_read_as_consent_by_its_name_is_said_to_be() -> None:
    found = inferred(SALE.format(";User Consent", ";sim", ";não"))
    assert "by its name it is read as consent" in asked(found)["User Consent"]


def test_amounts_need_a_currency() -> None:
    assert inferred(SALE.format("", "", "")).is_complete
    found = inferred("data;pedido;total\n2024-06-25;1;10.50\n")
    assert "CURRENCY" in asked(found)
    assert not found.is_complete
    found.entries["defaults"]["CURRENCY"] = "BRL"
    assert found.is_complete
