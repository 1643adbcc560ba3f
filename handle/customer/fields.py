"""Every key of customer information that Meta takes, and its rule (meta-capi.md §3.4, §3.5)."""

from __future__ import annotations

from collections.abc import Callable

import msgspec

from handle.customer import (
    birth_date,
    city,
    click_ids,
    country,
    email_address,
    external_id,
    gender,
    ip_address,
    names,
    phone,
    plain,
    state,
    zip_code,
)
from handle.customer.options import Options
from handle.customer.reasons import Reason
from handle.customer.steps import Step


class FieldRule(msgspec.Struct, frozen=True, kw_only=True):
    """How one field is normalised and sent."""

    title: str
    """What people call it."""
    source: str
    """Where the rule is written down."""
    steps: Callable[[Options], tuple[Step, ...]]
    hashed: bool = False
    """Whether SHA-256 of the text is sent, rather than the text (see ``external_id_form`` for the one exception)."""
    many: bool = False
    """Whether Meta takes a list of values."""
    integer: bool = False
    """Whether the value is sent as a JSON number."""
    recurs: bool = False
    """Whether values recur from customer to customer, so that results are worth remembering."""
    judge: Callable[[str, float], Reason | None] | None = None
    """What depends on the time: takes the plain text and Unix seconds, gives a refusal or None."""


def _hashed(
    title: str, section: str, steps: Callable[[Options], tuple[Step, ...]], *, recurs: bool = False
) -> FieldRule:
    return FieldRule(title=title, source=f"§3.4 {section}", steps=steps, hashed=True, many=True, recurs=recurs)


def _account(title: str) -> FieldRule:
    return FieldRule(title=title, source="§3.5, §2.6 (CIP, MSG)", steps=plain.id_steps, recurs=True)


FIELDS: dict[str, FieldRule] = {
    "em": _hashed("E-mail address", "em (CIP)", email_address.steps),
    "ph": _hashed("Phone", "ph (CIP)", phone.steps),
    "fn": _hashed("First name", "fn, ln (CIP, PB)", names.steps, recurs=True),
    "ln": _hashed("Last name", "fn, ln (CIP, PB)", names.steps, recurs=True),
    "ge": _hashed("Gender", "ge (CIP, PB)", gender.steps, recurs=True),
    "db": FieldRule(
        title="Date of birth",
        source="§3.4 db (CIP)",
        steps=birth_date.steps,
        hashed=True,
        many=True,
        recurs=True,
        judge=birth_date.judge,
    ),
    "ct": _hashed("City", "ct (CIP)", city.steps, recurs=True),
    "st": _hashed("State or province", "st (CIP)", state.steps, recurs=True),
    "zp": _hashed("ZIP or postal code", "zp (CIP)", zip_code.steps, recurs=True),
    "country": _hashed("Country", "country (CIP)", country.steps, recurs=True),
    "external_id": _hashed("External id", "external_id (CIP, EX)", external_id.steps),
    "client_ip_address": FieldRule(
        title="Client IP address", source="§3.5 (CIP, PB)", steps=ip_address.steps, recurs=True
    ),
    "client_user_agent": FieldRule(
        title="Client user agent", source="§3.5 (CIP)", steps=plain.user_agent_steps, recurs=True
    ),
    "fbc": FieldRule(title="Click id", source="§3.6 (FB)", steps=click_ids.fbc_steps, judge=click_ids.judge_fbc),
    "fbp": FieldRule(title="Browser id", source="§3.6 (FB)", steps=click_ids.fbp_steps, judge=click_ids.judge_fbp),
    "lead_id": FieldRule(title="Lead id", source="§3.5 (CIP, CRM)", steps=plain.lead_id_steps, integer=True),
    "fb_login_id": FieldRule(title="Facebook login id", source="§3.5 (CIP)", steps=plain.user_id_steps, integer=True),
    "subscription_id": FieldRule(title="Subscription id", source="§3.5 (CIP)", steps=plain.id_steps),
    "anon_id": FieldRule(title="App installation id", source="§3.5 (CIP, APP)", steps=plain.id_steps),
    "madid": FieldRule(title="Mobile advertiser id", source="§3.5 (CIP, APP, OFF)", steps=plain.madid_steps),
    "page_id": _account("Facebook Page id"),
    "page_scoped_user_id": FieldRule(title="Page-scoped user id", source="§3.5 (CIP, MSG)", steps=plain.id_steps),
    "ctwa_clid": FieldRule(
        title="Click-to-WhatsApp click id", source="§3.5 (CIP, MSG)", steps=plain.click_to_whatsapp_steps
    ),
    "ig_account_id": _account("Instagram account id"),
    "ig_sid": FieldRule(title="Instagram-scoped user id", source="§3.5 (CIP, MSG)", steps=plain.id_steps),
    "instagram_business_account_id": _account("Instagram business account id"),
    "whatsapp_business_account_id": _account("WhatsApp Business account id"),
}
"""The rules by Meta's key, in the order of its documentation."""
