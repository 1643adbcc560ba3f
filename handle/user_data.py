"""Customer information as Meta takes it: enriched, normalised, hashed (meta-capi.md §3).

What cannot be sent is left out and named in the warnings as ``user_data.FIELD:reason``; the event goes on.
"""

from __future__ import annotations

from collections import Counter
from functools import lru_cache
from typing import Any

import msgspec

from handle import enrich
from handle.customer import ip_address
from handle.customer.click_ids import fbc_ordinary, fbp_ordinary, judge_fbc, judge_fbp
from handle.customer.fields import FIELDS
from handle.customer.hashing import sha256_hex
from handle.customer.normaliser import normalise
from handle.customer.options import CustomerOptions
from handle.customer.places.country_codes import alpha2
from handle.customer.plain import user_agent_ordinary
from handle.datasets import Dataset
from handle.enrich import Enrichment
from handle.format.messaging import IDENTIFIERS, WEB_ONLY
from handle.format.money import currency_code
from handle.reader import FieldReader
from omnicapi.messages import CustomerInformation, Event
from omnicapi.server_event import UserData

_PLAIN = (
    "lead_id",
    "fb_login_id",
    "subscription_id",
    "anon_id",
    "madid",
    "page_id",
    "page_scoped_user_id",
    "ctwa_clid",
    "ig_account_id",
    "ig_sid",
    "instagram_business_account_id",
    "whatsapp_business_account_id",
)
_ADDRESS, _AGENT, _CLICK_ID, _BROWSER_ID = (
    FIELDS[name] for name in ("client_ip_address", "client_user_agent", "fbc", "fbp")
)


class Reading(msgspec.Struct, frozen=True):
    """How customer information is read: the project's choices, the same for every event."""

    options: CustomerOptions = CustomerOptions()
    enrichment: Enrichment = Enrichment()


def user_data(
    event: Event, defaults: Dataset, reading: Reading, now: int, warnings: list[str], added: Counter[str]
) -> UserData:
    """Return what is sent of the person of ``event`` to datasets with these ``defaults``.

    ``now`` is Unix seconds, UTC; ``added`` counts what enrichment added.
    """
    info, enrichment = event.user_data, reading.enrichment
    reader = FieldReader(_options(event, defaults, reading.options), info.google_hashed, now, warnings)
    made: dict[str, Any] = reader.hashes(info)
    in_thread = event.action_source == "business_messaging"
    if not in_thread:
        _add_web(made, event, reader, enrichment, added)
    if _has_plain(info):
        _add_plain(made, info, event.action_source, reader)
    if in_thread:
        _add_thread(made, event, defaults, warnings)
    _add_external_ids(made, info.ga_client_id, reader, enrichment, added)
    if not made.get("country") and (enrichment.country_from_phone or enrichment.country_from_currency):
        _add_country(made, event, defaults, reader.options, enrichment, added)
    return UserData(**made)


def _options(event: Event, defaults: Dataset, project: CustomerOptions) -> CustomerOptions:
    """Return the project's options in the nearest country that is one: the row's, its source's, its dataset's."""
    of_row, of_source = event.user_data.country, event.default_country
    country = (of_row and alpha2(of_row[0])) or (of_source and alpha2(of_source)) or defaults.country
    return _in_country(project, country or None, event.date_format)


@lru_cache(maxsize=4096)
def _in_country(project: CustomerOptions, country: str | None, date_format: str | None) -> CustomerOptions:
    options = project.in_country(country)
    return msgspec.structs.replace(options, date_format=date_format) if date_format else options


def _add_web(
    made: dict[str, Any], event: Event, reader: FieldReader, enrichment: Enrichment, added: Counter[str]
) -> None:
    """Add what the browser sends along; a value in its usual form is settled at once."""
    info, options, now = event.user_data, reader.options, reader.now
    if address := info.client_ip_address:
        if isinstance(address, list):
            made["client_ip_address"] = reader.best(_ADDRESS, address)
        else:
            made["client_ip_address"] = ip_address.ordinary(address, options) or reader.text(_ADDRESS, address)
    if agent := info.client_user_agent:
        made["client_user_agent"] = user_agent_ordinary(agent, options) or reader.text(_AGENT, agent)
    if fbp := info.fbp:
        text = fbp_ordinary(fbp, options)
        made["fbp"] = text if text is not None and judge_fbp(text, now) is None else reader.text(_BROWSER_ID, fbp)
    if fbc := enrich.click_id(event, now, enrichment, added):
        text = fbc_ordinary(fbc, options)
        made["fbc"] = text if text is not None and judge_fbc(text, now) is None else reader.text(_CLICK_ID, fbc)


def _has_plain(i: CustomerInformation) -> bool:
    """Ask for each field of :data:`_PLAIN` by its name: a loop takes five times as long."""
    return bool(
        i.lead_id
        or i.fb_login_id
        or i.subscription_id
        or i.anon_id
        or i.madid
        or i.page_id
        or i.page_scoped_user_id
        or i.ctwa_clid
        or i.ig_account_id
        or i.ig_sid
        or i.instagram_business_account_id
        or i.whatsapp_business_account_id
    )


def _add_plain(made: dict[str, Any], info: CustomerInformation, action_source: str, reader: FieldReader) -> None:
    for name in _PLAIN:
        value = getattr(info, name)
        if not value:
            continue
        if name == "anon_id" and action_source != "app":
            reader.warnings.append("user_data.anon_id:for_app_events_only")
            continue
        rule = FIELDS[name]
        text = reader.text(rule, value)
        if text is not None:
            made[name] = int(text) if rule.integer else text


def _add_thread(made: dict[str, Any], event: Event, defaults: Dataset, warnings: list[str]) -> None:
    """Name what a thread must not carry, and add the dataset's page or account where the event names none (§2.6)."""
    given = [name for name in WEB_ONLY if getattr(event.user_data, name)]
    warnings.extend(f"user_data.{name}:not_for_business_messaging" for name in given)
    for names in IDENTIFIERS.get(event.messaging_channel or "", ()):
        if not any(made.get(name) for name in names):
            known = {name: getattr(defaults, name, None) for name in names}
            name = next((name for name, account in known.items() if account), None)
            if name is not None:
                made[name] = known[name]


def _add_external_ids(
    made: dict[str, Any], ga_client_id: str | None, reader: FieldReader, enrichment: Enrichment, added: Counter[str]
) -> None:
    """Add to the person's own ids, which are sent as the client chose, the hashes of those that enrichment knows."""
    if (fbp := made.get("fbp")) is not None and (browser := enrich.browser_id(fbp, enrichment, added)):
        _add_external_id(made, sha256_hex(browser))
    if ga_client_id and (google := enrich.google_id(ga_client_id, enrichment, added)):
        for id_ in reader.always_hashed(FIELDS["external_id"], google):
            _add_external_id(made, id_)


def _add_external_id(made: dict[str, Any], id_: str) -> None:
    ids = made.setdefault("external_id", [])
    if id_ not in ids:
        ids.append(id_)


def _add_country(
    made: dict[str, Any],
    event: Event,
    defaults: Dataset,
    options: CustomerOptions,
    enrichment: Enrichment,
    added: Counter[str],
) -> None:
    phone = normalise("ph", event.user_data.ph[0], options).plain if event.user_data.ph else None
    currency = currency_code(event.custom_data.currency or defaults.currency or "")
    if country := enrich.country(phone, currency, enrichment, added):
        made["country"] = [sha256_hex(country.lower())]
