"""App events: `app_data`, its tracking switches and the 16 slots of `extinfo`."""

from local.meta.complaints import REQUIRED, UNEXPECTED_KEY, WRONG_TYPE, WRONG_VALUE
from local.meta.rules.kinds import ARRAY, BOOLEAN, SWITCH, TEXT, TEXT_LIST, Keys, closed, typed
from local.meta.rules.model import Event, Found, Rule

_TEXTS = (
    "campaign_ids",
    "install_referrer",
    "installer_package",
    "vendor_id",
    "windows_attribution_id",
    "receipt_data",
)
APP_KEYS = Keys(
    {
        "advertiser_tracking_enabled": SWITCH,
        "application_tracking_enabled": SWITCH,
        "extinfo": ARRAY,
        "url_schemes": TEXT_LIST,
        **dict.fromkeys(_TEXTS, TEXT),
        **dict.fromkeys(("consider_views", "include_dwell_data", "include_video_data"), BOOLEAN),
    }
)
"""Every documented key of `app_data` (meta-capi.md §5)."""

EXTINFO_SLOTS = 16
_INTEGER_SLOTS = frozenset({9, 10, 12, 13, 14})
_SWITCHES = ("advertiser_tracking_enabled", "application_tracking_enabled")
_VERSIONS = ("a2", "i2")
_OS_VERSION_SLOT = 4


def is_app(event: Event) -> bool:
    """Say whether the rules concern this event: an app event, or one with `app_data`."""
    return event["action_source"] == "app" or "app_data" in event


def _missing(event: Event, _now: int) -> Found | None:
    if event["action_source"] != "app":
        return None
    app = event.get("app_data") or {}
    for key in ("advertiser_tracking_enabled", "extinfo"):
        if app.get(key) is None:
            return Found(("app_data", key))
    return None


def _switch(event: Event, _now: int) -> Found | None:
    app = event.get("app_data") or {}
    for key in _SWITCHES:
        if app.get(key, 0) not in (0, 1):
            return Found(("app_data", key), "0 or 1")
    return None


def _extinfo_length(event: Event, _now: int) -> Found | None:
    extinfo = (event.get("app_data") or {}).get("extinfo")
    if extinfo is None or len(extinfo) == EXTINFO_SLOTS:
        return None
    return Found(("app_data", "extinfo"), f"an array of {EXTINFO_SLOTS} elements")


def _extinfo_slots(event: Event, _now: int) -> Found | None:
    for at, slot in enumerate((event.get("app_data") or {}).get("extinfo") or ()):
        if type(slot) is not str and not (type(slot) is int and at in _INTEGER_SLOTS):
            return Found(("app_data", "extinfo", at), "a string")
    return None


def _extinfo_version(event: Event, _now: int) -> Found | None:
    extinfo = (event.get("app_data") or {}).get("extinfo")
    if not extinfo:
        return None
    if extinfo[0] not in _VERSIONS:
        return Found(("app_data", "extinfo", 0), "a2 (Android) or i2 (iOS)")
    return None if extinfo[_OS_VERSION_SLOT] else Found(("app_data", "extinfo", _OS_VERSION_SLOT), "the OS version")


APP_RULES: tuple[Rule[Event], ...] = (
    Rule(
        "app_data.unexpected_key",
        UNEXPECTED_KEY,
        "§5",
        "`app_data` has no key beside the documented ones.",
        closed("app_data", APP_KEYS),
        note="Unknown at Meta. `madid` and `anon_id` belong in `user_data`.",
    ),
    Rule("app_data.types", WRONG_TYPE, "§5", "Each key of `app_data` has its type.", typed("app_data", APP_KEYS)),
    Rule(
        "app.required",
        REQUIRED,
        "§2.2, §5",
        "An app event has `app_data` with `advertiser_tracking_enabled` and `extinfo`.",
        _missing,
        note="Meta's own title for the missing switch is another; its subcode is unknown.",
    ),
    Rule("app_data.switches", WRONG_VALUE, "§5", "The tracking switches are 0 or 1, or booleans.", _switch),
    Rule(
        "extinfo.length",
        WRONG_TYPE,
        "§5",
        "`extinfo` has exactly 16 slots.",
        _extinfo_length,
        note="A longer one was seen to fail silently at Meta; refused here.",
    ),
    Rule(
        "extinfo.slots",
        WRONG_TYPE,
        "§5",
        "Every slot of `extinfo` is a string, empty when unknown.",
        _extinfo_slots,
        note="Slots 9, 10, 12, 13 and 14 may be integers: the two pages disagree.",
    ),
    Rule(
        "extinfo.required",
        WRONG_VALUE,
        "§5",
        "Slot 0 of `extinfo` is `a2` or `i2` and slot 4, the OS version, is filled.",
        _extinfo_version,
    ),
)
