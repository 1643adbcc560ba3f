from __future__ import annotations

from collections import Counter

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
    added: Counter[str] = Counter()
    assert enrich.browser_id(FBP, EVERYTHING, added) == FBP
    assert enrich.google_id("123.456", EVERYTHING, added) == "123.456"
    assert added == {"external_id from fbp": 1, "external_id from ga_client_id": 1}


def test_the_browser_id_is_the_same_whoever_wrote_it() -> None:
    assert enrich.browser_id(f"{FBP}.AQIDAQMC", EVERYTHING, Counter()) == FBP


def test_each_external_id_can_be_switched_off() -> None:
    none = Enrichment(external_id_from_fbp=False, external_id_from_ga_client_id=False)
    added: Counter[str] = Counter()
    assert enrich.browser_id(FBP, none, added) is None
    assert enrich.google_id("123.456", none, added) is None
    assert not added


def test_a_click_in_the_pages_address_becomes_a_click_id_with_a_stable_time() -> None:
    added: Counter[str] = Counter()
    event = page("https://shop.example.com/?a=1&fbclid=IwAR_x-Y")
    assert enrich.click_id(event, EVERYTHING, added) == "fb.1.1790000000000.IwAR_x-Y"
    assert enrich.click_id(event, EVERYTHING, Counter()) == "fb.1.1790000000000.IwAR_x-Y"
    assert added == {"fbc from fbclid": 1}


@pytest.mark.parametrize("url", ["https://shop.example.com/?fbclid=AbC_d-1", "https://shop.example.com/", None])
def test_a_cookie_of_the_same_click_stays(url: str | None) -> None:
    added: Counter[str] = Counter()
    assert enrich.click_id(page(url, COOKIE), EVERYTHING, added) == COOKIE
    assert not added


def test_a_newer_click_replaces_the_cookie() -> None:
    event = page("https://shop.example.com/?fbclid=NeWeR", COOKIE)
    assert enrich.click_id(event, EVERYTHING, Counter()) == "fb.1.1790000000000.NeWeR"
    assert enrich.click_id(event, Enrichment(fbc_from_fbclid=False), Counter()) == COOKIE


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
    assert enrich.country(phone, currency, EVERYTHING, Counter()) == country


def test_a_country_is_told_only_where_the_client_wants_it() -> None:
    assert enrich.country("5511987654321", "BRL", Enrichment(), Counter()) is None
