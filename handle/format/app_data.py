"""App events: ``app_data`` with its tracking switches and the 16 slots of ``extinfo`` (meta-capi.md §5)."""

from __future__ import annotations

from typing import Any

from handle.format.personal_data import cleaned
from omnicapi.values.identifiers import EXTINFO_SLOTS

SWITCHES = ("advertiser_tracking_enabled", "application_tracking_enabled")
_TEXTS = (
    "campaign_ids",
    "install_referrer",
    "installer_package",
    "vendor_id",
    "windows_attribution_id",
    "receipt_data",
)
_BOOLEANS = ("consider_views", "include_dwell_data", "include_video_data")
_LISTS = ("url_schemes",)

KEYS = frozenset({*SWITCHES, "extinfo", *_TEXTS, *_BOOLEANS, *_LISTS})
"""Every documented key; ``madid`` and ``anon_id`` are customer information, not app data (meta-capi.md §5)."""

_ON = frozenset({"1", "true", "yes"})
_OFF = frozenset({"0", "false", "no"})


def app_data(given: dict[str, Any], warnings: list[str]) -> dict[str, Any]:
    """Return the documented keys in Meta's types; what is unknown or of another type is left out and named."""
    made: dict[str, Any] = {}
    for key, value in given.items():
        if value in (None, "", [], {}):
            continue
        clean = _typed(key, value, warnings)
        if clean is None:
            warnings.append(f"app_data.{key if key in KEYS else '*'}:unusable")
        else:
            made[key] = clean
    if "extinfo" in made:
        made["extinfo"] = _sixteen(made["extinfo"], warnings)
    return made


def _sixteen(slots: list[str], warnings: list[str]) -> list[str]:
    """Return as many slots as Meta takes: each means what its place says, whatever stands behind the last."""
    if len(slots) < EXTINFO_SLOTS:
        warnings.append("app_data.extinfo:filled_to_16")
    elif len(slots) > EXTINFO_SLOTS:
        warnings.append("app_data.extinfo:cut_to_16")
    return [*slots, *[""] * (EXTINFO_SLOTS - len(slots))][:EXTINFO_SLOTS]


def _typed(key: str, value: Any, warnings: list[str]) -> Any:
    """Return ``value`` in the type Meta documents for ``key``, or ``None`` where it has another."""
    if key in SWITCHES:
        return _switch(value)
    if key == "extinfo":
        return _extinfo(value, warnings)
    if key in _BOOLEANS:
        return value if isinstance(value, bool) else None
    if key in _LISTS:
        return value if isinstance(value, list) and all(isinstance(item, str) for item in value) else None
    if key in _TEXTS and isinstance(value, str | int) and not isinstance(value, bool):
        clean, _ = cleaned(str(value), frozenset())
        return clean
    return None


def _switch(value: Any) -> int | None:
    """Read a permission: Meta's 0 or 1, or the word a source writes for it."""
    word = str(value).strip().lower()
    return 1 if word in _ON else 0 if word in _OFF else None


def _extinfo(value: Any, warnings: list[str]) -> list[str] | None:
    """Return the slots as texts: the pages that show a payload send even numbers so (meta-capi.md §5, conflict).

    A list may have become an object by its places on the way. A slot that holds no text or number is unknown.
    """
    if isinstance(value, dict) and all(place.isdecimal() for place in value):
        value = [value[place] for place in sorted(value, key=int)]
    if not isinstance(value, list):
        return None
    slots = [None if isinstance(slot, dict | list | bool) else "" if slot is None else str(slot) for slot in value]
    if not any(slots):
        return None
    if None in slots:
        warnings.append("app_data.extinfo:slot_unusable")
    return [slot or "" for slot in slots]
