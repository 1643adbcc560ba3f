"""What the control port tells of a topic or a subscription."""

import msgspec

from local.pubsub.faults import SubscriptionFaults, TopicFaults


class SubscriptionStatus(msgspec.Struct, frozen=True, kw_only=True):
    """One subscription. Counts run since it was created; a duplicate counts as a message of its own.

    ``published`` = ``acked`` + ``dead_lettered`` + ``outstanding`` (leased) + ``backlog`` (not leased).
    ``filtered`` messages did not match the filter and count nowhere else. ``oldest_unacked_age`` is in seconds.
    """

    name: str
    topic: str
    push_endpoint: str
    published: int
    filtered: int
    outstanding: int
    backlog: int
    acked: int
    nacked: int
    expired: int
    dead_lettered: int
    oldest_unacked_age: float
    faults: SubscriptionFaults

    @property
    def unacked(self) -> int:
        """Messages that are neither acknowledged nor dead-lettered."""
        return self.outstanding + self.backlog


class TopicStatus(msgspec.Struct, frozen=True, kw_only=True):
    """One topic: messages ``published``, publish requests ``refused`` by a fault, and the faults still to come."""

    name: str
    published: int
    refused: int
    faults: TopicFaults
