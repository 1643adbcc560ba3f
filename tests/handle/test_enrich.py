from __future__ import annotations

from collections import Counter

import pytest

from handle import enrich
from handle.enrich import Enrichment
from omnicapi.messages import CustomerInformation, Event, Origin

NOW = 1_790_000_000
FBP = "fb.1.1596403881668.1116446470"
COOKIE = "fb.1.1554763741205.AbC_d-1"
EVERYTHING = Enrichment(country_from_phone=True, country_from_currency=frozenset({"BRL"}))


def page(url: str | None, fbc: str | None = None, referrer: str | None = None) -> Event:
    return Event(
        event_id="1",
        event_name="PageView",
        event_time=NOW,
        channel="web",
        action_source="website",
        origin=Origin(),
        event_source_url=url,
        referrer_url=referrer,
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
    assert enrich.click_id(event, NOW, EVERYTHING, added) == "fb.1.1790000000000.IwAR_x-Y"
    assert enrich.click_id(event, NOW, EVERYTHING, Counter()) == "fb.1.1790000000000.IwAR_x-Y"
    assert added == {"fbc from fbclid": 1}


@pytest.mark.parametrize("url", ["https://shop.example.com/?fbclid=AbC_d-1", "https://shop.example.com/", None])
def test_a_cookie_of_the_same_click_stays(url: str | None) -> None:
    added: Counter[str] = Counter()
    assert enrich.click_id(page(url, COOKIE), NOW, EVERYTHING, added) == COOKIE
    assert not added


def test_a_newer_click_replaces_the_cookie() -> None:
    event = page("https://shop.example.com/?fbclid=NeWeR", COOKIE)
    assert enrich.click_id(event, NOW, EVERYTHING, Counter()) == "fb.1.1790000000000.NeWeR"
    assert enrich.click_id(event, NOW, Enrichment(fbc_from_fbclid=False), Counter()) == COOKIE


def test_the_page_before_may_have_the_click_where_nothing_else_says_it() -> None:
    landing, shop = "https://shop.example.com/?fbclid=LaNd", "https://shop.example.com/cart"
    added: Counter[str] = Counter()
    assert enrich.click_id(page(shop, None, landing), NOW, EVERYTHING, added) == "fb.1.1790000000000.LaNd"
    assert enrich.click_id(page(None, None, landing), NOW, EVERYTHING, added) == "fb.1.1790000000000.LaNd"
    assert added == {"fbc from fbclid": 2}
    assert enrich.click_id(page(f"{shop}?fbclid=PaGe", None, landing), NOW, EVERYTHING, added) == (
        "fb.1.1790000000000.PaGe"
    )
    assert enrich.click_id(page(shop, COOKIE, landing), NOW, EVERYTHING, added) == COOKIE
    assert enrich.click_id(page(shop, None, shop), NOW, EVERYTHING, added) is None


def test_a_click_is_not_from_the_future_though_the_clock_of_its_event_is_ahead() -> None:
    event = page("https://shop.example.com/?fbclid=AbC")
    assert enrich.click_id(event, NOW - 200, EVERYTHING, Counter()) == f"fb.1.{NOW - 200}000.AbC"


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
