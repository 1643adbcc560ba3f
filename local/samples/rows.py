"""Rows of the sample files: good ones, and rows with one fault each."""

from __future__ import annotations

import hashlib
import uuid

from local.samples.customers import NOBODY, Customer, customer
from local.samples.layouts import Row
from local.samples.products import CURRENCY, purchase

USER_AGENT = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0"
DAY = 86_400

_MINUTE = 60


def store_row(
    index: int, now: int, *, who: Customer | None = None, event_time: str | int | None = None, currency: str = CURRENCY
) -> Row:
    """Return the row of one purchase in a shop, ``index`` minutes before ``now`` (Unix seconds)."""
    who, bought = who or customer(index), purchase(index)
    return (
        *("Purchase", event_time or now - index * _MINUTE, "physical_store", None),
        *(who.external_id, who.email, who.phone, who.first_name, who.last_name),
        *(who.birth_date, who.city, who.postcode, who.country, None),
        *(f"TILL{now % DAY:05}{index:04}", currency, str(bought.value), bought.product_id, bought.quantity, None),
    )


def web_row(
    index: int, now: int, *, event_time: str | int | None = None, currency: str = CURRENCY, ip: str | int | None = None
) -> Row:
    """Return the row of one purchase on the website, ``index`` minutes before ``now`` (Unix seconds)."""
    who, bought = customer(index), purchase(index)
    milliseconds = (now - DAY) * 1000 + index
    return (
        *("Purchase", event_time or now - index * _MINUTE, event_id("web", now, index)),
        *(f"https://shop.example.com/thanks/{index}", "website", None),
        *(who.external_id, who.email, who.phone, ip or f"123.123.123.{1 + index % 250}", USER_AGENT),
        *(f"fb.1.{milliseconds}.AbCdEfGhIj{index:04}", f"fb.1.{milliseconds}.{1_098_115_397 + index}", None),
        *(f"WEB{now % DAY:05}{index:04}", currency, str(bought.value), bought.product_id, bought.quantity),
        *("home_delivery", None),
    )


def faulty_store_rows(first: int, now: int) -> list[Row]:
    """Return rows that cannot become events: a date that is none, no currency, and nobody known."""
    return [
        store_row(first, now, event_time="31/02/2026 10:00"),
        store_row(first + 1, now, currency=""),
        store_row(first + 2, now, who=NOBODY),
    ]


def faulty_web_rows(first: int, now: int) -> list[Row]:
    """Return a row whose event is too old for a website (7 days), and one without currency."""
    return [web_row(first, now, event_time=now - 9 * DAY), web_row(first + 1, now, currency="")]


def event_id(channel: str, now: int, index: int) -> str:
    """Return an id as a source would give it: unique to the channel, the run and the event."""
    return str(uuid.UUID(bytes=hashlib.sha256(f"{channel}/{now}/{index}".encode()).digest()[:16], version=4))
