"""One table of server events with what becomes of each, for handle's rules and for the Meta stand-in alike.

A case is one of the minimal valid payloads of meta-capi.md §12, with one thing changed. Every rule of §2.2, every
permanent error of §9.1 whose meaning is known, and every payload of §12 has a case that passes and one that is refused.
"""

from __future__ import annotations

import copy
import hashlib
from dataclasses import dataclass
from typing import Any

NOW = 1_790_000_000
"""The clock of every case, in Unix seconds."""

DAY = 86_400
ABSENT = object()
"""In a change: the key is taken out."""


def sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


EM = sha256("jane.doe@example.com")
PH = sha256("16505551212")
AGENT = (
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Safari/537.36"
)
FBC = f"fb.1.{(NOW - DAY) * 1000}.AbCdEfGhIjKlMnOpQrStUvWxYz1234567890"
FBP = f"fb.1.{(NOW - DAY) * 1000}.1116446470"
EXTINFO = ["i2", "com.some.app", "771", "Version 7.7.1", "13.4.1", "iPhone5,1", "en_US", "PDT", "AT&T"]
EXTINFO += ["320", "568", "2", "2", "13", "8", "USA/New York"]

WEB: dict[str, Any] = {
    "event_name": "Purchase",
    "event_time": NOW - 60,
    "event_id": "order-1001",
    "action_source": "website",
    "event_source_url": "https://shop.example.com/thanks",
    "user_data": {
        "em": [EM],
        "ph": [PH],
        "external_id": [sha256("m-0042")],
        "client_ip_address": "203.0.113.7",
        "client_user_agent": AGENT,
        "fbc": FBC,
        "fbp": FBP,
    },
    "custom_data": {
        "value": 142.52,
        "currency": "BRL",
        "order_id": "1001",
        "content_ids": ["sku-1", "sku-2"],
        "content_type": "product",
        "contents": [{"id": "sku-1", "quantity": 1, "item_price": 42.52}, {"id": "sku-2", "quantity": 2}],
    },
}
STORE: dict[str, Any] = {
    "event_name": "Purchase",
    "event_time": NOW - 30 * DAY,
    "event_id": "till-7-2002",
    "action_source": "physical_store",
    "user_data": {"ph": [PH], "fn": [sha256("jane")], "ln": [sha256("doe")], "zp": [sha256("94035")]},
    "custom_data": {
        "value": 220.0,
        "currency": "BRL",
        "order_id": "2002",
        "item_number": "1",
        "contents": [{"id": "sku-1", "quantity": 1, "delivery_category": "in_store"}],
        "store_data": {"store_page_id": "1234567890", "store_code": "0042"},
    },
}
CRM: dict[str, Any] = {
    "event_name": "qualified_lead",
    "event_time": NOW - DAY,
    "event_id": "lead-1-qualified",
    "action_source": "system_generated",
    "user_data": {"lead_id": 1234567890123456},
    "custom_data": {"event_source": "crm", "lead_event_source": "Acme CRM"},
}
APP: dict[str, Any] = {
    "event_name": "Purchase",
    "event_time": NOW - 60,
    "event_id": "app-3003",
    "action_source": "app",
    "user_data": {"madid": "38400000-8cf0-11bd-b23e-10b96e40000d", "anon_id": "12345340-1234-3456-1234-123456789012"},
    "custom_data": {"value": 9.99, "currency": "USD"},
    "app_data": {"advertiser_tracking_enabled": 1, "application_tracking_enabled": 1, "extinfo": EXTINFO},
}
WHATSAPP: dict[str, Any] = {
    "event_name": "Purchase",
    "event_time": NOW - 60,
    "event_id": "thread-4004",
    "action_source": "business_messaging",
    "messaging_channel": "whatsapp",
    "user_data": {
        "whatsapp_business_account_id": "102290129340398",
        "ctwa_clid": "ARAkLkA8rmlFeiCktEJQ-QTwRiyYHAFDLMNDBH0CD3qpjd",
    },
    "custom_data": {"value": 12.5, "currency": "BRL"},
}
MESSENGER = {
    **WHATSAPP,
    "messaging_channel": "messenger",
    "user_data": {"page_id": "1234", "page_scoped_user_id": "5678"},
}
INSTAGRAM = {
    **WHATSAPP,
    "messaging_channel": "instagram",
    "user_data": {"instagram_business_account_id": "1234", "ig_sid": "5678"},
}
APPEND: dict[str, Any] = {
    "event_name": "AppendValue",
    "event_time": NOW - 60,
    "event_id": "order-1001-margin",
    "action_source": "website",
    "event_source_url": "https://shop.example.com/thanks",
    "original_event_data": {"event_name": "Purchase", "event_time": NOW - DAY, "order_id": "1001"},
    "user_data": {"em": [EM], "client_user_agent": AGENT},
    "custom_data": {"net_revenue": 20.5},
}
LIMITED = {
    **WEB,
    "data_processing_options": ["LDU"],
    "data_processing_options_country": 1,
    "data_processing_options_state": 1000,
}
PLAIN: dict[str, Any] = {
    "event_name": "Contact",
    "event_time": NOW - 60,
    "event_id": "c-1",
    "action_source": "other",
    "user_data": {"em": [EM]},
}


@dataclass(frozen=True)
class Case:
    """A server event as JSON, and what must become of it: accepted, or refused for ``reason`` at ``field``.

    ``subcode`` is Meta's answer; ``None`` for a refused case means that only handle refuses it.
    """

    name: str
    event: dict[str, Any]
    reason: str | None = None
    field: str | None = None
    subcode: int | None = None


def changed(base: dict[str, Any], changes: dict[str, Any]) -> dict[str, Any]:
    """Return ``base`` with some dotted keys set, or taken out where they are ``ABSENT``."""
    event = copy.deepcopy(base)
    for path, value in changes.items():
        *parents, last = path.split(".")
        place = event
        for key in parents:
            place = place.setdefault(key, {})
        if value is ABSENT:
            place.pop(last, None)
        else:
            place[last] = value
    return event


def accepted(name: str, base: dict[str, Any], **changes: Any) -> Case:
    return Case(name, changed(base, {key.replace("__", "."): value for key, value in changes.items()}))


def refused(name: str, reason: str, field: str, subcode: int | None, base: dict[str, Any], **changes: Any) -> Case:
    event = changed(base, {key.replace("__", "."): value for key, value in changes.items()})
    return Case(name, event, reason, field, subcode)


ACCEPTED = (
    accepted("a web purchase", WEB),
    accepted("a store purchase of a month ago", STORE),
    accepted("a stage of the CRM", CRM),
    accepted("an app purchase", APP),
    accepted("a WhatsApp purchase", WHATSAPP),
    accepted("a WhatsApp purchase of a page", WHATSAPP, user_data={"page_id": "1234", "ctwa_clid": "ARAkLkA8rmlF"}),
    accepted("a Messenger purchase", MESSENGER),
    accepted("an Instagram purchase", INSTAGRAM),
    accepted("an Instagram purchase by its older key", INSTAGRAM, user_data={"ig_account_id": "1", "ig_sid": "2"}),
    accepted("a value that came later", APPEND),
    accepted("a predicted value that came later", APPEND, custom_data={"predicted_ltv": 300}),
    accepted("Limited Data Use in California", LIMITED),
    accepted("Limited Data Use where Meta finds the place", LIMITED, data_processing_options_country=0,
             data_processing_options_state=0),
    accepted("Limited Data Use stated to be off", WEB, data_processing_options=[]),
    accepted("a purchase for nothing", WEB, custom_data__value=0),
    accepted("a page view without custom data", WEB, event_name="PageView", custom_data=ABSENT),
    accepted("a custom event with a property of its own", WEB, event_name="Fitted", custom_data={"shade": "teal"}),
    accepted("a web event of six days ago", WEB, event_time=NOW - 6 * DAY),
    accepted("a store event of sixty-one days ago", STORE, event_time=NOW - 61 * DAY),
    *(accepted(f"a contact by {source}", PLAIN, action_source=source)
      for source in ("email", "phone_call", "chat", "physical_store", "system_generated", "other")),
    accepted("a hash with the appendix of Meta's builder", PLAIN, user_data={"em": [f"{EM}.AQQCAQIB"]}),
    accepted("a hash with the older appendix", PLAIN, user_data={"em": [f"{EM}.AQ"]}),
    accepted("a raw external id", PLAIN, user_data={"external_id": ["m-0042"]}),
    accepted("first and last name", PLAIN, user_data={"fn": [sha256("jane")], "ln": [sha256("doe")]}),
    accepted("birth date and ZIP", PLAIN, user_data={"db": [sha256("19900101")], "zp": [sha256("94035")]}),
    accepted("an IPv6 address alone", PLAIN, user_data={"client_ip_address": "2001:db8::1"}),
    accepted("an address with the builder's appendix", PLAIN, user_data={"client_ip_address": "203.0.113.7.AQQAAQIB"}),
    accepted("a browser id alone", PLAIN, user_data={"fbp": FBP}),
    accepted("a click id with the builder's appendix", PLAIN, user_data={"fbc": f"{FBC}.AQIDAQMC"}),
    accepted("attribution only", WEB, opt_out=True),
)  # fmt: skip

EVENT = (
    refused("no event name", "event_name_missing", "event_name", 2804019, PLAIN, event_name=""),
    refused("no action source", "action_source_unknown", "action_source", 2804019, PLAIN, action_source=ABSENT),
    refused("an invented action source", "action_source_unknown", "action_source", 2804019, PLAIN, action_source="web"),
    refused("no event id", "event_id_missing", "event_id", None, PLAIN, event_id=""),
    refused("an address as event id", "personal_data_in_id", "event_id", None, PLAIN, event_id="jane@example.com-1"),
    refused("an address as event name", "personal_data_in_id", "event_name", None, PLAIN, event_name="a@example.com"),
    refused("a web event without its page", "event_source_url_missing", "event_source_url", 2804019, WEB,
            event_source_url=ABSENT),
    refused("a page without its scheme", "event_source_url_invalid", "event_source_url", 2804019, WEB,
            event_source_url="shop.example.com/thanks"),
    refused("a page without its host", "event_source_url_invalid", "event_source_url", 2804019, WEB,
            event_source_url="https://"),
    refused("a page that is a template", "event_source_url_invalid", "event_source_url", 2804019, WEB,
            event_source_url="https://<your-domain.com>/thanks"),
    refused("a value added to nothing", "original_event_missing", "original_event_data", 2804019, APPEND,
            original_event_data=ABSENT),
    refused("nothing added", "appended_value_missing", "custom_data.net_revenue", 2804019, APPEND, custom_data={}),
    refused("an attribution", "append_attribution_unsupported", "event_name", 2804019, PLAIN,
            event_name="AppendAttribution"),
    refused("a web event of eight days ago", "event_time_too_old", "event_time", 2804003, WEB,
            event_time=NOW - 8 * DAY),
    refused("a store event of sixty-three days ago", "event_time_too_old", "event_time", 2804003, STORE,
            event_time=NOW - 63 * DAY),
    refused("an event of tomorrow", "event_time_in_future", "event_time", 2804003, WEB, event_time=NOW + DAY),
    refused("milliseconds", "event_time_not_seconds", "event_time", 2804003, WEB, event_time=NOW * 1000),
)  # fmt: skip

MESSAGING = (
    *(refused(f"{key} in a thread", "not_for_business_messaging", f"user_data.{key}", 2804064, WHATSAPP,
              **{f"user_data__{key}": value})
      for key, value in (("client_ip_address", "203.0.113.7"), ("client_user_agent", AGENT), ("fbc", FBC),
                         ("fbp", FBP))),
    refused("a page in a thread", "not_for_business_messaging", "event_source_url", 2804064, WHATSAPP,
            event_source_url="https://shop.example.com/"),
    refused("a thread without its channel", "messaging_channel_unknown", "messaging_channel", 2804019, WHATSAPP,
            messaging_channel=ABSENT),
    refused("a thread in an unknown app", "messaging_channel_unknown", "messaging_channel", 2804019, WHATSAPP,
            messaging_channel="telegram"),
    refused("WhatsApp without the click", "messaging_id_missing", "user_data.ctwa_clid", 2804019, WHATSAPP,
            user_data={"whatsapp_business_account_id": "1", "ph": [PH]}),
    refused("WhatsApp without the account", "messaging_id_missing", "user_data.whatsapp_business_account_id", 2804019,
            WHATSAPP, user_data={"ctwa_clid": "ARAkLkA8rmlF"}),
    refused("Messenger without the person", "messaging_id_missing", "user_data.page_scoped_user_id", 2804019,
            MESSENGER, user_data={"page_id": "1234"}),
    refused("Messenger without the page", "messaging_id_missing", "user_data.page_id", 2804019, MESSENGER,
            user_data={"page_scoped_user_id": "5678"}),
    refused("Instagram without the person", "messaging_id_missing", "user_data.ig_sid", 2804019, INSTAGRAM,
            user_data={"instagram_business_account_id": "1234"}),
    refused("Lead in a thread", "messaging_event_unsupported", "event_name", 2804019, WHATSAPP, event_name="Lead"),
)  # fmt: skip

CUSTOMER = (
    refused("nobody", "no_identifier", "user_data", 2804014, PLAIN, user_data={}),
    refused("a browser and nobody", "no_identifier", "user_data", 2804014, PLAIN,
            user_data={"client_user_agent": AGENT}),
    *(refused(f"only {', '.join(names)}", "identifiers_insufficient", "user_data", 2804050, PLAIN,
              user_data={name: [sha256(name)] for name in names})
      for names in (("fn",), ("ln", "ge"), ("fn", "ge"), ("db",), ("ct", "st", "zp", "country", "ge"), ("country",))),
    refused("a birth date and a browser", "identifiers_insufficient", "user_data", 2804050, PLAIN,
            user_data={"db": [sha256("19900101")], "client_user_agent": AGENT}),
    refused("a web event without its browser", "client_user_agent_missing", "user_data.client_user_agent", 2804019, WEB,
            user_data__client_user_agent=ABSENT),
    refused("an address in the clear", "personal_data_in_clear", "user_data.em", 2804017, PLAIN,
            user_data={"em": ["jane.doe@example.com"]}),
    refused("a phone in the clear", "personal_data_in_clear", "user_data.ph", 2804017, PLAIN,
            user_data={"ph": ["+1 650 555 1212"]}),
    refused("a name in the clear", "not_hashed", "user_data.fn", 2804016, PLAIN,
            user_data={"em": [EM], "fn": ["jane"]}),
    refused("a hash in capitals", "not_hashed", "user_data.em", 2804016, PLAIN, user_data={"em": [EM.upper()]}),
    refused("MD5", "not_hashed", "user_data.em", 2804016, PLAIN,
            user_data={"em": [hashlib.md5(b"jane.doe@example.com").hexdigest()]}),
    *(refused(f"the hash of {word or 'nothing'}", "hash_of_nothing", "user_data.em", 2804016, PLAIN,
              user_data={"em": [sha256(word)]}) for word in ("", "null", "undefined", "nan")),
    refused("a hashed browser", "hashed_where_plain_wanted", "user_data.client_user_agent", 2804019, PLAIN,
            user_data={"em": [EM], "client_user_agent": sha256(AGENT)}),
    refused("a click id in seconds", "fbc_invalid", "user_data.fbc", 2804001, PLAIN,
            user_data={"fbc": f"fb.1.{NOW - DAY}.AbCdEfGhIj"}),
    refused("a click of a hundred days ago", "fbc_invalid", "user_data.fbc", 2804001, PLAIN,
            user_data={"fbc": f"fb.1.{(NOW - 100 * DAY) * 1000}.AbCdEfGhIj"}),
    refused("a click id without its form", "fbc_invalid", "user_data.fbc", 2804001, PLAIN,
            user_data={"fbc": "AbCdEfGhIj"}),
    refused("a browser id without its form", "fbp_invalid", "user_data.fbp", 2804019, PLAIN,
            user_data={"fbp": "1116446470"}),
    refused("Meta's own sample address", "client_ip_address_invalid", "user_data.client_ip_address", 2804019, PLAIN,
            user_data={"client_ip_address": "256.256.256.256"}),
    refused("a list of addresses", "client_ip_address_invalid", "user_data.client_ip_address", 2804019, PLAIN,
            user_data={"client_ip_address": "203.0.113.7, 10.0.0.1"}),
    refused("a lead id cut short", "lead_id_invalid", "user_data.lead_id", 2804019, CRM, user_data={"lead_id": 12345}),
    refused("a device that denied tracking", "madid_invalid", "user_data.madid", 2804019, APP,
            user_data__madid="00000000-0000-0000-0000-000000000000"),
    refused("an install id outside the app", "anon_id_not_app", "user_data.anon_id", 2804019, PLAIN,
            user_data={"em": [EM], "anon_id": "12345340-1234-3456-1234-123456789012"}),
)  # fmt: skip

CUSTOM_DATA = (
    refused("a purchase without currency", "currency_missing", "custom_data.currency", 2804010, WEB,
            custom_data__currency=ABSENT),
    refused("a purchase without value", "value_missing", "custom_data.value", 2804009, WEB, custom_data__value=ABSENT),
    refused("a store purchase without currency", "currency_missing", "custom_data.currency", 2804010, STORE,
            custom_data__currency=ABSENT),
    refused("a WhatsApp purchase without value", "value_missing", "custom_data.value", 2804009, WHATSAPP,
            custom_data__value=ABSENT),
    refused("a value with its symbol", "value_not_a_number", "custom_data.value", 2804019, WEB,
            custom_data__value="R$ 142,52"),
    refused("a refund", "value_negative", "custom_data.value", 2804019, WEB, custom_data__value=-1),
    refused("an invented currency", "currency_unknown", "custom_data.currency", 2804019, WEB,
            custom_data__currency="REAIS"),
    refused("an invented content type", "choice_unknown", "custom_data.content_type", 2804019, WEB,
            custom_data__content_type="sku"),
    refused("an invented way of delivery", "choice_unknown", "custom_data.delivery_category", 2804019, WEB,
            custom_data__delivery_category="drone"),
    refused("an invented customer segment", "choice_unknown", "custom_data.customer_segmentation", 2804019, WEB,
            custom_data__customer_segmentation="vip"),
    refused("a stage without the name of its CRM", "crm_name_missing", "custom_data.lead_event_source", 2804019, CRM,
            custom_data={"event_source": "crm"}),
    refused("a stage of the CRM as a chat", "crm_not_system_generated", "action_source", 2804019, CRM,
            action_source="chat"),
    refused("a product without id", "content_incomplete", "custom_data.contents[0].id", 2804019, WEB,
            custom_data__contents=[{"quantity": 1}]),
    refused("a product without quantity", "content_incomplete", "custom_data.contents[0].quantity", 2804019, WEB,
            custom_data__contents=[{"id": "sku-1"}]),
    refused("a product delivered in an invented way", "delivery_category_unknown",
            "custom_data.contents[0].delivery_category", 2804019, WEB,
            custom_data__contents=[{"id": "sku-1", "quantity": 1, "delivery_category": "drone"}]),
)  # fmt: skip

APP_DATA = (
    refused("an app event without its permission", "tracking_permission_missing",
            "app_data.advertiser_tracking_enabled", 2804019, APP, app_data__advertiser_tracking_enabled=ABSENT),
    refused("a permission that is neither", "tracking_permission_invalid", "app_data.advertiser_tracking_enabled",
            2804019, APP, app_data__advertiser_tracking_enabled=2),
    refused("an app event without its device", "extinfo_missing", "app_data.extinfo", 2804019, APP,
            app_data__extinfo=ABSENT),
    refused("extinfo of 18 slots", "extinfo_not_16", "app_data.extinfo", 2804019, APP,
            app_data__extinfo=[*EXTINFO, "", ""]),
    refused("extinfo without the system", "extinfo_incomplete", "app_data.extinfo[0]", 2804019, APP,
            app_data__extinfo=["", *EXTINFO[1:]]),
    refused("extinfo without the version", "extinfo_incomplete", "app_data.extinfo[4]", 2804019, APP,
            app_data__extinfo=[*EXTINFO[:4], "", *EXTINFO[5:]]),
    refused("a device id in app_data", "app_data_key_unknown", "app_data", 2804019, APP,
            app_data__madid="38400000-8cf0-11bd-b23e-10b96e40000d"),
)  # fmt: skip

LIMITED_DATA_USE = (
    refused("an invented option", "limited_data_use_option_unknown", "data_processing_options", 2804019, LIMITED,
            data_processing_options=["GDPR"]),
    refused("Limited Data Use without a country", "limited_data_use_country_invalid",
            "data_processing_options_country", 2804019, LIMITED, data_processing_options_country=ABSENT),
    refused("Limited Data Use in an unknown country", "limited_data_use_country_invalid",
            "data_processing_options_country", 2804019, LIMITED, data_processing_options_country=55),
    refused("Limited Data Use without a state", "limited_data_use_state_invalid", "data_processing_options_state",
            2804019, LIMITED, data_processing_options_state=ABSENT),
    refused("Limited Data Use in an unknown state", "limited_data_use_state_invalid", "data_processing_options_state",
            2804019, LIMITED, data_processing_options_state=2000),
    refused("Limited Data Use with nowhere to look", "limited_data_use_without_place", "data_processing_options_state",
            2804019, LIMITED, data_processing_options_country=0, data_processing_options_state=0,
            user_data__client_ip_address=ABSENT),
)  # fmt: skip

CASES: tuple[Case, ...] = (*ACCEPTED, *EVENT, *MESSAGING, *CUSTOMER, *CUSTOM_DATA, *APP_DATA, *LIMITED_DATA_USE)
"""The whole table."""
