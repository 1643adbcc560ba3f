"""Whether one event may be sent to Meta, by its consent signals (meta-capi.md §7.3, ga4-gtm.md §7.2)."""

from __future__ import annotations

from typing import NamedTuple

from handle.consent.policy import ChannelPolicy
from omnicapi.consent.names import CONSENT
from omnicapi.messages import Event, LimitedDataUse


class Denial(NamedTuple):
    """Why an event must not be sent: a reason code, the signal, and the reason in words."""

    reason: str
    field: str
    text: str


def denial(event: Event, policy: ChannelPolicy) -> Denial | None:
    """Return what forbids to tell Meta of this event, or ``None`` where nothing does.

    What is said of consent as a whole is said of every signal: a denial forbids whatever the policy asks for, and a
    grant is one of each signal of which nothing else is said.
    """
    consent = event.consent
    if not consent and not event.consent_unreadable:
        return _unknown(policy.required[0]) if policy.unknown == "deny" and policy.required else None
    return _refusal(event, policy) or _unreadable(event, policy) or _not_granted(event, policy)


def _refusal(event: Event, policy: ChannelPolicy) -> Denial | None:
    consent = event.consent
    for signal in policy.opt_out:
        if consent.get(signal):
            return Denial("opted_out", f"consent.{signal}", f"The person opted out ({signal}).")
    if consent.get(CONSENT) is False:
        return Denial("consent_denied", CONSENT, "The person denied consent.")
    for signals in (policy.required, policy.respected):
        for signal in signals:
            if consent.get(signal) is False:
                return Denial("consent_denied", f"consent.{signal}", f"The person denied {signal}.")
    return None


def limited_data_use(event: Event, policy: ChannelPolicy) -> LimitedDataUse | None:
    """Return the data processing options to send: the event's own, or else the policy's where it applies."""
    own, rule = event.limited_data_use, policy.limited_data_use
    said, unreadable = event.consent, event.consent_unreadable
    if rule is None or (rule.signals and not said and not unreadable) or (own is not None and own.options):
        return own
    applies = not rule.signals or any(said.get(signal) or signal in unreadable for signal in rule.signals)
    return rule.keys() if applies else own


def _unreadable(event: Event, policy: ChannelPolicy) -> Denial | None:
    unreadable = event.consent_unreadable
    if not unreadable:
        return None
    if CONSENT in unreadable:
        return _not_understood(CONSENT, "consent")
    for signals in (policy.opt_out, policy.required, policy.respected):
        for signal in signals:
            if signal in unreadable:
                return _not_understood(f"consent.{signal}", signal)
    return None


def _not_granted(event: Event, policy: ChannelPolicy) -> Denial | None:
    if policy.unknown == "allow" or CONSENT in event.consent:
        return None
    return next((_unknown(signal) for signal in policy.required if signal not in event.consent), None)


def _not_understood(field: str, what: str) -> Denial:
    return Denial(
        "consent_unreadable",
        field,
        f"What the event says of {what} cannot be read, or contradicts itself, which counts as a denial; say true or "
        "false, or of one of Google's signals granted or denied (docs/consent.md).",
    )


def _unknown(signal: str) -> Denial:
    return Denial(
        "consent_unknown",
        f"consent.{signal}",
        f"Nothing says whether the person granted {signal}, and the consent policy of this channel denies then.",
    )
