"""Every name by which a source can call a field of an event: the message structs' own, and the others in use."""

from __future__ import annotations

from functools import cache

import msgspec

from omnicapi.messages import Content, CustomData, CustomerInformation, Event, OriginalEvent

GROUPS = ("user_data", "custom_data", "original_event_data", "limited_data_use")
"""Members of an event that hold fields of their own."""

HASHED = ("em", "ph", "fn", "ln", "ge", "db", "ct", "st", "zp", "country")
"""Fields of ``user_data`` that Meta takes only as SHA-256 (meta-capi.md §3.1); of external_id the client chooses."""

STORE_DATA = ("store_code", "store_page_id", "brand_page_id")
"""What ``custom_data.store_data`` holds (meta-capi.md §4.1)."""

DATA_PROCESSING = {
    "options": "data_processing_options",
    "country": "data_processing_options_country",
    "state": "data_processing_options_state",
}
"""Members of :class:`~omnicapi.messages.LimitedDataUse` to Meta's names (meta-capi.md §7.1)."""

ALIASES: dict[str, tuple[str, ...]] = {
    "event_source_url": ("source_url", "page_url"),
    "referrer_url": ("referrer",),
    "dataset": ("dataset_id", "data_set_id", "pixel_id"),
    "user_data.em": ("email", "email_address"),
    "user_data.ph": ("phone", "phone_number"),
    "user_data.fn": ("first_name",),
    "user_data.ln": ("last_name", "surname"),
    "user_data.ge": ("gender",),
    "user_data.db": ("date_of_birth", "dob", "birthday"),
    "user_data.ct": ("city",),
    "user_data.st": ("state",),
    "user_data.zp": ("zip", "zip_code", "postal_code", "postcode"),
    "user_data.country": ("country_code",),
    "user_data.client_ip_address": ("ip_address",),
    "user_data.client_user_agent": ("user_agent",),
    "custom_data.search_string": ("search_term",),
    "contents[0].id": ("content_id", "product_id", "item_id", "sku"),
    "contents[0].quantity": ("content_quantity", "quantity"),
    "contents[0].item_price": ("content_price", "item_price", "unit_price"),
    "contents[0].delivery_category": ("content_delivery", "content_delivery_category"),
    "contents[0].title": ("content_title",),
    "contents[0].description": ("content_description",),
    "contents[0].brand": ("content_brand", "brand"),
    "contents[0].category": ("content_product_category",),
    "original_event_data.event_name": ("original_event_name",),
    "original_event_data.event_time": ("original_event_time",),
    "original_event_data.order_id": ("original_order_id",),
    "original_event_data.event_id": ("original_event_id",),
}
"""Other names in use: the reference sample's (``EMAIL``, ``CONTENT_DELIVERY``), Meta's own slips (``zip``, ``email``,
meta-capi.md §11 row 1) and those of its Dataflow row (``data_set_id``)."""


@cache
def field_names() -> frozenset[str]:
    """Return the names under which a value at the top of an event is a field of it, or holds some."""
    members = {member.name for struct in (Event, CustomerInformation, CustomData) for member in _members(struct)}
    paths = {f"original_event_data.{member.name}" for member in _members(OriginalEvent)}
    paths |= {f"contents[0].{member.name}" for member in _members(Content)}
    aliases = {alias for others in ALIASES.values() for alias in others}
    return frozenset({*members, *paths, *aliases, *STORE_DATA, *DATA_PROCESSING.values()} - {"consent"})


def _members(struct: type[msgspec.Struct]) -> tuple[msgspec.structs.FieldInfo, ...]:
    return msgspec.structs.fields(struct)
