import io
import json
from pathlib import Path

import pytest

from ingest import inference, presets
from ingest.fields import find
from ingest.header_names import forgiving
from ingest.header_words import EVENT_OF, EVENTS, FIELD_OF, FULL_NAME, WORDS
from ingest.inference import Inference, infer
from ingest.maps import parse
from ingest.readers import USUAL, read
from ingest.rows import events
from omnicapi.errors import UnreadableFile
from omnicapi.messages import Event, Origin

SAMPLES = Path(__file__).parent / "presets"


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
