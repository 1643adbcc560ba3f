"""Seven ways in which GA4's events tell consent, as one: signal name → granted or denied, absent where unknown.

``handle`` decides what follows (docs/consent.md). Where several say something about the same signal, the most explicit
counts: ``consent_state``, then ``x-ga-gcs``, the container's granted state, ``x-ga-gcd`` (ga4-gtm.md §7). A request for
non-personalised ads always denies ``ad_personalization``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any

Consent = dict[str, bool]

_GCS = re.compile(r"G1([01-])([01-])")
_GCD = re.compile(r"1[0-9]([A-Za-z])[0-9]([A-Za-z])[0-9]([A-Za-z])[0-9]([A-Za-z])")
_GCD_READ, _GCS_READ = 9, 5
"""Characters that decide; what is remembered must not be longer, whatever a site sends."""
_GCS_ORDER = ("ad_storage", "analytics_storage")
_GCD_ORDER = ("ad_storage", "analytics_storage", "ad_user_data", "ad_personalization")
_GCD_LETTERS = {**dict.fromkeys("nrtv", True), **dict.fromkeys("mpqu", False)}
"""The update where there was one, else the default. ``l`` says nothing, and a letter that nobody explained must not
either: Google publishes no table (ga4-gtm.md §7.1)."""

_WORDS = {
    **dict.fromkeys(("granted", "yes", "true", "1"), True),
    **dict.fromkeys(("denied", "no", "false", "0"), False),
}
_SIGNALS = frozenset(
    {*_GCD_ORDER, "functionality_storage", "personalization_storage", "security_storage"}
)  # support.google.com/analytics/answer/12334711
_ADS_STORAGE = "ads_storage"
"""What the BigQuery export calls ``ad_storage``."""


def consent(data: Mapping[str, Any]) -> Consent:
    """Return every signal that the event data tells."""
    told: Consent = {}
    for signals in _weakest_first(data):
        told.update(signals)
    if says_yes(data.get("x-ga-npa")) or says_yes(data.get("non_personalized_ads")):
        told["ad_personalization"] = False
    return told


def _weakest_first(data: Mapping[str, Any]) -> Iterator[Consent]:
    system = data.get("x-sst-system_properties")
    system = system if isinstance(system, dict) else {}
    yield _gcd(str(data.get("x-ga-gcd") or data.get("x-ga-mp2-gcd") or system.get("gcd") or "")[:_GCD_READ])
    state = system.get("consent")
    if isinstance(state, dict):
        yield _spelled_out(state.get("consentGrantedState"))
    yield _gcs(str(data.get("x-ga-gcs") or "")[:_GCS_READ])
    for key in ("consent_state", "consent", "privacy_info"):
        yield _spelled_out(data.get(key))


@lru_cache(maxsize=1024)
def _gcd(text: str) -> Consent:
    found = _GCD.match(text)
    if found is None:
        return {}
    letters = zip(_GCD_ORDER, found.groups(), strict=True)
    return {signal: _GCD_LETTERS[letter] for signal, letter in letters if letter in _GCD_LETTERS}


@lru_cache(maxsize=64)
def _gcs(text: str) -> Consent:
    found = _GCS.fullmatch(text)
    if found is None:
        return {}
    return {signal: digit == "1" for signal, digit in zip(_GCS_ORDER, found.groups(), strict=True) if digit != "-"}


def _spelled_out(state: Any) -> Consent:
    """Read an object of signals: booleans, ``GRANTED`` and ``DENIED``, or the export's ``Yes`` and ``No``."""
    if not isinstance(state, dict):
        return {}
    named = (("ad_storage" if name == _ADS_STORAGE else name, word) for name, word in state.items())
    words = ((name, _WORDS.get(str(word).strip().lower())) for name, word in named if name in _SIGNALS)
    return {name: granted for name, granted in words if granted is not None}


def says_yes(value: Any) -> bool:
    """Tell whether a value means yes, however the source writes it."""
    return value is not None and _WORDS.get(str(value).strip().lower()) is True
