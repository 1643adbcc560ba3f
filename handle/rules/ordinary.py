"""One quick question that spares most events the rules one by one."""

from __future__ import annotations

from handle.customer.missing_words import PLACEHOLDER_HASHES
from handle.rules.event import ACTION_SOURCES
from omnicapi.server_event import ServerEvent, UserData
from omnicapi.window import MARGIN, MAX_AGE

_SOURCES = ACTION_SOURCES - {"app", "business_messaging"}
_SPECIAL = frozenset({"", "AppendValue", "AppendAttribution"})
_WEEK = MAX_AGE["standard"] - MARGIN
_SCHEMES = ("https://", "http://")
_HASH_DIGITS = 64


def is_ordinary(event: ServerEvent, now: int) -> bool:
    """Prove of an event that handle built that it breaks no rule; ``False`` proves nothing.

    It is sound only for what :mod:`handle.user_data` and :mod:`handle.format` make, because they never break the rules
    on formats and closed lists of values, which are not asked here; a property test holds both claims.
    """
    user, data = event.user_data, event.custom_data
    return bool(
        0 <= now - event.event_time <= _WEEK
        and event.action_source in _SOURCES
        and (user.em or user.ph or user.external_id)
        and (event.action_source != "website" or (event.event_source_url and user.client_user_agent))
        and (not event.event_source_url or event.event_source_url.startswith(_SCHEMES))
        and event.event_name not in _SPECIAL
        and (event.event_name != "Purchase" or ("currency" in data and data.get("value", -1) >= 0))
        and "event_source" not in data
        and not event.data_processing_options
        and _is_impersonal(event.event_id)
        and _is_impersonal(event.event_name)
        and _is_hashed(user)
    )


def _is_impersonal(text: str) -> bool:
    return text != "" and "@" not in text and "%" not in text


def _is_hashed(user: UserData) -> bool:
    """Prove that every value is a plain hash of something; those with the param builder's appendix prove nothing."""
    u = user
    values = u.em + u.ph + u.fn + u.ln + u.ge + u.db + u.ct + u.st + u.zp + u.country
    joined = "".join(values)
    try:
        digits = len(bytes.fromhex(joined)) * 2
    except ValueError:
        return False
    plain = digits == len(joined) == _HASH_DIGITS * len(values) and joined == joined.lower()
    return plain and PLACEHOLDER_HASHES.isdisjoint(values)
