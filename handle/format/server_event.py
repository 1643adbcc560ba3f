"""A canonical event, with its hashed customer information, in Meta's message format (meta-capi.md §2, §12).

What Meta would not take with this action source is left out and named in ``warnings``; what is then missing is for
:mod:`handle.rules` to refuse. The event itself is not changed.
"""

from __future__ import annotations

from typing import Any

from handle.format.app_data import app_data
from handle.format.custom_data import custom_data
from handle.format.link import SCHEMES, is_no_referrer, is_page, with_scheme_in_lower_case
from handle.format.messaging import RENAMED
from handle.format.personal_data import link_without_email, phone_digits
from omnicapi.consent.limited_data_use import COUNTRIES, GEOLOCATE, STATES
from omnicapi.messages import Event, LimitedDataUse, OriginalEvent
from omnicapi.server_event import ServerEvent, UserData
from omnicapi.values.personal_data import holds_email
from omnicapi.window import is_too_far_ahead

_NOBODY: frozenset[str] = frozenset()
_WITHOUT_PAGE = ("business_messaging", "physical_store")


def server_event(
    event: Event,
    user: UserData,
    limited_data_use: LimitedDataUse | None,
    default_currency: str | None,
    now: int,
    warnings: list[str],
) -> ServerEvent:
    """Return the element of Meta's ``data`` list. ``now`` is Unix seconds, UTC."""
    data = event.custom_data
    phones = phone_digits(event.user_data.ph) if data.properties else _NOBODY
    made = ServerEvent(
        event_name=event.event_name,
        event_time=_event_time(event.event_time, now, warnings),
        event_id=event.event_id,
        user_data=user,
        action_source=event.action_source,
        event_source_url=_page(event, warnings) if event.event_source_url else None,
        referrer_url=_referrer(event.referrer_url, warnings) if event.referrer_url else None,
        opt_out=event.opt_out,
        custom_data=custom_data(data, default_currency, phones, warnings, is_sale=event.event_name == "Purchase"),
    )
    if event.action_source == "business_messaging":
        made.event_name = RENAMED.get(event.event_name, event.event_name)
        made.messaging_channel = event.messaging_channel
    if event.app_data:
        made.app_data = _app_data(event, warnings)
    if event.original_event_data is not None:
        made.original_event_data = _original(event.original_event_data)
    if limited_data_use is not None:
        _add_limited_data_use(made, limited_data_use, warnings)
    return made


def _event_time(event_time: int, now: int, warnings: list[str]) -> int:
    """Set a time that a fast clock put into the future to ``now``; further ahead is for the rules (§2.3)."""
    if event_time <= now or is_too_far_ahead(event_time, now):
        return event_time
    warnings.append("event_time:clock_ahead")
    return now


def _page(event: Event, warnings: list[str]) -> str | None:
    """Return the page where the event happened; a thread or a till has none."""
    if event.action_source in _WITHOUT_PAGE:
        warnings.append(f"event_source_url:not_for_{event.action_source}")
        return None
    url = _link("event_source_url", event.event_source_url or "", warnings)
    if url and event.action_source != "website" and not is_page(url):
        warnings.append("event_source_url:not_a_link")
        return None
    return url


def _referrer(url: str, warnings: list[str]) -> str | None:
    clean = _link("referrer_url", url, warnings)
    if clean is None or not is_no_referrer(clean):
        return clean
    warnings.append("referrer_url:not_a_link")
    return None


def _link(name: str, url: str, warnings: list[str]) -> str | None:
    clean = url.strip()
    if holds_email(clean):
        clean = link_without_email(clean)
        warnings.append(f"{name}:personal_data")
    return clean if clean.startswith(SCHEMES) else with_scheme_in_lower_case(clean) or None


def _app_data(event: Event, warnings: list[str]) -> dict[str, Any]:
    if event.action_source == "app":
        return app_data(event.app_data, warnings)
    warnings.append("app_data:for_app_events_only")
    return {}


def _original(original: OriginalEvent) -> dict[str, Any]:
    fields = ("event_name", "event_time", "order_id", "event_id")
    return {name: value for name in fields if (value := getattr(original, name)) not in (None, "")}


def _add_limited_data_use(made: ServerEvent, use: LimitedDataUse, warnings: list[str]) -> None:
    """Add the three keys. Country and state mean nothing without the option and are left out then.

    A place that is not said, or has no code, is Meta's to find (§7.1); a state alone tells the country.
    """
    made.data_processing_options = use.options
    if not use.options:
        return
    country, state = use.country, use.state
    if state not in STATES.values():
        state = GEOLOCATE
        warnings.append("data_processing_options_state:left_to_meta")
    if country not in COUNTRIES.values():
        country = COUNTRIES["US"] if state else GEOLOCATE
        warnings.append(f"data_processing_options_country:{'told_by_state' if state else 'left_to_meta'}")
    made.data_processing_options_country, made.data_processing_options_state = country, state
