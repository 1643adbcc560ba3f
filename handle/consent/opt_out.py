"""Whether a person is on the opt-out list, checked after hashing on what would be sent."""

from __future__ import annotations

import re
from collections.abc import Iterator

from handle.consent.opt_out_list import OptOutList
from handle.customer.hashing import sha256_hex
from omnicapi.server_event import UserData

LISTED = ("em", "ph", "external_id")
"""Fields whose hashes stand for one person; names and places are shared by many."""

PLAIN = (
    "fbp",
    "madid",
    "anon_id",
    "lead_id",
    "fb_login_id",
    "subscription_id",
    "page_scoped_user_id",
    "ctwa_clid",
    "ig_sid",
)
"""Unhashed identifiers of one person; the list holds their SHA-256."""

_is_sha256 = re.compile(r"[0-9a-f]{64}(\..+)?").fullmatch
_COOKIE_SEGMENTS = 4


def opted_out(user: UserData, people: OptOutList) -> bool:
    """Say whether any identifier of ``user`` is on the list."""
    return any(map(people.holds, _identifiers(user)))


def _identifiers(user: UserData) -> Iterator[str]:
    for field in LISTED:
        for value in getattr(user, field):
            yield value if _is_sha256(value) else sha256_hex(value)
    for field in PLAIN:
        if (value := getattr(user, field)) is not None:
            yield sha256_hex(str(value))
    if user.fbp is not None:
        # What external_id holds of it, where a tool's token follows the cookie's own four parts.
        yield sha256_hex(".".join(user.fbp.split(".", _COOKIE_SEGMENTS)[:_COOKIE_SEGMENTS]))
