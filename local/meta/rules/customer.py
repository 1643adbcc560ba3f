"""Customer information (`user_data`): its keys and types, what is hashed and what is not, and enough of it."""

import hashlib
import re
from collections.abc import Iterable, Mapping
from operator import itemgetter
from typing import Any

from local.meta.complaints import (
    IN_THE_CLEAR,
    INSUFFICIENT,
    NO_CUSTOMER,
    NOT_HASHED,
    REQUIRED,
    UNEXPECTED_KEY,
    WRONG_TYPE,
    WRONG_VALUE,
)
from local.meta.rules.kinds import META_ID, TEXT, TEXTS, Keys, closed, typed
from local.meta.rules.model import Event, Found, Rule

HASHED = ("em", "ph", "fn", "ln", "ge", "db", "ct", "st", "zp", "country")
"""The fields Meta takes only as SHA-256 (meta-capi.md §3.1), said again: the judge shares no rule with the judged."""

_CLEAR_TEXTS = (
    "client_ip_address",
    "client_user_agent",
    "fbp",
    "fbc",
    "subscription_id",
    "anon_id",
    "madid",
    "page_scoped_user_id",
    "ctwa_clid",
    "ig_sid",
)
_META_IDS = (
    "lead_id",
    "fb_login_id",
    "page_id",
    "ig_account_id",
    "instagram_business_account_id",
    "whatsapp_business_account_id",
)
USER_KEYS = Keys(
    {
        **dict.fromkeys((*HASHED, "external_id"), TEXTS),
        **dict.fromkeys(_CLEAR_TEXTS, TEXT),
        **dict.fromkeys(_META_IDS, META_ID),
    },
    null=True,
)
"""Every documented key of `user_data` (meta-capi.md §3.4, §3.5, §2.6)."""

_HASHABLE = (*HASHED, "external_id")
_CLEAR = frozenset(USER_KEYS.kinds) - {*_HASHABLE}
_DIGITS = 64
_digits = itemgetter(slice(_DIGITS))
_ALL_HEX = re.compile(r"[0-9a-f]*").fullmatch
_SHA256 = re.compile(r"[0-9a-f]{64}(?:\.(?:[A-Za-z0-9_-]{8}|AQ|Ag|Aw|BA|BQ|Bg))?").fullmatch
_HEX64 = re.compile(r"[0-9A-Fa-f]{64}").fullmatch
_TELEPHONE = re.compile(r"\s*+\+?(?:[\s().-]*+\d){7,15}\s*+").fullmatch
_PLACEHOLDERS = frozenset(
    hashlib.sha256(word.encode()).hexdigest() for word in ("", "null", "test", "undefined", "none", "nan", "n/a")
)
_TOO_BROAD = (
    frozenset({"ct", "country", "st", "zp", "ge", "client_user_agent"}),
    frozenset({"db", "client_user_agent"}),
    frozenset({"fn", "ge"}),
    frozenset({"ln", "ge"}),
)
_BROAD = frozenset().union(*_TOO_BROAD)


def _values(user: Mapping[str, Any], fields: Iterable[str]) -> list[str]:
    """List the values of these fields, each of which may be one string, several, or null."""
    values: list[str] = []
    for key in fields:
        value = user.get(key)
        if type(value) is list:
            values += value
        elif value is not None:
            values.append(value)
    return values


def _says_something(value: object) -> bool:
    """Whether a field of `user_data` is neither null nor empty."""
    return any(value) if isinstance(value, list) else bool(value)


def _nobody(event: Event, _now: int) -> Found | None:
    for key, value in (event.get("user_data") or {}).items():
        if key != "client_user_agent" and _says_something(value):
            return None
    return Found(("user_data",))


def _too_broad(event: Event, _now: int) -> Found | None:
    user = event["user_data"]
    for key, value in user.items():
        if key not in _BROAD and _says_something(value):
            return None
    identifiers = {key for key, value in user.items() if _says_something(value)}
    return Found(("user_data",)) if any(map(identifiers.issubset, _TOO_BROAD)) else None


def _no_user_agent(event: Event, _now: int) -> Found | None:
    if event["action_source"] == "website" and not event["user_data"].get("client_user_agent"):
        return Found(("user_data", "client_user_agent"))
    return None


def _in_the_clear(event: Event, _now: int) -> Found | None:
    user = event["user_data"]
    if "@" in "".join(_values(user, ("em",))):
        return Found(("user_data", "em"))
    return Found(("user_data", "ph")) if any(map(_TELEPHONE, _values(user, ("ph",)))) else None


def _not_hashed(event: Event, _now: int) -> Found | None:
    user = event["user_data"]
    values = _values(user, HASHED)
    if {*map(len, values)} == {_DIGITS} and _ALL_HEX("".join(values)):
        return None
    for key in HASHED:
        if not all(map(_SHA256, _values(user, (key,)))):
            return Found(("user_data", key))
    return None


def _placeholder(event: Event, _now: int) -> Found | None:
    user = event["user_data"]
    if _PLACEHOLDERS.isdisjoint(map(_digits, _values(user, _HASHABLE))):
        return None
    hollow = (key for key in _HASHABLE if not _PLACEHOLDERS.isdisjoint(map(_digits, _values(user, (key,)))))
    return Found(("user_data", next(hollow)))


def _hashed_for_nothing(event: Event, _now: int) -> Found | None:
    for key, value in event["user_data"].items():
        if type(value) is str and len(value) == _DIGITS and key in _CLEAR and _HEX64(value):
            return Found(("user_data", key), "it must not be hashed")
    return None


CUSTOMER_RULES: tuple[Rule[Event], ...] = (
    Rule(
        "user_data.unexpected_key",
        UNEXPECTED_KEY,
        "§2.1, §3.5",
        "`user_data` has no key beside the documented ones.",
        closed("user_data", USER_KEYS),
        note="Unknown at Meta, which answered 200 to `zip` in a sample of 2024; refused here, or `zip` for `zp` would "
        "go unseen. The SDK's `f5first`, `f5last`, `fi`, `dobd`, `dobm` and `doby` are not documented either.",
    ),
    Rule(
        "user_data.types",
        WRONG_TYPE,
        "§3.1, §3.5",
        "Hashed fields and `external_id` are a string or an array of strings, every other field is a single value.",
        typed("user_data", USER_KEYS),
        note="A null stands for an absent key: a saved answer of Meta accepts it.",
    ),
    Rule(
        "user_data.identifier",
        NO_CUSTOMER,
        "§3.1",
        "There is at least one identifier beside `client_user_agent`.",
        _nobody,
        note="An event without `user_data` gets this complaint too, not 2804019.",
    ),
    Rule(
        "user_data.baseline",
        INSUFFICIENT,
        "§3.3",
        "The identifiers are not all within one of the four sets that are too broad to match anyone.",
        _too_broad,
    ),
    Rule(
        "website.client_user_agent",
        REQUIRED,
        "§2.2",
        "A website event carries the browser's `client_user_agent`.",
        _no_user_agent,
        note="Documented as required; a live call without it was accepted.",
    ),
    Rule(
        "user_data.personal_data",
        IN_THE_CLEAR,
        "§3.1",
        "`em` holds no e-mail address and `ph` no telephone number in the clear.",
        _in_the_clear,
        note="What tells 2804017 from 2804016 is unknown: recognisable personal data here, anything else unhashed "
        "there.",
    ),
    Rule(
        "user_data.hashed",
        NOT_HASHED,
        "§3.1, §3.2",
        "`em ph fn ln ge db ct st zp country` are SHA-256 in lower-case hex, with or without the param builder's "
        "appendix.",
        _not_hashed,
        note="Whether Meta matches MD5 or upper-case hex is unknown; both are refused, as the documentation asks for "
        "64 lower-case digits.",
    ),
    Rule(
        "user_data.placeholder",
        NOT_HASHED,
        "§3.1",
        "No value is the hash of nothing: of an empty text, `null`, `none`, `nan`, `n/a`, `undefined` or `test`.",
        _placeholder,
        note="Meta's own sample carries such hashes; no person has them.",
    ),
    Rule(
        "user_data.not_hashed",
        WRONG_VALUE,
        "§3.1",
        "Fields beside those and `external_id` are not hashed.",
        _hashed_for_nothing,
        note="Subcode unknown.",
    ),
)
