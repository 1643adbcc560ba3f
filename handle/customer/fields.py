"""Every key of customer information that Meta takes, and its rule (meta-capi.md §3.4, §3.5)."""

from __future__ import annotations

from collections.abc import Callable

import msgspec

from handle.customer import birth_date, click_ids, email_address, external_id, gender, ip_address, names, plain
from handle.customer.options import CustomerOptions
from handle.customer.phones import phone
from handle.customer.places import city, country, state, zip_code
from handle.customer.reasons import Reason
from handle.customer.steps import Step

Ordinary = Callable[[str, CustomerOptions], str | None]
"""Gives for a value in its most common form, at once, what the steps give; ``None`` where they have to be asked."""


def _never(_text: str, _options: CustomerOptions) -> None:
    return None


Judge = Callable[[str, float], Reason | None]
"""What depends on the time: takes the plain text and Unix seconds, gives a refusal or None."""
Steps = Callable[[CustomerOptions], tuple[Step, ...]]


class FieldRule(msgspec.Struct, frozen=True, kw_only=True):
    """How one field is normalised and sent."""

    name: str
    """Meta's key."""
    title: str
    """What people call it."""
    source: str
    """Where the rule is written down."""
    steps: Steps
    ordinary: Ordinary = _never
    """A short cut past the steps; a law holds that it says what they say."""
    hashed: bool = False
    """Whether SHA-256 of the text is sent, rather than the text (see ``external_id_form`` for the one exception)."""
    many: bool = False
    """Whether Meta takes a list of values."""
    integer: bool = False
    """Whether the value is sent as a JSON number."""
    judge: Judge | None = None


def _hashed(name: str, title: str, source: str, steps: Steps, ordinary: Ordinary) -> FieldRule:
    source = f"§3.4 {source}"
    return FieldRule(name=name, title=title, source=source, steps=steps, ordinary=ordinary, hashed=True, many=True)


def _plain(name: str, title: str, source: str, steps: Steps = plain.id_steps, *, integer: bool = False) -> FieldRule:
    return FieldRule(name=name, title=title, source=f"§3.5 ({source})", steps=steps, integer=integer)


def _cookie(name: str, title: str, steps: Steps, ordinary: Ordinary, judge: Judge) -> FieldRule:
    return FieldRule(name=name, title=title, source="§3.6 (FB)", steps=steps, ordinary=ordinary, judge=judge)


_RULES = (
    _hashed("em", "E-mail address", "em (CIP)", email_address.steps, email_address.ordinary),
    _hashed("ph", "Phone", "ph (CIP)", phone.steps, phone.ordinary),
    _hashed("fn", "First name", "fn, ln (CIP, PB)", names.steps, names.ordinary),
    _hashed("ln", "Last name", "fn, ln (CIP, PB)", names.steps, names.ordinary),
    _hashed("ge", "Gender", "ge (CIP, PB)", gender.steps, gender.ordinary),
    msgspec.structs.replace(
        _hashed("db", "Date of birth", "db (CIP)", birth_date.steps, birth_date.ordinary), judge=birth_date.judge
    ),
    _hashed("ct", "City", "ct (CIP)", city.steps, city.ordinary),
    _hashed("st", "State or province", "st (CIP)", state.steps, state.ordinary),
    _hashed("zp", "ZIP or postal code", "zp (CIP)", zip_code.steps, zip_code.ordinary),
    _hashed("country", "Country", "country (CIP)", country.steps, country.ordinary),
    _hashed("external_id", "External id", "external_id (CIP, EX)", external_id.steps, external_id.ordinary),
    FieldRule(
        name="client_ip_address",
        title="Client IP address",
        source="§3.5 (CIP, PB)",
        steps=ip_address.steps,
        ordinary=ip_address.ordinary,
    ),
    FieldRule(
        name="client_user_agent",
        title="Client user agent",
        source="§3.5 (CIP)",
        steps=plain.user_agent_steps,
        ordinary=plain.user_agent_ordinary,
    ),
    _cookie("fbc", "Click id", click_ids.fbc_steps, click_ids.fbc_ordinary, click_ids.judge_fbc),
    _cookie("fbp", "Browser id", click_ids.fbp_steps, click_ids.fbp_ordinary, click_ids.judge_fbp),
    _plain("lead_id", "Lead id", "CIP, CRM", plain.lead_id_steps, integer=True),
    _plain("fb_login_id", "Facebook login id", "CIP", plain.user_id_steps, integer=True),
    _plain("subscription_id", "Subscription id", "CIP"),
    _plain("anon_id", "App installation id", "CIP, APP"),
    _plain("madid", "Mobile advertiser id", "CIP, APP, OFF", plain.madid_steps),
    _plain("page_id", "Facebook Page id", "CIP, MSG"),
    _plain("page_scoped_user_id", "Page-scoped user id", "CIP, MSG"),
    _plain("ctwa_clid", "Click-to-WhatsApp click id", "CIP, MSG", plain.click_to_whatsapp_steps),
    _plain("ig_account_id", "Instagram account id", "CIP, MSG"),
    _plain("ig_sid", "Instagram-scoped user id", "CIP, MSG"),
    _plain("instagram_business_account_id", "Instagram business account id", "MSG"),
    _plain("whatsapp_business_account_id", "WhatsApp Business account id", "MSG"),
)

FIELDS: dict[str, FieldRule] = {rule.name: rule for rule in _RULES}
"""The rules by Meta's key, in the order of its documentation."""
