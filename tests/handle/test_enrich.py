from __future__ import annotations

import pytest

from handle import enrich
from handle.enrich import Enrichment
from omnicapi.messages import CustomerInformation, Event, Origin

FBP = "fb.1.1596403881668.1116446470"
COOKIE = "fb.1.1554763741205.AbC_d-1"
EVERYTHING = Enrichment(country_from_phone=True, country_from_currency=frozenset({"BRL"}))


def page(url: str | None, fbc: str | None = None) -> Event:
    return Event(
        event_id="1",
        event_name="PageView",
        event_time=1_790_000_000,
        channel="web",
        action_source="website",
        origin=Origin(),
        event_source_url=url,
        user_data=CustomerInformation(fbc=fbc),
    )


def test_the_browser_id_and_googles_id_become_external_ids() -> None:
    added: list[str] = []
    assert enrich.external_ids(FBP, "123.456", EVERYTHING, added) == [FBP, "123.456"]
    assert added == ["external_id from fbp", "external_id from ga_client_id"]


def test_the_browser_id_is_the_same_whoever_wrote_it() -> None:
    assert enrich.external_ids(f"{FBP}.AQIDAQMC", None, EVERYTHING, []) == [FBP]


def test_each_external_id_can_be_switched_off() -> None:
    none = Enrichment(external_id_from_fbp=False, external_id_from_ga_client_id=False)
    added: list[str] = []
    assert enrich.external_ids(FBP, "123.456", none, added) == []
    assert added == []


def test_a_click_in_the_pages_address_becomes_a_click_id_with_a_stable_time() -> None:
    added: list[str] = []
    event = page("https://shop.example.com/?a=1&fbclid=IwAR_x-Y")
    assert enrich.click_id(event, EVERYTHING, added) == "fb.1.1790000000000.IwAR_x-Y"
    assert enrich.click_id(event, EVERYTHING, []) == "fb.1.1790000000000.IwAR_x-Y"
    assert added == ["fbc from fbclid"]


@pytest.mark.parametrize("url", ["https://shop.example.com/?fbclid=AbC_d-1", "https://shop.example.com/", None])
def test_a_cookie_of_the_same_click_stays(url: str | None) -> None:
    added: list[str] = []
    assert enrich.click_id(page(url, COOKIE), EVERYTHING, added) == COOKIE
    assert added == []


def test_a_newer_click_replaces_the_cookie() -> None:
    event = page("https://shop.example.com/?fbclid=NeWeR", COOKIE)
    assert enrich.click_id(event, EVERYTHING, []) == "fb.1.1790000000000.NeWeR"
    assert enrich.click_id(event, Enrichment(fbc_from_fbclid=False), []) == COOKIE


@pytest.mark.parametrize(
    ("phone", "currency", "country"),
    [
        ("5511987654321", "EUR", "BR"),
        ("12462501234", None, "BB"),
        ("80012345678", "BRL", "BR"),
        (None, "BRL", "BR"),
        (None, "USD", None),
        ("1", None, None),
    ],
)
def test_a_phone_or_a_currency_tells_the_country(phone: str | None, currency: str | None, country: str | None) -> None:
    assert enrich.country(phone, currency, EVERYTHING, []) == country


def test_a_country_is_told_only_where_the_client_wants_it() -> None:
    assert enrich.country("5511987654321", "BRL", Enrichment(), []) is None
