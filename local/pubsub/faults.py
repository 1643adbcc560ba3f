"""How the broker can be told to misbehave, as the control port carries it; every default is good behaviour."""

from typing import Annotated

import msgspec

Share = Annotated[float, msgspec.Meta(ge=0, le=1)]
Seconds = Annotated[float, msgspec.Meta(ge=0, le=3600)]
Count = Annotated[int, msgspec.Meta(ge=0)]


class SubscriptionFaults(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What happens to a subscription's messages: the first three to those published from now on.

    ``duplicate``: each is delivered twice, with one message id. ``delay``: held back so many seconds.
    ``reorder``: each held back a random part of so many seconds, so that they overtake each other.
    ``refuse_count``: the next pushes fail before they reach the endpoint. ``refuse_share``: so does this share of them.
    """

    duplicate: bool = False
    delay: Seconds = 0.0
    reorder: Seconds = 0.0
    refuse_count: Count = 0
    refuse_share: Share = 0.0


class TopicFaults(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Publish requests answered UNAVAILABLE: the next ``unavailable_count``, and all for ``unavailable_seconds``."""

    unavailable_count: Count = 0
    unavailable_seconds: Seconds = 0.0
