"""Each preset, with a file as the program exports it: what must come out."""

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from ingest.maps import presets
from ingest.maps.field_map import parse
from ingest.rows.conversion import events
from omnicapi.messages import Event, Origin, Outcome

SAMPLES = Path(__file__).parents[1] / "presets"


def read(name: str, **entries: str) -> list[Event | Outcome]:
    said = "".join(f', "{entry}": {value}' for entry, value in entries.items())
    map_ = parse("shop", f'{{"preset": "{name}"{said}}}'.encode())
    with (SAMPLES / f"{name}.csv").open("rb") as stream:
        return list(events(stream, map_, Origin(object=f"{name}.csv"), 0))


def sent(found: list[Event | Outcome]) -> Iterator[dict[str, Any]]:
    """What is most likely to go wrong in each event."""
    for event in found:
        if isinstance(event, Event):
            custom = event.custom_data
            yield {
                "rows": event.origin.rows or event.origin.row,
                "name": event.event_name,
                "time": event.event_time,
                "order": custom.order_id,
                "value": custom.value,
                "currency": custom.currency,
                "products": [(one.id, one.quantity) for one in custom.contents],
                "warnings": event.warnings,
            }


def dropped(found: list[Event | Outcome]) -> list[tuple[int | None, str | None]]:
    return [(one.origin.row, one.reason) for one in found if isinstance(one, Outcome)]


def event(rows: object, name: str, time: int, **said: Any) -> dict[str, Any]:
    nothing: dict[str, Any] = {"order": None, "value": None, "currency": None, "products": [], "warnings": []}
    return {"rows": rows, "name": name, "time": time, **nothing, **said}


def test_there_is_a_sample_of_each_preset() -> None:
    assert sorted(file.stem for file in SAMPLES.glob("*.csv")) == presets.names()


def test_shopify() -> None:
    found = read("shopify-orders")
    assert list(sent(found)) == [
        event(
            (2, 3),
            "Purchase",
            1720440835,
            order="#1042",
            value=Decimal("209.70"),
            currency="BRL",
            products=[("CAM-LIN-M-AZ", 2), ("BON-PRA", 1)],
        ),
        event(5, "Purchase", 1720449000, order="#1044", value=Decimal(60), currency="EUR", products=[("SAV-1", 3)]),
    ]
    assert dropped(found) == [(4, "row_not_wanted")]
    first, _, last = found
    assert isinstance(first, Event)
    assert isinstance(last, Event)
    assert (first.user_data.fn, first.user_data.ln) == (["Ana"], ["Clara de Souza"])
    assert last.user_data.ph == ["+33 1 53 09 82 82"]


def test_woocommerce() -> None:
    found = read("woocommerce-orders", time_zone='"Europe/Madrid"')
    assert list(sent(found)) == [
        event(
            (2, 3),
            "Purchase",
            1720450047,
            order="811",
            value=Decimal("64.80"),
            currency="EUR",
            products=[("ACE-1", 2), ("QUE-7", 1)],
        )
    ]
    assert dropped(found) == [(4, "row_not_wanted")]


def test_a_google_sheet_of_the_template() -> None:
    found = read("google-sheets")
    assert list(sent(found)) == [
        event(2, "Purchase", 1720457247, order="A-1", value=Decimal(220), currency="BRL", products=[("sku1", 2)]),
        event(3, "Lead", 1721898300),
    ]


def test_sap() -> None:
    found = read("sap-billing", time_zone='"Europe/Berlin"')
    assert list(sent(found)) == [
        event(
            (2, 3),
            "Purchase",
            1720389600,
            order="90012345",
            value=Decimal(1300),
            currency="EUR",
            products=[("000000000000012345", 1000), ("000000000000012346", 2)],
        ),
    ]
    assert dropped(found) == [(4, "order_without_value")]  # a credit memo
    assert isinstance(found[0], Event)
    assert (found[0].user_data.ln, found[0].user_data.ct) == (["Müller"], ["Köln"])


def test_amazon() -> None:
    found = read("amazon-orders")
    assert list(sent(found)) == [
        event(
            (2, 3),
            "Purchase",
            1795860000,
            order="111-1",
            value=Decimal(40),
            currency="USD",
            products=[("SKU1", 1), ("SKU1", 1)],
        )
    ]
    assert dropped(found) == [(4, "row_not_wanted"), (5, "order_without_value")]


def test_hubspot() -> None:
    found = read("hubspot-contacts", time_zone='"Europe/Rome"')
    assert list(sent(found)) == [event(2, "Lead", 1720423800), event(3, "Lead", 1720540920)]
    assert isinstance(found[0], Event)
    assert found[0].user_data.ph == ["+39 06 6982", "+39 333 1234567"]
    assert (found[0].event_id, found[0].custom_data.lead_event_source) == ("151", "HubSpot")


def test_salesforce_leads() -> None:
    found = read("salesforce-leads", time_zone='"America/Los_Angeles"')
    assert list(sent(found)) == [event(2, "Qualified", 1721890800), event(3, "Contacted", 1720422000)]


def test_salesforce_opportunities() -> None:
    found = read("salesforce-opportunities")
    assert list(sent(found)) == [
        event(2, "Purchase", 1721865600, order="0065f00000XyZ1", value=Decimal(12500), currency="USD")
    ]
    assert dropped(found) == [(3, "row_not_wanted")]


@pytest.mark.parametrize("name", presets.names())
def test_no_sample_has_a_row_that_is_refused(name: str) -> None:
    assert {one.verdict for one in read(name) if isinstance(one, Outcome)} <= {"dropped"}
