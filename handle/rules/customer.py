"""Rules on customer information: enough of it, and hashed where Meta wants hashes (meta-capi.md §3.1–§3.3)."""

from __future__ import annotations

import re
from itertools import compress

from handle.rules.rule import (
    IN_THE_CLEAR,
    INSUFFICIENT,
    NO_IDENTIFIER,
    NOT_HASHED,
    REQUIRED_OR_UNEXPECTED,
    Rule,
)
from omnicapi.server_event import ServerEvent, UserData
from omnicapi.values.field_names import HASHED
from omnicapi.values.identifiers import APPENDIX
from omnicapi.values.placeholders import PLACEHOLDER_HASHES

AGENT = "client_user_agent"
TOO_BROAD = (
    frozenset({"ct", "country", "st", "zp", "ge", AGENT}),
    frozenset({"db", AGENT}),
    frozenset({"fn", "ge"}),
    frozenset({"ln", "ge"}),
)
"""Customer information that matches too many people: Meta refuses an event that has no more (meta-capi.md §3.3)."""

_HASH_DIGITS = 64
_is_lower_sha256 = re.compile(rf"[0-9a-f]{{64}}(?:{APPENDIX})?").fullmatch
_TELEPHONE = re.compile(r"\s*+\+?(?:[\s().-]*+\d){7,15}\s*+").fullmatch


_NAMES = tuple(sorted(UserData.__struct_fields__))


def identifiers(user: UserData) -> list[str]:
    """Return the names of the customer information an event carries, in order of the alphabet."""
    u = user
    values = (  # each by its name, in the order of the names: a loop takes twice as long
        u.anon_id,
        u.client_ip_address,
        u.client_user_agent,
        u.country,
        u.ct,
        u.ctwa_clid,
        u.db,
        u.em,
        u.external_id,
        u.fb_login_id,
        u.fbc,
        u.fbp,
        u.fn,
        u.ge,
        u.ig_account_id,
        u.ig_sid,
        u.instagram_business_account_id,
        u.lead_id,
        u.ln,
        u.madid,
        u.page_id,
        u.page_scoped_user_id,
        u.ph,
        u.st,
        u.subscription_id,
        u.whatsapp_business_account_id,
        u.zp,
    )
    return list(compress(_NAMES, values))


def present(user: UserData) -> set[str]:
    """Return the same names as a set."""
    return set(identifiers(user))


def _nobody(event: ServerEvent, _now: int) -> str | None:
    return None if present(event.user_data) - {AGENT} else "user_data"


def _too_broad(event: ServerEvent, _now: int) -> str | None:
    names = present(event.user_data)
    return "user_data" if any(names <= broad for broad in TOO_BROAD) else None


def _no_agent(event: ServerEvent, _now: int) -> str | None:
    return None if event.user_data.client_user_agent else f"user_data.{AGENT}"


def _in_the_clear(event: ServerEvent, _now: int) -> str | None:
    user = event.user_data
    for name in HASHED:
        if any("@" in value for value in getattr(user, name)):
            return f"user_data.{name}"
    return "user_data.ph" if any(map(_TELEPHONE, user.ph)) else None


def _not_hashed(event: ServerEvent, _now: int) -> str | None:
    for name in HASHED:
        if not all(map(_is_lower_sha256, getattr(event.user_data, name))):
            return f"user_data.{name}"
    return None


def _hash_of_nothing(event: ServerEvent, _now: int) -> str | None:
    for name in (*HASHED, "external_id"):
        if any(value[:_HASH_DIGITS] in PLACEHOLDER_HASHES for value in getattr(event.user_data, name)):
            return f"user_data.{name}"
    return None


CUSTOMER_RULES: tuple[Rule, ...] = (
    Rule(
        "no_identifier",
        "user_data",
        _nobody,
        NO_IDENTIFIER,
        "Nothing says who it was: map at least an e-mail, a phone or a customer number.",
        "§3.1",
    ),
    Rule(
        "identifiers_insufficient",
        "user_data",
        _too_broad,
        INSUFFICIENT,
        "This describes too many people (a place, a birth date, a first name): add an e-mail, a phone or a "
        "customer number.",
        "§3.3",
    ),
    Rule(
        "client_user_agent_missing",
        f"user_data.{AGENT}",
        _no_agent,
        REQUIRED_OR_UNEXPECTED,
        "A website event needs the browser's user agent, as the browser sent it.",
        "§2.2",
        action_source="website",
    ),
    Rule(
        "personal_data_in_clear",
        "user_data.em",
        _in_the_clear,
        IN_THE_CLEAR,
        "This must be a SHA-256 hash; tell the maintainers, because handle hashes everything itself.",
        "§3.1",
    ),
    Rule(
        "not_hashed",
        "user_data.em",
        _not_hashed,
        NOT_HASHED,
        "This must be a SHA-256 hash; tell the maintainers, because handle hashes everything itself.",
        "§3.1, §3.2",
    ),
    Rule(
        "hash_of_nothing",
        "user_data.em",
        _hash_of_nothing,
        NOT_HASHED,
        "This is the hash of an empty text or of a word like null: leave missing values blank before hashing.",
        "§3.1",
    ),
)
