"""Rules on the event itself: what every event and each action source must bring (meta-capi.md §2.1, §2.2, §2.5)."""

from __future__ import annotations

from handle.format.link import is_page
from handle.rules.rule import REQUIRED_OR_UNEXPECTED, Rule
from omnicapi.server_event import ServerEvent
from omnicapi.values.personal_data import holds_email
from omnicapi.values.standard_names import ACTION_SOURCES


def _no_name(event: ServerEvent, _now: int) -> str | None:
    return None if event.event_name else "event_name"


def _action_source(event: ServerEvent, _now: int) -> str | None:
    return None if event.action_source in ACTION_SOURCES else "action_source"


def _no_id(event: ServerEvent, _now: int) -> str | None:
    return None if event.event_id else "event_id"


def _names_a_person(event: ServerEvent, _now: int) -> str | None:
    if holds_email(event.event_id):
        return "event_id"
    return "event_name" if holds_email(event.event_name) else None


def _no_page(event: ServerEvent, _now: int) -> str | None:
    return None if event.event_source_url else "event_source_url"


def _no_address(event: ServerEvent, _now: int) -> str | None:
    url = event.event_source_url
    return None if not url or is_page(url) else "event_source_url"


def _nothing_to_append_to(event: ServerEvent, _now: int) -> str | None:
    return None if event.original_event_data else "original_event_data"


def _nothing_to_append(event: ServerEvent, _now: int) -> str | None:
    data = event.custom_data
    return None if "net_revenue" in data or "predicted_ltv" in data else "custom_data.net_revenue"


def _always(_event: ServerEvent, _now: int) -> str | None:
    return "event_name"


EVENT_RULES: tuple[Rule, ...] = (
    Rule(
        "event_name_missing",
        "event_name",
        _no_name,
        REQUIRED_OR_UNEXPECTED,
        "Say what happened: map a column to event_name or give the source a constant, such as Purchase.",
        "§2.1",
    ),
    Rule(
        "action_source_unknown",
        "action_source",
        _action_source,
        REQUIRED_OR_UNEXPECTED,
        f"Say where it happened: one of {', '.join(sorted(ACTION_SOURCES))}.",
        "§2.2",
    ),
    Rule(
        "event_id_missing",
        "event_id",
        _no_id,
        None,
        "Give every event an id, the order number for a purchase, or it may be counted twice.",
        "§8",
    ),
    Rule(
        "personal_data_in_id",
        "event_id",
        _names_a_person,
        None,
        "An e-mail address stands where Meta reads plain text; use an order number or a random id.",
        "§4.3",
    ),
    Rule(
        "event_source_url_missing",
        "event_source_url",
        _no_page,
        REQUIRED_OR_UNEXPECTED,
        "A website event must name the page it happened on.",
        "§2.2",
        action_source="website",
    ),
    Rule(
        "event_source_url_invalid",
        "event_source_url",
        _no_address,
        REQUIRED_OR_UNEXPECTED,
        "Write the page's whole address: https:// or http:// and its host; this is a part of one, or a template.",
        "§2.1",
    ),
    Rule(
        "original_event_missing",
        "original_event_data",
        _nothing_to_append_to,
        REQUIRED_OR_UNEXPECTED,
        "AppendValue must name the event it adds to: its name and time, and its order id or event id.",
        "§2.5",
        event_name="AppendValue",
    ),
    Rule(
        "appended_value_missing",
        "custom_data.net_revenue",
        _nothing_to_append,
        REQUIRED_OR_UNEXPECTED,
        "AppendValue must bring net_revenue or predicted_ltv.",
        "§2.5",
        event_name="AppendValue",
    ),
    Rule(
        "append_attribution_unsupported",
        "event_name",
        _always,
        REQUIRED_OR_UNEXPECTED,
        "AppendAttribution is a closed beta that needs attribution_data, which is not carried here.",
        "§2.5",
        event_name="AppendAttribution",
    ),
)
