"""Customer information as Meta takes it: enriched, normalised, hashed (meta-capi.md §3).

What cannot be sent is left out and named in the warnings as ``user_data.FIELD:reason``; the event goes on.
"""

from __future__ import annotations

from collections import Counter
from functools import lru_cache
from operator import attrgetter
from typing import Any

import msgspec

from handle import enrich
from handle.customer.country_codes import alpha2
from handle.customer.fields import FIELDS
from handle.customer.hashing import sha256_hex
from handle.customer.normaliser import normalise
from handle.customer.options import Options
from handle.datasets import Dataset
from handle.enrich import Enrichment
from handle.format.messaging import IDENTIFIERS, WEB_ONLY
from handle.format.money import currency_code
from handle.reader import Reader
from omnicapi.messages import Event
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
_plain_values = attrgetter(*_PLAIN)


class Reading(msgspec.Struct, frozen=True):
    """How customer information is read: the project's choices, the same for every event."""

    options: Options = Options()
    enrichment: Enrichment = Enrichment()


def user_data(
    event: Event, defaults: Dataset, reading: Reading, now: int, warnings: list[str], added: Counter[str]
) -> UserData:
    """Return what is sent of the person of ``event`` to datasets with these ``defaults``.

    ``now`` is Unix seconds, UTC; ``added`` counts what enrichment added.
    """
    info, enrichment = event.user_data, reading.enrichment
    reader = Reader(_options(event, defaults, reading.options), info.google_hashed, now, warnings)
    hashed: dict[str, Any] = reader.hashes(info)
    user = UserData(**hashed)
    in_thread = event.action_source == "business_messaging"
    if not in_thread:
        _add_web(user, event, reader, enrichment, added)
    plain = _plain_values(info)
    if any(plain):
        _add_plain(user, plain, event.action_source, reader)
    if in_thread:
        _add_thread(user, event, defaults, warnings)
    _add_external_ids(user, info.ga_client_id, reader, enrichment, added)
    if not user.country and (enrichment.country_from_phone or enrichment.country_from_currency):
        _add_country(user, event, defaults, reader.options, enrichment, added)
    return user


def _options(event: Event, defaults: Dataset, project: Options) -> Options:
    """Return the project's options in the nearest country that is one: the row's, its source's, its dataset's."""
    of_row, of_source = event.user_data.country, event.default_country
    country = (of_row and alpha2(of_row[0])) or (of_source and alpha2(of_source)) or defaults.country
    return _in_country(project, country or None, event.date_format)


@lru_cache(maxsize=4096)
def _in_country(project: Options, country: str | None, date_format: str | None) -> Options:
    options = project.in_country(country)
    return msgspec.structs.replace(options, date_format=date_format) if date_format else options


def _add_web(user: UserData, event: Event, reader: Reader, enrichment: Enrichment, added: Counter[str]) -> None:
    info = event.user_data
    if isinstance(info.client_ip_address, str):
        user.client_ip_address = reader.text(_ADDRESS, info.client_ip_address)
    elif info.client_ip_address:
        user.client_ip_address = reader.best(_ADDRESS, info.client_ip_address)
    if info.client_user_agent:
        user.client_user_agent = reader.text(_AGENT, info.client_user_agent)
    if info.fbp:
        user.fbp = reader.text(_BROWSER_ID, info.fbp)
    if fbc := enrich.click_id(event, reader.now, enrichment, added):
        user.fbc = reader.text(_CLICK_ID, fbc)


def _add_plain(user: UserData, values: tuple[str | None, ...], action_source: str, reader: Reader) -> None:
    for name, value in zip(_PLAIN, values, strict=True):
        if not value:
            continue
        if name == "anon_id" and action_source != "app":
            reader.warnings.append("user_data.anon_id:for_app_events_only")
            continue
        rule = FIELDS[name]
        text = reader.text(rule, value)
        if text is not None:
            setattr(user, name, int(text) if rule.integer else text)


def _add_thread(user: UserData, event: Event, defaults: Dataset, warnings: list[str]) -> None:
    """Name what a thread must not carry, and add the dataset's page or account where the event names none (§2.6)."""
    given = [name for name in WEB_ONLY if getattr(event.user_data, name)]
    warnings.extend(f"user_data.{name}:not_for_business_messaging" for name in given)
    for names in IDENTIFIERS.get(event.messaging_channel or "", ()):
        if not any(getattr(user, name) for name in names):
            known = {name: getattr(defaults, name, None) for name in names}
            name = next((name for name, account in known.items() if account), None)
            if name is not None:
                setattr(user, name, known[name])


def _add_external_ids(
    user: UserData, ga_client_id: str | None, reader: Reader, enrichment: Enrichment, added: Counter[str]
) -> None:
    """Add to the person's own ids, which are sent as the client chose, the hashes of those that enrichment knows."""
    ids = user.external_id
    if user.fbp is not None and (browser := enrich.browser_id(user.fbp, enrichment, added)):
        ids.append(sha256_hex(browser))
    if ga_client_id and (google := enrich.google_id(ga_client_id, enrichment, added)):
        ids += reader.always_hashed(FIELDS["external_id"], google)
    if len(ids) > 1:
        user.external_id = list(dict.fromkeys(ids))


def _add_country(
    user: UserData, event: Event, defaults: Dataset, options: Options, enrichment: Enrichment, added: Counter[str]
) -> None:
    phone = normalise("ph", event.user_data.ph[0], options).plain if event.user_data.ph else None
    currency = currency_code(event.custom_data.currency or defaults.currency or "")
    if country := enrich.country(phone, currency, enrichment, added):
        user.country = [sha256_hex(country.lower())]
