"""Which identifiers a server event carries, and which would raise its match quality (meta-capi.md §10).

Meta publishes no weights. The order is its own: what it calls high quality first (BP), for CRM events the CRM's order.
"""

from __future__ import annotations

from typing import NamedTuple

from handle.rules.customer import present
from omnicapi.server_event import ServerEvent, UserData


class Advice(NamedTuple):
    """An identifier that is missing, and why or how to add it."""

    field: str
    text: str


class MatchQuality(NamedTuple):
    """What there is, in the order of its weight, and what would help, what helps most first."""

    present: list[str]
    advice: list[Advice]


ADVICE = {
    "em": "An e-mail address matches best: ask for it at the till, in the form, at log-in.",
    "ph": "A phone matches well; it needs its country.",
    "fn": "First and last name raise the match together.",
    "ln": "First and last name raise the match together.",
    "external_id": "A membership or customer number ties the channels together.",
    "client_ip_address": "The browser's IP address belongs with its user agent; IPv6 where there is one.",
    "client_user_agent": "The browser's user agent belongs with its IP address.",
    "fbc": "The click id finds whoever came from an ad: pass on _fbc, or the page's address with its fbclid.",
    "fbp": "The browser id finds whoever came back: pass on the _fbp cookie.",
    "lead_id": "The lead's id from Meta's form is the surest match for an event of the CRM.",
    "madid": "The advertising id is the surest match in an app, where the person allowed tracking.",
    "country": "The country belongs in every event, even if all customers live in one.",
    "zp": "The postal code narrows the match down.",
    "ct": "The city narrows the match down.",
    "st": "The state narrows the match down.",
    "db": "The birth date narrows the match down.",
    "ge": "The gender narrows the match down.",
}
"""Why or how to add an identifier, by Meta's key."""
_PERSON = "fn ln external_id"
_PLACE = "country zp ct st db ge"
_ELSEWHERE = f"em ph {_PERSON} {_PLACE}"
_ORDER = {
    "website": f"em client_ip_address client_user_agent ph {_PERSON} fbc fbp {_PLACE}",
    "app": f"madid {_ELSEWHERE} client_ip_address",
    "system_generated": f"lead_id fbc {_ELSEWHERE}",
    # The thread's own id is the person, and Meta takes no other for it (§2.6).
    "business_messaging": "",
}


def match_quality(event: ServerEvent) -> MatchQuality:
    """Return what ``event`` says about its person and what it could say besides."""
    there = present(event.user_data)
    wanted = _ORDER.get(event.action_source or "", _ELSEWHERE).split()
    known = [field for field in dict.fromkeys((*wanted, *UserData.__struct_fields__)) if field in there]
    return MatchQuality(known, [Advice(field, ADVICE[field]) for field in wanted if field not in there])
