"""The consent policy: one JSON file for all channels (docs/consent.md).

A channel's section holds only what differs from ``default``. What the file does not say is this module's defaults: an
explicit denial of ``ad_storage`` or ``ad_user_data`` blocks, an unknown one does not.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta

from handle.consent.signal_names import why_not_a_signal
from omnicapi.consent.answers import SIGNALS, signal_name, squeezed
from omnicapi.consent.limited_data_use import COUNTRIES, STATES
from omnicapi.consent.names import DO_NOT_SELL
from omnicapi.errors import BadSettings
from omnicapi.json_document import read_object
from omnicapi.messages import LimitedDataUse

Signals = tuple[Annotated[str, Meta(min_length=1)], ...]


def _name_as_usual(policy: msgspec.Struct, *lists: str) -> None:
    for attribute in lists:
        signals = getattr(policy, attribute)
        for signal in signals:
            if why := why_not_a_signal(signal):
                raise ValueError(f"{attribute} names the signal {signal!r}, but that {why}")
        msgspec.structs.force_setattr(policy, attribute, tuple(map(signal_name, signals)))


class LimitedDataUsePolicy(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """When to ask Meta for Limited Data Use, and for which state (meta-capi.md §7.1)."""

    signals: Annotated[
        Signals, Meta(description="Applies where one of these is true (do_not_sell); empty: to every event.")
    ] = ()
    country: Annotated[str, Meta(description="US, or geolocate to let Meta find it.")] = "geolocate"
    state: Annotated[str, Meta(description="CA, TX, … or geolocate, which needs the person's IP address.")] = (
        "geolocate"
    )

    def __post_init__(self) -> None:
        """Raise :class:`ValueError` where a place has no code at Meta, or a state no country."""
        if self.country not in COUNTRIES:
            raise ValueError(f"country is one of {', '.join(COUNTRIES)}")
        if self.state not in STATES:
            raise ValueError(f"state is one of {', '.join(STATES)}")
        if self.state != "geolocate" and self.country == "geolocate":
            raise ValueError("a state needs its country, US")
        _name_as_usual(self, "signals")

    def keys(self) -> LimitedDataUse:
        """Return Meta's three values."""
        return LimitedDataUse(options=["LDU"], country=COUNTRIES[self.country], state=STATES[self.state])


class ChannelPolicy(msgspec.Struct, frozen=True, forbid_unknown_fields=True, dict=True):
    """What one channel's events need before they may be sent. Signals are names of :attr:`Event.consent`."""

    required: Annotated[
        Signals, Meta(description="Signals that must be granted; an explicit denial of one blocks the event.")
    ] = ("ad_storage", "ad_user_data")
    unknown: Annotated[
        Literal["allow", "deny"], Meta(description="What a required signal means that the event does not carry.")
    ] = "allow"
    respected: Annotated[
        Signals,
        Meta(description="Signals that may be absent, but block where they are denied, even with unknown: deny."),
    ] = ()
    opt_out: Annotated[
        Signals, Meta(description="Signals that block where they are true, such as do_not_contact.")
    ] = ()
    limited_data_use: Annotated[
        LimitedDataUsePolicy | None,
        Meta(description="When to ask for Limited Data Use; else on do_not_sell; null: only where an event does."),
    ] = LimitedDataUsePolicy(signals=(DO_NOT_SELL,))

    def __post_init__(self) -> None:
        """Give known signals their usual names; raise :class:`ValueError` for one that no event can carry."""
        _name_as_usual(self, "required", "respected", "opt_out")

    @cached_property
    def own(self) -> Mapping[str, str]:
        """The signals that only this policy knows, by their squeezed names."""
        limiting = self.limited_data_use.signals if self.limited_data_use else ()
        signals = (*self.required, *self.respected, *self.opt_out, *limiting)
        return {squeezed(signal): signal for signal in signals if squeezed(signal) not in SIGNALS}


DEBUG = "-debug"
"""How the channel of debugging sessions ends (``ga4-debug``): who debugs is asked for consent like any visitor."""


class OptOutPolicy(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Where the list of people who opted out lies."""

    list: Annotated[
        str, Meta(min_length=1, description="Path or gs:// address of a text file with one SHA-256 in hex a line.")
    ]


class ConsentPolicy(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Which events may be sent to Meta, by channel."""

    default: Annotated[
        ChannelPolicy, Meta(description="For channels without a section, and for what one leaves out.")
    ] = ChannelPolicy()
    channels: Annotated[dict[str, ChannelPolicy], Meta(description="By channel: web, store, crm, whatsapp, …")] = {}
    opt_out_list: Annotated[OptOutPolicy | None, Meta(description="People of whom nothing is sent to Meta.")] = None
    schema: Annotated[str, Meta(description="Where an editor finds docs/schema/consent.json.")] = msgspec.field(
        name="$schema", default=""
    )

    def of(self, channel: str) -> ChannelPolicy:
        """Return the policy of one channel; that of a debugging channel without a section is its real channel's."""
        found = self.channels.get(channel)
        if found is None and channel.endswith(DEBUG):
            found = self.channels.get(channel.removesuffix(DEBUG))
        return self.default if found is None else found

    def described(self) -> dict[str, str]:
        """Say in one line per channel what applies, for the log at start-up."""
        return {name: _line(policy) for name, policy in {"default": self.default, **self.channels}.items()}


def read_policy(text: bytes, place: str) -> ConsentPolicy:
    """Read a policy file. Raises :class:`BadSettings` that names ``place``, the entry and what was expected."""
    try:
        return msgspec.convert(_merged(read_object(text)), ConsentPolicy)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise BadSettings(f"The consent policy {place} cannot be used: {error}") from None


def _merged(raw: dict[str, Any]) -> dict[str, Any]:
    """Let each section stand on the default one, under its channel's name in lower case, as events have it."""
    default, channels = raw.get("default", {}), raw.get("channels", {})
    if not isinstance(default, dict) or not isinstance(channels, dict):
        return raw
    sections = {name.casefold(): {**default, **own} if isinstance(own, dict) else own for name, own in channels.items()}
    if len(sections) < len(channels):
        raise msgspec.ValidationError("Two channels differ in capitals only, which count for nothing - at `$.channels`")
    return {**raw, "channels": sections}


def _line(policy: ChannelPolicy) -> str:
    parts = [f"requires {' + '.join(policy.required) or 'nothing'} (unknown: {policy.unknown})"]
    if policy.respected:
        parts.append(f"respects {' + '.join(policy.respected)}")
    if policy.opt_out:
        parts.append(f"blocked by {' or '.join(policy.opt_out)}")
    if policy.limited_data_use:
        use = policy.limited_data_use
        parts.append(f"Limited Data Use {use.country}/{use.state} {_when(use.signals)}")
    return ", ".join(parts)


def _when(signals: Signals) -> str:
    return f"on {' or '.join(signals)}" if signals else "always"
