"""Business messaging: conversions inside a WhatsApp, Messenger or Instagram thread that an ad started."""

from local.meta.complaints import NOT_FOR_MESSAGING, REQUIRED, WRONG_VALUE
from local.meta.rules.model import Event, Found, Rule

MESSAGING_EVENTS = frozenset(
    {
        "Purchase",
        "LeadSubmitted",
        "InitiateCheckout",
        "AddToCart",
        "ViewContent",
        "OrderCreated",
        "OrderShipped",
        "OrderDelivered",
        "OrderCanceled",
        "OrderReturned",
        "CartAbandoned",
        "QualifiedLead",
        "RatingProvided",
        "ReviewProvided",
    }
)
"""meta-capi.md §2.6."""

CHANNEL_IDS: dict[str, tuple[tuple[str, ...], ...]] = {
    "whatsapp": (("ctwa_clid",), ("whatsapp_business_account_id", "page_id")),
    "messenger": (("page_id",), ("page_scoped_user_id",)),
    "instagram": (("instagram_business_account_id", "ig_account_id"), ("ig_sid",)),
}
"""For each channel the ids it needs; of several in one group, one is enough (meta-capi.md §2.6)."""

_WEB_USER_DATA = ("client_ip_address", "client_user_agent", "fbc", "fbp")


def is_messaging(event: Event) -> bool:
    """Say whether the rules concern this event: a business messaging event."""
    return bool(event["action_source"] == "business_messaging")


def _web_parameter(event: Event, _now: int) -> Found | None:
    if event.get("event_source_url"):
        return Found(("event_source_url",))
    user = event["user_data"]
    for key in _WEB_USER_DATA:
        if user.get(key):
            return Found(("user_data", key))
    return None


def _no_channel(event: Event, _now: int) -> Found | None:
    return None if event.get("messaging_channel") else Found(("messaging_channel",))


def _unknown_channel(event: Event, _now: int) -> Found | None:
    if event["messaging_channel"] in CHANNEL_IDS:
        return None
    return Found(("messaging_channel",), "whatsapp, messenger or instagram")


def _no_channel_id(event: Event, _now: int) -> Found | None:
    user = event["user_data"]
    for choices in CHANNEL_IDS[event["messaging_channel"]]:
        if not any(user.get(key) for key in choices):
            return Found(("user_data", choices[0]))
    return None


def _unsupported_event(event: Event, _now: int) -> Found | None:
    if event["event_name"] in MESSAGING_EVENTS:
        return None
    return Found(("event_name",), "not an event of business messaging")


MESSAGING_RULES: tuple[Rule[Event], ...] = (
    Rule(
        "messaging.web_parameters",
        NOT_FOR_MESSAGING,
        "§2.2",
        "A business messaging event has no `event_source_url`, `client_ip_address`, `client_user_agent`, `fbc` or "
        "`fbp`.",
        _web_parameter,
        note="2804064 is third-party evidence.",
    ),
    Rule("messaging.channel", REQUIRED, "§2.6", "A business messaging event names its channel.", _no_channel),
    Rule(
        "messaging.known_channel",
        WRONG_VALUE,
        "§2.1",
        "`messaging_channel` is `whatsapp`, `messenger` or `instagram`.",
        _unknown_channel,
    ),
    Rule(
        "messaging.ids",
        REQUIRED,
        "§2.6",
        "WhatsApp needs `ctwa_clid` and the business account or page; Messenger the page and `page_scoped_user_id`; "
        "Instagram the account and `ig_sid`.",
        _no_channel_id,
        note="Sources disagree on `whatsapp_business_account_id` or `page_id`, and on `instagram_business_account_id` "
        "or `ig_account_id`: either is taken.",
    ),
    Rule(
        "messaging.event_name",
        WRONG_VALUE,
        "§2.6",
        "The event is one that business messaging supports: `LeadSubmitted`, not `Lead`.",
        _unsupported_event,
        note="Meta lists the supported names; what it answers to another one is unknown.",
    ),
)
