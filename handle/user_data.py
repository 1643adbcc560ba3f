"""Customer information as Meta takes it: enriched, normalised, hashed (meta-capi.md §3).

What cannot be sent is left out and named in ``warnings`` as ``user_data.FIELD:reason``; the rest of the event goes on.
"""

from __future__ import annotations

from functools import lru_cache
from operator import attrgetter

import msgspec

from handle import enrich
from handle.customer.normaliser import normalise, normalise_all
from handle.customer.options import Options
from handle.customer.reasons import Reason
from handle.customer.steps import Normalised
from handle.datasets import Dataset
from handle.enrich import Enrichment
from handle.format.messaging import IDENTIFIERS, WEB_ONLY
from handle.format.money import currency_code
from omnicapi.messages import CustomerInformation, Event
from omnicapi.server_event import UserData

HASHED = ("em", "ph", "fn", "ln", "ge", "db", "ct", "st", "zp", "country")
"""Fields of one or more values of which Meta takes the SHA-256."""

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
_plain_values = attrgetter(*_PLAIN)
_NUMBERS = frozenset({"lead_id", "fb_login_id"})
_COOKIE_TIME = 2
_CLOCK_TOLERANCE_MS = 60_000


class Reading(msgspec.Struct, frozen=True):
    """How customer information is read: the project's choices, the same for every event."""

    options: Options = Options()
    enrichment: Enrichment = Enrichment()


def user_data(
    event: Event, reading: Reading, defaults: Dataset, now: int, warnings: list[str], added: list[str]
) -> UserData:
    """Return Meta's object. ``now`` is Unix seconds, UTC; ``added`` gathers what enrichment brought, by name."""
    info, made = event.user_data, UserData()
    row_country = info.country[0] if info.country else None
    options = _options(reading.options, defaults.country, event.default_country, row_country, event.date_format)
    for field in HASHED:
        if values := getattr(info, field):
            setattr(made, field, _hashes(field, values, info, options, now, warnings))
    if event.action_source == "business_messaging":
        _leave_out_web(info, warnings)
    else:
        _add_web(made, event, reading.enrichment, options, now, warnings, added)
    if any(_plain_values(info)):
        _add_plain(made, event, options, now, warnings)
    ids = [*info.external_id, *enrich.external_ids(made.fbp, info.ga_client_id, reading.enrichment, added)]
    if ids:
        made.external_id = _external_ids(ids, len(info.external_id), options, warnings)
    if not made.country:
        _add_country(made, event, reading.enrichment, defaults, options, added)
    if event.action_source == "business_messaging":
        _add_accounts(made, event.messaging_channel, defaults)
    return made


@lru_cache(maxsize=4096)
def _options(
    project: Options, dataset: str | None, source: str | None, row: str | None, date_format: str | None
) -> Options:
    """Return the project's options with the country of the row, else of its source, else of its dataset."""
    options = project.in_country(dataset).in_country(source).in_country(row)
    return msgspec.structs.replace(options, date_format=date_format) if date_format else options


def _hashes(
    field: str, values: list[str], info: CustomerInformation, options: Options, now: int, warnings: list[str]
) -> list[str]:
    if field in info.google_hashed:
        return _google_hashes(field, values, options, now, warnings)
    if len(values) == 1 and "both" not in (options.city_form, options.zip_form):
        result = normalise(field, values[0], options, now)
        if result.reason is not None:
            _warn(field, result.reason, warnings)
        return [] if result.value is None else [result.value]
    return _noted(field, normalise_all(field, values, options, now), warnings)


def _google_hashes(field: str, values: list[str], options: Options, now: int, warnings: list[str]) -> list[str]:
    """Leave out what Google hashed where the value itself is there too: only that certainly matches (§6.4)."""
    results = normalise_all(field, values, _by_google(options), now)
    if any(result.plain is not None for result in results):
        results = [result for result in results if result.plain is not None or result.value is None]
    return _noted(field, results, warnings)


@lru_cache(maxsize=1024)
def _by_google(options: Options) -> Options:
    return msgspec.structs.replace(options, google_hashed=True)


def _noted(field: str, results: list[Normalised], warnings: list[str]) -> list[str]:
    for result in results:
        if result.reason is not None:
            _warn(field, result.reason, warnings)
    return [result.value for result in results if result.value is not None]


def _warn(field: str, reason: Reason, warnings: list[str]) -> None:
    if reason is not Reason.EMPTY:
        warnings.append(f"user_data.{field}:{reason.value}")


def _one(field: str, value: str, options: Options, now: int, warnings: list[str]) -> str | None:
    result = normalise(field, value, options, now)
    if result.reason is not None:
        _warn(field, result.reason, warnings)
    return result.value


def _leave_out_web(info: CustomerInformation, warnings: list[str]) -> None:
    given = [field for field in WEB_ONLY if getattr(info, field)]
    warnings.extend(f"user_data.{field}:not_for_business_messaging" for field in given)


def _add_web(
    made: UserData,
    event: Event,
    enrichment: Enrichment,
    options: Options,
    now: int,
    warnings: list[str],
    added: list[str],
) -> None:
    info = event.user_data
    if info.client_ip_address:
        made.client_ip_address = _one("client_ip_address", info.client_ip_address, options, now, warnings)
    if info.client_user_agent:
        made.client_user_agent = _one("client_user_agent", info.client_user_agent, options, now, warnings)
    if info.fbp:
        made.fbp = _cookie("fbp", info.fbp, options, now, warnings)
    if fbc := enrich.click_id(event, enrichment, added):
        made.fbc = _cookie("fbc", fbc, options, now, warnings)


def _cookie(field: str, value: str, options: Options, now: int, warnings: list[str]) -> str | None:
    """Return fbc or fbp; one that a fast clock dated later than now would cost the whole event at Meta (§3.6)."""
    cookie = _one(field, value, options, now, warnings)
    if cookie is None or int(cookie.split(".", _COOKIE_TIME + 1)[_COOKIE_TIME]) <= now * 1000 + _CLOCK_TOLERANCE_MS:
        return cookie
    _warn(field, Reason.CREATED_IN_FUTURE, warnings)
    return None


def _add_plain(made: UserData, event: Event, options: Options, now: int, warnings: list[str]) -> None:
    for field in _PLAIN:
        given = getattr(event.user_data, field)
        if not given:
            continue
        if field == "anon_id" and event.action_source != "app":
            warnings.append("user_data.anon_id:for_app_events_only")
        elif (text := _one(field, given, options, now, warnings)) is not None:
            setattr(made, field, int(text) if field in _NUMBERS else text)


def _external_ids(ids: list[str], own: int, options: Options, warnings: list[str]) -> list[str]:
    """Normalise the person's own ids, the first ``own`` of ``ids``, as the client chose; the others are hashed."""
    results = [normalise("external_id", id_, options) for id_ in ids[:own]]
    results += [normalise("external_id", id_, _hashing(options)) for id_ in ids[own:]]
    return list(dict.fromkeys(_noted("external_id", results, warnings)))


@lru_cache(maxsize=1024)
def _hashing(options: Options) -> Options:
    return msgspec.structs.replace(options, external_id_form="lower")


def _add_country(
    made: UserData, event: Event, enrichment: Enrichment, defaults: Dataset, options: Options, added: list[str]
) -> None:
    if not (enrichment.country_from_phone or enrichment.country_from_currency):
        return
    phones = [normalise("ph", phone, options).plain for phone in event.user_data.ph[:1]]
    currency = currency_code(event.custom_data.currency or defaults.currency or "")
    if found := enrich.country(phones[0] if phones else None, currency, enrichment, added):
        made.country = [hash_ for hash_ in (normalise("country", found).value,) if hash_ is not None]


def _add_accounts(made: UserData, channel: str | None, defaults: Dataset) -> None:
    """Add the page or account of the thread where the event names none: a dataset has one (meta-capi.md §2.6)."""
    for names in IDENTIFIERS.get(channel or "", ()):
        if not any(getattr(made, name) for name in names):
            known = {name: getattr(defaults, name, None) for name in names}
            name = next((name for name, account in known.items() if account), None)
            if name is not None:
                setattr(made, name, known[name])
