"""One quick question that spares most events the rules one by one."""

from __future__ import annotations

from typing import Any

from handle.format.link import is_page
from omnicapi.server_event import ServerEvent, UserData
from omnicapi.values.placeholders import PLACEHOLDER_HASHES
from omnicapi.values.standard_names import ACTION_SOURCES
from omnicapi.window import MARGIN, MAX_AGE

_SOURCES = ACTION_SOURCES - {"app", "business_messaging"}
_SPECIAL = frozenset({"", "AppendValue", "AppendAttribution"})
_WEEK = MAX_AGE["standard"] - MARGIN
_HASH_DIGITS = 64
_HEX = b"0123456789abcdef"


def is_ordinary(event: ServerEvent, now: int) -> bool:
    """Prove of an event that handle built that it breaks no rule; ``False`` proves nothing.

    It is sound only for what :mod:`handle.user_data` and :mod:`handle.format` make, because they never break the rules
    on formats and closed lists of values, which are not asked here; a property test holds both claims. That hashes are
    hashes is asked all the same: nothing else must ever leave.
    """
    user, name, id_, url = event.user_data, event.event_name, event.event_id, event.event_source_url
    return bool(
        0 <= now - event.event_time <= _WEEK
        and event.action_source in _SOURCES
        and (user.em or user.ph or user.external_id)
        and (url is None or is_page(url))
        and (event.action_source != "website" or (url and user.client_user_agent))
        and name not in _SPECIAL
        and (name != "Purchase" or _has_value(event.custom_data))
        and "event_source" not in event.custom_data
        and not event.data_processing_options
        and id_
        and not ("@" in id_ or "%" in id_ or "@" in name or "%" in name)
        and _is_hashed(user)
    )


def _has_value(data: dict[str, Any]) -> bool:
    return "currency" in data and data.get("value", -1) >= 0


def _is_hashed(user: UserData) -> bool:
    """Prove that every value is a plain hash of something; those with the param builder's appendix prove nothing."""
    u = user
    values = [*u.em, *u.ph, *u.fn, *u.ln, *u.ge, *u.db, *u.ct, *u.st, *u.zp, *u.country]
    joined = "".join(values).encode("ascii", "replace")
    return (
        len(joined) == _HASH_DIGITS * len(values)
        and not joined.translate(None, delete=_HEX)
        and PLACEHOLDER_HASHES.isdisjoint(values)
    )
