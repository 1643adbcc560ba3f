"""What can go wrong, as messages: the control client sends them, the stand-in acts them out.

A kind is told by its class name in `kind`. `stage` says when it is looked at: `edge` faults before the request is read
(the network, Meta's front), `verdict` faults only for a batch that would have been accepted.
"""

from typing import ClassVar

import msgspec


class _Kind(msgspec.Struct, frozen=True, tag_field="kind", forbid_unknown_fields=True):
    stage: ClassVar[str] = "edge"


class Refuse(_Kind, frozen=True, tag=True):
    """Answer with this Graph error: by default a transient 500, code 2 (meta-capi.md §9.1)."""

    status: int = 500
    code: int = 2
    subcode: int | None = None
    is_transient: bool | None = None
    message: str = "Service temporarily unavailable"


class Throttle(_Kind, frozen=True, tag=True):
    """Answer that a limit is reached, with the headers of meta-capi.md §9.2; Meta does so with status 400 too."""

    code: int = 4
    subcode: int | None = None
    status: int = 400
    percent: int = 100
    regain_minutes: int = 5


class Usage(_Kind, frozen=True, tag=True):
    """Add the usage headers to whatever the answer is; `percent` of each limit is used up."""

    percent: int = 50
    regain_minutes: int = 0


class Latency(_Kind, frozen=True, tag=True):
    """Answer later by a time drawn evenly between two bounds, in milliseconds."""

    min_ms: int
    max_ms: int


class Hang(_Kind, frozen=True, tag=True):
    """Read the request, say nothing for this many seconds, then cut the connection. Nothing is recorded as accepted."""

    seconds: float = 30.0


class Reset(_Kind, frozen=True, tag=True):
    """Cut the connection at once."""


class Html(_Kind, frozen=True, tag=True):
    """Answer with a page, as a proxy in front of Meta would."""

    status: int = 502


class LoseAnswer(_Kind, frozen=True, tag=True):
    """Accept the batch and record it, but never say so: the time-out nobody can read."""

    stage: ClassVar[str] = "verdict"
    seconds: float = 0.0


class Undercount(_Kind, frozen=True, tag=True):
    """Accept the batch but report fewer `events_received`."""

    stage: ClassVar[str] = "verdict"
    missing: int = 1


class Poison(_Kind, frozen=True, tag=True):
    """Refuse a batch that holds one of these events: by id, or by the beginning of the id.

    With `path`, the message gives the JSON path of the first of them, whatever the subcode.
    """

    stage: ClassVar[str] = "verdict"
    prefix: str = ""
    event_ids: list[str] = []
    status: int = 400
    code: int = 100
    subcode: int | None = 2804019
    path: bool = False

    def strikes(self, event_id: object) -> bool:
        """Whether the event of this id is one of them."""
        return isinstance(event_id, str) and (
            event_id in self.event_ids or bool(self.prefix and event_id.startswith(self.prefix))
        )


Kind = Refuse | Throttle | Usage | Latency | Hang | Reset | Html | LoseAnswer | Undercount | Poison


class When(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How often and for whom: by default once, for any dataset.

    `times=None` is for ever. `share` is the part of the requests, drawn from `seed`. `dataset` limits it to one
    dataset, `seconds` to a time from the moment of the command.
    """

    times: int | None = 1
    share: float = 1.0
    seed: int = 0
    dataset: str | None = None
    seconds: float | None = None


ALWAYS = When(times=None)


class Command(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One order to the stand-in: this fault, then."""

    fault: Kind
    when: When = When()
