"""What handle remembers is about sources, places and rules, never about people."""

from __future__ import annotations

import gc

import msgspec

from handle.customer.options import CustomerOptions
from handle.datasets import only_dataset
from handle.enrich import Enrichment
from handle.step import Setup, handle
from handle.user_data import Reading
from omnicapi.messages import CustomData, CustomerInformation, Event
from tests.cases.server_events import NOW
from tests.handle.events import WEB

EVERYTHING_ON = Enrichment(country_from_phone=True, country_from_currency=frozenset({"BRL"}))
SETUP = Setup(only_dataset("42"), reading=Reading(CustomerOptions(city_form="both"), EVERYTHING_ON))


def remembered() -> dict[str, int]:
    """Count what every cache of the room holds."""
    caches = [thing for thing in gc.get_objects() if hasattr(type(thing), "cache_info")]
    ours = [cache for cache in caches if str(getattr(cache, "__module__", "")).startswith("handle.")]
    return {cache.__qualname__: cache.cache_info().currsize for cache in ours}


def somebody(number: int) -> Event:
    """Make an event of a person whose values come in every way: at once to be settled, step by step, and refused."""
    digits = f"{number:04}"
    name = "".join(chr(ord("a") + int(digit)) for digit in digits)
    person = CustomerInformation(
        em=[f"{name}@example.com", f"{name} (home) <{name}@example.com>"],
        ph=[f"+1 650 555 {digits}", f"+1 (650) 555 {digits} ext. 4", f"011 {digits}"],
        fn=[name, f"Жан{name}", f"{name}@x"],
        ln=[f"d'{name}"],
        ge=[name],
        db=[f"1990-12-{1 + number % 28:02}", f"{1 + number % 28}.12.1990", digits],
        ct=[name],
        st=[name],
        zp=[f"9{digits}", digits],
        country=["US", f"{name}land"],
        external_id=[f"M-{digits}", f"M {digits}"],
        client_ip_address=f"10.0.0.1, 198.51.100.{number % 256}",
        client_user_agent=f"Opera/{digits} {{x}}",
        fbp=f"fb.1.{NOW - 9}000.{digits}",
        lead_id=f"12345678901{digits}",
        ga_client_id=f"{digits}.{digits}",
        google_hashed=["em", "ph"],
    )
    order = CustomData(order_id=digits, currency=f"{name} reais", properties={"brand": name, name: name})
    return msgspec.structs.replace(WEB, event_id=digits, user_data=person, custom_data=order)


def test_a_second_person_leaves_nothing_behind() -> None:
    handle([somebody(17)], SETUP, NOW)
    before = remembered()
    handle([somebody(number) for number in range(20, 40)], SETUP, NOW)
    assert remembered() == before
    assert before
