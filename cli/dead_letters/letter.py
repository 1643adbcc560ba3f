"""One dead letter: a message that forward rejected with a reason, or that Pub/Sub gave up delivering."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import msgspec

from omnicapi.errors import BadMessage
from omnicapi.packed import plain
from omnicapi.validation import NOT_JSON
from omnicapi.window import is_too_old

TOPICS = ("signals", "events", "event-of-interest", "files")
"""Topics with dead letters, the likeliest first."""

UNDELIVERABLE = "undeliverable"
"""Reason of a letter that Pub/Sub dead-lettered: no service could settle it within its attempts."""

ABOUT_THE_LETTER = frozenset({"reason", "code", "fbtrace_id"})
"""Attributes by which forward says why it is here; a replayed message does not carry them on."""

_FORWARDS = "signals"
"""The topic to whose dead letters forward adds; to those of the others only Pub/Sub does."""

_PUBSUBS_OWN = "CloudPubSubDeadLetter"


_MOST_DIGITS = 9


class _ServerEvent(msgspec.Struct):
    event_time: int = 0
    action_source: str | None = None


class _Item(msgspec.Struct):
    """What events and signals have in common, as far as windows go: a signal's times are in its server event."""

    event_time: int = 0
    action_source: str | None = None
    event: _ServerEvent | None = None

    def times(self) -> tuple[int, str | None]:
        held = self.event or self
        return held.event_time, held.action_source


_decode = msgspec.json.Decoder(list[_Item]).decode


@dataclass(frozen=True)
class Letter:
    """A dead letter under lease. ``published`` is Unix seconds, UTC: when it was dead-lettered."""

    ack_id: str
    message_id: str
    topic: str
    """The topic it came from and goes back to."""
    data: bytes
    attributes: Mapping[str, str]
    published: float
    ordering_key: str = ""

    @property
    def is_forwards(self) -> bool:
        """Whether forward refused it; else Pub/Sub gave it up, and all other attributes are the message's own."""
        return self.topic == _FORWARDS and not any(name.startswith(_PUBSUBS_OWN) for name in self.attributes)

    @property
    def reason(self) -> str:
        """Why it is here, as outcomes say it."""
        return self.attributes.get("reason", UNDELIVERABLE) if self.is_forwards else UNDELIVERABLE

    @property
    def channel(self) -> str:
        """The channel it belongs to, as far as its attributes say."""
        return self.attributes.get("channel", "?")

    @property
    def count(self) -> int:
        """Number of items in it."""
        count = self.attributes.get("count", "1")
        return int(count) if count.isdecimal() and len(count) <= _MOST_DIGITS else 1

    @property
    def size(self) -> int:
        """Bytes that a request to publish it takes, at most."""
        return len(self.data) + sum(
            len(name.encode()) + len(value.encode()) + 16 for name, value in self.attributes.items()
        )

    def replayed_attributes(self) -> dict[str, str]:
        """Return the attributes with which it goes back to its topic: those that it had there."""
        added = ABOUT_THE_LETTER if self.is_forwards else frozenset[str]()
        return {
            name: value
            for name, value in self.attributes.items()
            if name not in added and not name.startswith(_PUBSUBS_OWN)
        }

    def is_past_window(self, now: int) -> bool:
        """Say whether Meta would refuse every item of it by now (Unix seconds, UTC) for its age.

        A letter whose items have no times that we can read, a producer's own message say, is not judged here.
        """
        try:
            times = [item.times() for item in _decode(plain(self.data, self.attributes))]
        except (*NOT_JSON, BadMessage):
            return False
        return bool(times) and all(time > 0 and is_too_old(time, source, now) for time, source in times)
