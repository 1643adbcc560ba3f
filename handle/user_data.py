"""Customer information as Meta takes it: enriched, normalised, hashed (meta-capi.md §3).

What cannot be sent is left out and named in the draft's warnings as ``user_data.FIELD:reason``; the event goes on.

Drafts are filled in field by field, not one after the other: the same few functions then run hundreds of times in a
row, which takes two thirds of the time (docs/adr/0024-field-by-field.md).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from functools import lru_cache
from operator import attrgetter

import msgspec

from handle import enrich
from handle.customer.hashing import sha256_hex
from handle.customer.normaliser import normalise, normalise_all
from handle.customer.options import Options
from handle.customer.steps import Normalised
from handle.draft import Draft
from handle.enrich import Enrichment
from handle.format.messaging import IDENTIFIERS, WEB_ONLY
from handle.format.money import currency_code

HASHED = ("em", "ph", "fn", "ln", "ge", "db", "ct", "st", "zp", "country")
"""Fields of one or more values of which Meta takes the SHA-256."""

_WEB = ("client_ip_address", "client_user_agent", "fbp")
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
_FORMS = {"ct": attrgetter("city_form"), "zp": attrgetter("zip_form")}
_plain_values = attrgetter(*_PLAIN)
_NUMBERS = frozenset({"lead_id", "fb_login_id"})
_MESSAGING = "business_messaging"


def fill_in(drafts: Sequence[Draft], enrichment: Enrichment, now: int) -> Counter[str]:
    """Fill in ``user`` of every draft and return how often enrichment added what. ``now`` is Unix seconds, UTC."""
    added: Counter[str] = Counter()
    for name in HASHED:
        _fill_in_hashes(name, drafts, now)
    threads = [draft for draft in drafts if draft.event.action_source == _MESSAGING]
    others = [draft for draft in drafts if draft.event.action_source != _MESSAGING] if threads else drafts
    for name in _WEB:
        _fill_in_web(name, others, now)
    _fill_in_click_ids(others, enrichment, now, added)
    _fill_in_plain(drafts, now)
    _fill_in_threads(threads)
    _fill_in_external_ids(drafts, enrichment, added)
    if enrichment.country_from_phone or enrichment.country_from_currency:
        _fill_in_countries(drafts, enrichment, added)
    return added


def _fill_in_hashes(name: str, drafts: Sequence[Draft], now: int) -> None:
    form_of = _FORMS.get(name)
    values_of = attrgetter(name)
    for draft in drafts:
        values = values_of(draft.event.user_data)
        if not values:
            continue
        twofold = form_of is not None and form_of(draft.options) == "both"
        if len(values) > 1 or twofold or draft.event.user_data.google_hashed:
            setattr(draft.user, name, _hashes(name, values, draft, now))
            continue
        result = normalise(name, values[0], draft.options, now)
        if result.reason is not None:
            draft.warn(name, result.reason)
        if result.value is not None:
            setattr(draft.user, name, [result.value])


def _hashes(name: str, values: list[str], draft: Draft, now: int) -> list[str]:
    if name in draft.event.user_data.google_hashed:
        results = _by_google(normalise_all(name, values, _google_options(draft.options), now))
    else:
        results = normalise_all(name, values, draft.options, now)
    for result in results:
        if result.reason is not None:
            draft.warn(name, result.reason)
    return [result.value for result in results if result.value is not None]


def _by_google(results: list[Normalised]) -> list[Normalised]:
    """Leave out what Google hashed where the value itself is there too: only that certainly matches (§6.4)."""
    if all(result.plain is None for result in results):
        return results
    return [result for result in results if result.plain is not None or result.value is None]


@lru_cache(maxsize=1024)
def _google_options(options: Options) -> Options:
    return msgspec.structs.replace(options, google_hashed=True)


def _fill_in_web(name: str, drafts: Sequence[Draft], now: int) -> None:
    value_of = attrgetter(name)
    for draft in drafts:
        if value := value_of(draft.event.user_data):
            setattr(draft.user, name, draft.normalised(name, value, draft.options, now))


def _fill_in_click_ids(drafts: Sequence[Draft], enrichment: Enrichment, now: int, added: Counter[str]) -> None:
    for draft in drafts:
        if fbc := enrich.click_id(draft.event, enrichment, added):
            draft.user.fbc = draft.normalised("fbc", fbc, draft.options, now)


def _fill_in_plain(drafts: Sequence[Draft], now: int) -> None:
    for draft in drafts:
        values = _plain_values(draft.event.user_data)
        if any(values):
            for name, value in zip(_PLAIN, values, strict=True):
                if value:
                    _fill_in_one(name, value, draft, now)


def _fill_in_one(name: str, value: str, draft: Draft, now: int) -> None:
    if name == "anon_id" and draft.event.action_source != "app":
        draft.warnings.append("user_data.anon_id:for_app_events_only")
        return
    text = draft.normalised(name, value, draft.options, now)
    if text is not None:
        setattr(draft.user, name, int(text) if name in _NUMBERS else text)


def _fill_in_threads(drafts: Sequence[Draft]) -> None:
    """Name what a thread must not carry, and add the dataset's page or account where the event names none (§2.6)."""
    for draft in drafts:
        given = [name for name in WEB_ONLY if getattr(draft.event.user_data, name)]
        draft.warnings.extend(f"user_data.{name}:not_for_business_messaging" for name in given)
        for names in IDENTIFIERS.get(draft.event.messaging_channel or "", ()):
            if not any(getattr(draft.user, name) for name in names):
                known = {name: getattr(draft.destination.defaults, name, None) for name in names}
                name = next((name for name, account in known.items() if account), None)
                if name is not None:
                    setattr(draft.user, name, known[name])


def _fill_in_external_ids(drafts: Sequence[Draft], enrichment: Enrichment, added: Counter[str]) -> None:
    """Fill in the person's own ids as the client chose to send them, and hashed those that enrichment adds."""
    for draft in drafts:
        info = draft.event.user_data
        ids = [draft.normalised("external_id", id_, draft.options) for id_ in info.external_id]
        if browser := enrich.browser_id(draft.user.fbp, enrichment, added):
            ids.append(sha256_hex(browser))
        if google := enrich.google_id(info.ga_client_id, enrichment, added):
            ids.append(draft.normalised("external_id", google, _hashing(draft.options)))
        draft.user.external_id = [id_ for id_ in dict.fromkeys(ids) if id_ is not None]


@lru_cache(maxsize=1024)
def _hashing(options: Options) -> Options:
    """Return options under which an id is hashed, even where the client sends its own ids as they are."""
    return msgspec.structs.replace(options, external_id_form="lower")


def _fill_in_countries(drafts: Sequence[Draft], enrichment: Enrichment, added: Counter[str]) -> None:
    for draft in drafts:
        if draft.user.country:
            continue
        event = draft.event
        phone = normalise("ph", event.user_data.ph[0], draft.options).plain if event.user_data.ph else None
        currency = currency_code(event.custom_data.currency or draft.destination.defaults.currency or "")
        if country := enrich.country(phone, currency, enrichment, added):
            draft.user.country = [sha256_hex(country.lower())]
