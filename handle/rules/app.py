"""Rules on app events (meta-capi.md §5)."""

from __future__ import annotations

from handle.format.app_data import KEYS, SWITCHES
from handle.rules.rule import REQUIRED_OR_UNEXPECTED, Rule
from omnicapi.server_event import ServerEvent
from omnicapi.values.identifiers import EXTINFO_SLOTS

_OS_VERSION = 4


def _unexpected(event: ServerEvent, _now: int) -> str | None:
    return None if event.app_data.keys() <= KEYS else "app_data"


def _permission(event: ServerEvent, _now: int) -> str | None:
    return None if "advertiser_tracking_enabled" in event.app_data else "app_data.advertiser_tracking_enabled"


def _switch(event: ServerEvent, _now: int) -> str | None:
    return next((f"app_data.{name}" for name in SWITCHES if event.app_data.get(name, 0) not in (0, 1)), None)


def _no_device(event: ServerEvent, _now: int) -> str | None:
    return None if event.app_data.get("extinfo") is not None else "app_data.extinfo"


def _slots(event: ServerEvent, _now: int) -> str | None:
    slots = event.app_data.get("extinfo")
    return None if slots is None or len(slots) == EXTINFO_SLOTS else "app_data.extinfo"


def _device(event: ServerEvent, _now: int) -> str | None:
    slots = event.app_data.get("extinfo") or ("a2",) * EXTINFO_SLOTS
    if slots[0] not in ("a2", "i2"):
        return "app_data.extinfo[0]"
    return None if slots[_OS_VERSION] else f"app_data.extinfo[{_OS_VERSION}]"


APP_RULES: tuple[Rule, ...] = (
    Rule(
        "app_data_key_unknown",
        "app_data",
        _unexpected,
        REQUIRED_OR_UNEXPECTED,
        "Keep to the documented keys of app_data; madid and anon_id belong in user_data.",
        "§5",
    ),
    Rule(
        "tracking_permission_missing",
        "app_data.advertiser_tracking_enabled",
        _permission,
        REQUIRED_OR_UNEXPECTED,
        "An app event must say whether the person allowed tracking: advertiser_tracking_enabled 1 or 0.",
        "§5",
        action_source="app",
    ),
    Rule(
        "tracking_permission_invalid",
        "app_data.advertiser_tracking_enabled",
        _switch,
        REQUIRED_OR_UNEXPECTED,
        "The tracking permissions are 1 or 0.",
        "§5",
    ),
    Rule(
        "extinfo_missing",
        "app_data.extinfo",
        _no_device,
        REQUIRED_OR_UNEXPECTED,
        "An app event must describe the device in extinfo.",
        "§5",
        action_source="app",
    ),
    Rule(
        "extinfo_not_16",
        "app_data.extinfo",
        _slots,
        REQUIRED_OR_UNEXPECTED,
        "extinfo has exactly 16 slots, empty text where unknown.",
        "§5",
    ),
    Rule(
        "extinfo_incomplete",
        "app_data.extinfo[0]",
        _device,
        REQUIRED_OR_UNEXPECTED,
        "Slot 0 of extinfo says a2 (Android) or i2 (iOS) and slot 4 the version of the operating system.",
        "§5",
    ),
)
