"""Encodings of consent that are not yes or no: Google's ``gcs`` and ``gcd``, US Privacy, GPC, TCF and GPP strings."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache
from typing import Any

from ingest.consent.signals import ConsentSignals
from ingest.consent.tcf import purposes
from omnicapi.consent.answers import Answer, answer
from omnicapi.consent.names import CONSENT, DO_NOT_SELL

_GCS = re.compile(r"G1([01-])([01-])")
_GCD = re.compile(r"1[0-9A-Za-z]" + r"([A-Za-z])[0-9A-Za-z]" * 3 + r"([A-Za-z])")
_GCS_READ, _GCD_READ = 5, 9
"""Characters that decide; what is remembered must not be longer, whatever a site sends."""
_GCS_ORDER = ("ad_storage", "analytics_storage")
_GCD_ORDER = ("ad_storage", "analytics_storage", "ad_user_data", "ad_personalization")
_GCD_LETTERS = {**dict.fromkeys("nrtv", True), **dict.fromkeys("mpqu", False)}
"""The update where there was one, else the default. ``l`` says nothing, and a letter that nobody explained must not
either: Google publishes no table (ga4-gtm.md §7.1)."""

_US_PRIVACY = re.compile(r"1[YN-]([YN-])[YN-]", re.IGNORECASE)
"""Version, notice, opted out of sale, covered by an agreement (IAB US Privacy string, version 1)."""

_NOT_ASKED = (Answer.NO, Answer.SILENT)
"""What says that nobody asked for the limit; anything else counts as if somebody had, read or not."""

_TCF_SIGNALS = {"ad_storage": (1,), "ad_user_data": (1, 7), "ad_personalization": (3, 4)}
"""What Google makes of the purposes of IAB's framework."""

_GPP_SECTIONS = "~"
"""Stands before each section of a GPP string: a string without one says nothing of anybody."""


def gcs(value: Any, consent: ConsentSignals) -> None:
    """Take Google's ``G1xy``: ``ad_storage`` and ``analytics_storage``."""
    if value in (None, ""):
        return
    signals = _gcs(value[:_GCS_READ]) if isinstance(value, str) else None
    if signals is None:
        consent.mark_unreadable("ad_storage")
        return
    for signal, said in signals.items():
        consent.set(signal, said)


@lru_cache(maxsize=64)
def _gcs(text: str) -> dict[str, bool] | None:
    found = _GCS.match(text)
    if found is None or len(text) >= _GCS_READ:
        return None
    return {signal: digit == "1" for signal, digit in zip(_GCS_ORDER, found.groups(), strict=True) if digit != "-"}


def gcd(value: Any, consent: ConsentSignals) -> None:
    """Take the four signal letters of Google's ``gcd`` (ga4-gtm.md §7.1)."""
    if value in (None, ""):
        return
    signals = _gcd(value[:_GCD_READ]) if isinstance(value, str) else None
    if signals is None:
        consent.mark_unreadable("ad_storage")
        consent.mark_unreadable("ad_user_data")
        return
    for signal, said in signals.items():
        consent.set(signal, said)


@lru_cache(maxsize=1024)
def _gcd(text: str) -> dict[str, bool] | None:
    found = _GCD.match(text)
    if found is None:
        return None
    letters = zip(_GCD_ORDER, found.groups(), strict=True)
    return {signal: _GCD_LETTERS[letter] for signal, letter in letters if letter in _GCD_LETTERS}


def npa(value: Any, consent: ConsentSignals) -> None:
    """Take a request for non-personalised ads, which denies ``ad_personalization``; its absence grants nothing."""
    if answer(value) not in _NOT_ASKED:
        consent.set("npa", True)
        consent.set("ad_personalization", False)


def gpc(value: Any, consent: ConsentSignals) -> None:
    """Take Global Privacy Control, an opt-out of sale; a browser without it has not opted in."""
    if answer(value) not in _NOT_ASKED:
        consent.set("gpc", True)
        consent.set(DO_NOT_SELL, True)


def us_privacy(value: Any, consent: ConsentSignals) -> None:
    """Take a US Privacy string: ``Y`` in its third place is an opt-out of sale, ``N`` none, ``-`` says nothing."""
    if answer(value) is Answer.SILENT:
        return
    found = _US_PRIVACY.fullmatch(value.strip()) if isinstance(value, str) else None
    if found is None or found[1] in "Yy":
        consent.set("us_privacy", True)
        consent.set(DO_NOT_SELL, True)


def tc_string(value: Any, consent: ConsentSignals) -> None:
    """Take a TC string of IAB's framework by the purposes consented to, or a plain yes or no in its place."""
    said = answer(value)
    if said is Answer.SILENT:
        return
    if said is not Answer.UNREADABLE:
        consent.take(CONSENT, value)
        return
    consented = purposes(value) if isinstance(value, str) else None
    for signal, needed in _TCF_SIGNALS.items():
        if consented is None:
            consent.mark_unreadable(signal)
        else:
            consent.set(signal, consented.issuperset(needed))


def gpp(value: Any, consent: ConsentSignals) -> None:
    """Take a GPP string, whose sections are not decoded here: where it has one, it counts as an opt-out of sale."""
    if answer(value) is Answer.SILENT:
        return
    if not isinstance(value, str) or _GPP_SECTIONS in value:
        consent.mark_unreadable(DO_NOT_SELL)


FORM_OF: dict[str, Callable[[Any, ConsentSignals], None]] = {
    "gcs": gcs,
    "gcd": gcd,
    "npa": npa,
    "gpc": gpc,
    "us_privacy": us_privacy,
    "tc_string": tc_string,
    "gpp": gpp,
}
"""How each of these is read, by its usual name."""
