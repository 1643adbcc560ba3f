"""Where GA4's event data tell consent: under keys known for it, among the container's, and under a site's own names.

What several places say comes together, and a denial counts wherever it stands (ga4-gtm.md §7).
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from functools import lru_cache
from typing import Any, NamedTuple

from ingest.consent.reading import is_known, take, take_nested
from ingest.consent.signals import ConsentSignals
from ingest.events.consent_filling import fill_unknown
from ingest.topic.shapes.shape import PLAN_KEYS, PLAN_TEXT, PLANS
from omnicapi.consent.answers import Answer, answer
from omnicapi.consent.names import CONSENT
from omnicapi.messages import Event

_OF_GOOGLE = ("x-ga-", "x-sst-", "x-fb-", "page_", "ga_", "item_list_")
"""Beginnings of keys that Google and Meta gave their meaning: no site names a signal of its own so."""

_PARAMETERS = frozenset(
    [
        "event_name",
        "client_id",
        "event_location",
        "screen_resolution",
        "client_hints",
        "event_date",
        "event_timestamp",
        "engagement_time_msec",
        "engaged_session_event",
        "session_engaged",
        "percent_scrolled",
        "user_location",
        "row_id",
        "stream_id",
        "debug_mode",
        "test_event_code",
        "custom_data",
        "ecommerce",
        "promotion_id",
        "promotion_name",
        "creative_name",
        "creative_slot",
        "affiliation",
        "shipping",
        "tax",
        "container",
        "validation_behavior",
        "campaign",
        "source",
        "medium",
        "term",
        "content",
        "gclid",
        "dclid",
        "ignore_referrer",
        "batch_ordering_id",
        "batch_page_id",
        "entrances",
        "link_url",
        "link_domain",
        "link_classes",
        "link_id",
        "outbound",
        "firebase_conversion",
        "ad_event_id",
    ]
)
"""Google's parameters that are in no table of ours and say nothing a policy could ask for."""

_PEOPLES = ("user_data", "user_properties", "custom_properties", "custom_data", "container", "request")
"""Objects in which a key about consent may stand, besides those that nobody knows."""

_SITES_OWN = ("user_data", "user_properties", "custom_data")
"""Those of them in which a site writes under names of its own."""

_SYSTEM = "x-sst-system_properties"
_GRANTED_STATE = "consentGrantedState"


class _Keys(NamedTuple):
    """Which keys of an event are about consent, and which nobody knows."""

    consent: tuple[str, ...]
    unknown: tuple[str, ...]


class ConsentReader:
    """Reads consent out of event data. ``tables_read`` are the keys that the tables give a meaning, at any level."""

    def __init__(self, tables_read: Collection[str]) -> None:
        self._ordinary = ordinary = _PARAMETERS.union(tables_read)

        def split(keys: tuple[str, ...]) -> _Keys:
            known = tuple(key for key in keys if is_known(key))
            return _Keys(known, tuple(key for key in keys if not is_known(key) and _is_unknown(key, ordinary)))

        self._split: Callable[[tuple[str, ...]], _Keys] = split
        self._known_split = lru_cache(maxsize=PLANS)(split)

    def fill(self, event: Event, data: Mapping[str, Any]) -> None:
        """Write into the event what its data say of consent, and what its own keys would say as signals."""
        keys = tuple(data)
        is_usual = len(keys) <= PLAN_KEYS and sum(map(len, keys)) <= PLAN_TEXT
        found = self._known_split(keys) if is_usual else self._split(keys)
        consent = ConsentSignals()
        for key in found.consent:
            take(key, data[key], consent)
        _take_from_objects(data, consent)
        consent.fill(event)
        unknown = {key: data[key] for key in found.unknown}
        for key in _SITES_OWN:
            if isinstance(inner := data.get(key), dict):
                unknown |= {f"{key}.{name}": inner[name] for name in inner if name not in self._ordinary}
        if unknown:
            fill_unknown(event, unknown)


def _is_unknown(key: str, ordinary: Collection[str]) -> bool:
    return key not in ordinary and not key.startswith(_OF_GOOGLE)


def _take_from_objects(data: Mapping[str, Any], consent: ConsentSignals) -> None:
    system = data.get(_SYSTEM)
    if isinstance(system, dict):
        take("gcd", system.get("gcd"), consent)
        state = system.get(CONSENT)
        take(CONSENT, state[_GRANTED_STATE] if isinstance(state, dict) and _GRANTED_STATE in state else state, consent)
    for key in _PEOPLES:
        if isinstance(inner := data.get(key), dict):
            take_nested(inner, consent)


def says_yes(value: Any) -> bool:
    """Tell whether a value means yes, however the source writes it."""
    return answer(value) in (Answer.YES, Answer.GRANTED)
