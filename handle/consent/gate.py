"""Whether one event may be told to Meta, by its consent signals (meta-capi.md §7.3, ga4-gtm.md §7.2)."""

from __future__ import annotations

from typing import NamedTuple

from handle.consent.policy import ChannelPolicy
from omnicapi.messages import Event, LimitedDataUse


class Denial(NamedTuple):
    """Why an event must not be told: a reason code, the signal, and the reason in words."""

    reason: str
    field: str
    text: str


def denial(event: Event, policy: ChannelPolicy) -> Denial | None:
    """Return what forbids to tell Meta of this event, or ``None`` where nothing does."""
    consent = event.consent
    if not consent:
        return _unknown(policy.required[0]) if policy.unknown == "deny" and policy.required else None
    for signal in policy.opt_out:
        if consent.get(signal):
            return Denial("opted_out", f"consent.{signal}", f"The person opted out ({signal}).")
    for signals in (policy.required, policy.respected):
        for signal in signals:
            if consent.get(signal) is False:
                return Denial("consent_denied", f"consent.{signal}", f"The person denied {signal}.")
    if policy.unknown == "deny":
        return next((_unknown(signal) for signal in policy.required if signal not in consent), None)
    return None


def limited_data_use(event: Event, policy: ChannelPolicy) -> LimitedDataUse | None:
    """Return the data processing options to send: the event's own, or else the policy's where it applies."""
    own, rule = event.limited_data_use, policy.limited_data_use
    if rule is None or (own is not None and own.options):
        return own
    applies = not rule.signals or any(event.consent.get(signal) for signal in rule.signals)
    return rule.keys() if applies else own


def _unknown(signal: str) -> Denial:
    return Denial(
        "consent_unknown",
        f"consent.{signal}",
        f"Nothing says whether the person granted {signal}, and the consent policy of this channel denies then.",
    )
