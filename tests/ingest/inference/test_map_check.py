import io
import json
from collections.abc import Mapping

from ingest.inference.map_check import MapCheck, check
from ingest.maps.field_map import parse
from ingest.rows.conversion import begin
from omnicapi.messages import Origin

DEFAULTS = {"EVENT_NAME": "Purchase", "ACTION_SOURCE": "physical_store", "CURRENCY": "BRL"}
COLUMNS = {"EVENT_TIME": "Data", "EMAIL": "Mail", "VALUE": "Total"}


def checked(text: str, columns: Mapping[str, object] = COLUMNS, **entries: object) -> MapCheck:
    map_ = parse("store", json.dumps({"columns": columns, "defaults": DEFAULTS, **entries}).encode())
    return check(map_, begin(io.BytesIO(text.encode()), map_, Origin(object="a.csv")))


GOOD = "Data;Mail;Total;Notas\n25/06/2024;a@b.example;10,00;x\n\n25/06/2024;;12,50;\n"


def test_a_map_that_fits_is_fine() -> None:
    found = checked(GOOD)
    assert found.is_fine
    assert (found.rows, found.events, found.rejected, found.dropped) == (2, 2, 0, 0)
    assert [(column.place, column.header, column.filled) for column in found.columns] == [
        ("A", "Data", 2),
        ("B", "Mail", 1),
        ("C", "Total", 2),
    ]
    assert found.unmapped == ["Notas"]
    assert len(found.notes) == 1, "UTC is assumed"
    assert checked(GOOD, time_zone="America/Sao_Paulo").notes == []


def test_cells_that_cannot_be_read_are_counted_and_named_and_never_repeated() -> None:
    found = checked(GOOD + "25/06/2024;planted@b.example;planted;\nplanted;;1,00;\n")
    assert not found.is_fine
    assert (found.events, found.rejected) == (2, 2)
    total = found.columns[2]
    assert (dict(total.unreadable), total.examples, total.never_converts) == ({"number_unreadable": 1}, ["C5"], False)
    assert {(refusal.reason, refusal.field, refusal.rows) for refusal in found.refusals} == {
        ("number_unreadable", "custom_data.value", 1),
        ("event_time_unreadable", "event_time", 1),
    }
    assert "planted" not in repr(found)


def test_a_column_that_never_converts_stands_out_though_it_is_not_the_first_bad_one() -> None:
    text = "Data;Mail;Total\n" + "soon;a@b.example;much\n" * 5
    found = checked(text)
    assert [column.place for column in found.columns if column.never_converts] == ["A", "C"]
    assert found.columns[2].examples == ["C2", "C3", "C4"]
    assert found.refusals[0].rows == 5
    assert len(found.refusals[0].examples) == 3


def test_formats_that_only_this_file_shows_are_a_note_until_the_map_says_them() -> None:
    text = "Data;Mail;Total\n25/06/2024;;1.234\n05/06/2024;;10,00\n"
    notes = checked(text, time_zone="UTC").notes
    assert [note.partition(" ")[0] for note in notes] == ["A", "C"]
    declared = {**COLUMNS, "EVENT_TIME": {"column": "Data", "date_format": "%d/%m/%Y"}}
    assert checked(text, declared, decimal=",", time_zone="UTC").notes == []


def test_what_a_map_leaves_out_and_whole_orders_are_counted_by_rows() -> None:
    text = "Data;Mail;Total;Pedido;Status\n" + "".join(
        f"25/06/2024;a@b.example;{total};{order};{status}\n"
        for total, order, status in [("10,00", "1", "ok"), ("x", "1", "ok"), ("5,00", "2", "void"), ("7,00", "3", "ok")]
    )
    only = [{"column": "Status", "is": "ok"}]
    found = checked(text, {**COLUMNS, "ORDER_ID": "Pedido"}, only=only, orders={})
    assert (found.rows, found.events, found.rejected, found.dropped) == (4, 1, 2, 1)
    assert found.unmapped == []


def test_warnings_are_counted_and_a_file_that_breaks_off_says_so() -> None:
    columns = {**COLUMNS, "ORDER_ID": "Pedido", "CONTENT_ID": "Sku", "CONTENT_PRICE": "Preco"}
    text = "Data;Mail;Total;Pedido;Sku;Preco\n25/06/2024;a@b.example;10,00;1;a;4,00\n"
    assert dict(checked(text, columns, orders={}).warnings) == {"custom_data.value:order_total_differs": 1}
    found = checked(GOOD + '"' + "x" * 200_000)
    assert found.broken_off is not None
    assert not found.is_fine
    assert found.events == 2


def test_columns_that_are_read_by_their_own_name_are_checked_like_any_other() -> None:
    text = "Data;Mail;Total;Marketing Consent (yes/no)\n25/06/2024;;1,50;no\n25/06/2024;;1,50;yes\n"
    found = checked(text)
    assert found.is_fine
    assert [(column.place, column.field) for column in found.columns][-1] == ("D", "consent.consent")
