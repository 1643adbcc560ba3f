"""Rules on conversions inside a WhatsApp, Messenger or Instagram thread (meta-capi.md §2.2, §2.6)."""

from __future__ import annotations

from handle.format.messaging import IDENTIFIERS, WEB_ONLY
from handle.rules.rule import NOT_FOR_MESSAGING, REQUIRED_OR_UNEXPECTED, Rule
from omnicapi.server_event import ServerEvent
from omnicapi.values.standard_names import MESSAGING, MESSAGING_EVENTS


def _of_the_web(event: ServerEvent, _now: int) -> str | None:
    if event.event_source_url:
        return "event_source_url"
    return next((f"user_data.{name}" for name in WEB_ONLY if getattr(event.user_data, name)), None)


def _channel(event: ServerEvent, _now: int) -> str | None:
    return None if event.messaging_channel in IDENTIFIERS else "messaging_channel"


def _thread(event: ServerEvent, _now: int) -> str | None:
    for names in IDENTIFIERS.get(event.messaging_channel or "", ()):
        if not any(getattr(event.user_data, name) for name in names):
            return f"user_data.{names[0]}"
    return None


def _unsupported(event: ServerEvent, _now: int) -> str | None:
    return None if event.event_name in MESSAGING_EVENTS else "event_name"


MESSAGING_RULES: tuple[Rule, ...] = (
    Rule(
        "not_for_business_messaging",
        "user_data.client_ip_address",
        _of_the_web,
        NOT_FOR_MESSAGING,
        "An event of a message thread carries no page, IP address, user agent, fbc or fbp; a sale that ended on "
        "the site is a website event.",
        "§2.2",
        action_source=MESSAGING,
    ),
    Rule(
        "messaging_channel_unknown",
        "messaging_channel",
        _channel,
        REQUIRED_OR_UNEXPECTED,
        f"Say in which app the thread was: one of {', '.join(sorted(IDENTIFIERS))}.",
        "§2.6",
        action_source=MESSAGING,
    ),
    Rule(
        "messaging_id_missing",
        "user_data.ctwa_clid",
        _thread,
        REQUIRED_OR_UNEXPECTED,
        "WhatsApp needs ctwa_clid (from the first message after the ad) and the business account or page, "
        "Messenger page_id and page_scoped_user_id, Instagram the account and ig_sid; accounts may stand in the "
        "datasets file.",
        "§2.6",
        action_source=MESSAGING,
    ),
    Rule(
        "messaging_event_unsupported",
        "event_name",
        _unsupported,
        REQUIRED_OR_UNEXPECTED,
        f"Business messaging takes only {', '.join(sorted(MESSAGING_EVENTS))}.",
        "§2.6",
        action_source=MESSAGING,
    ),
)
