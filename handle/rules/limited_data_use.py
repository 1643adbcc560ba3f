"""Rules on Limited Data Use (meta-capi.md §7.1)."""

from __future__ import annotations

from handle.rules.rule import REQUIRED_OR_UNEXPECTED, Rule
from omnicapi.consent.limited_data_use import COUNTRIES, STATES
from omnicapi.server_event import ServerEvent

_COUNTRIES = frozenset(COUNTRIES.values())
_STATES = frozenset(STATES.values())


def _options(event: ServerEvent, _now: int) -> str | None:
    return None if event.data_processing_options in (None, [], ["LDU"]) else "data_processing_options"


def _country(event: ServerEvent, _now: int) -> str | None:
    known = event.data_processing_options_country in _COUNTRIES
    return None if known or not event.data_processing_options else "data_processing_options_country"


def _state(event: ServerEvent, _now: int) -> str | None:
    known = event.data_processing_options_state in _STATES
    return None if known or not event.data_processing_options else "data_processing_options_state"


def _nowhere(event: ServerEvent, _now: int) -> str | None:
    located = event.data_processing_options_state or event.user_data.client_ip_address
    return None if located or not event.data_processing_options else "data_processing_options_state"


LIMITED_DATA_USE_RULES: tuple[Rule, ...] = (
    Rule(
        "limited_data_use_option_unknown",
        "data_processing_options",
        _options,
        REQUIRED_OR_UNEXPECTED,
        'Limited Data Use is written ["LDU"], its absence [].',
        "§7.1",
    ),
    Rule(
        "limited_data_use_country_invalid",
        "data_processing_options_country",
        _country,
        REQUIRED_OR_UNEXPECTED,
        "With Limited Data Use say the country: 1 for the United States, 0 to let Meta find it.",
        "§7.1",
    ),
    Rule(
        "limited_data_use_state_invalid",
        "data_processing_options_state",
        _state,
        REQUIRED_OR_UNEXPECTED,
        "With Limited Data Use say the state: its code (1000 for California, …), 0 to let Meta find it.",
        "§7.1",
    ),
    Rule(
        "limited_data_use_without_place",
        "data_processing_options_state",
        _nowhere,
        REQUIRED_OR_UNEXPECTED,
        "Meta finds the state by the IP address and this event has none: state it in the consent policy.",
        "§7.1",
    ),
)
