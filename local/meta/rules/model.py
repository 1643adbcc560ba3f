"""What a rule is, and where in the JSON it found something."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Generic, NamedTuple, TypeVar

from local.meta.complaints import Complaint

Event = dict[str, Any]
"""One element of `data` as it was decoded: anything a sender can write in a JSON object."""

Subject = TypeVar("Subject")


class Found(NamedTuple):
    """Where a rule is broken: the keys and indexes from the event (or the request) downwards, and a word about it."""

    path: tuple[str | int, ...] = ()
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Rule(Generic[Subject]):
    """One rule of the Conversions API: what it demands, how a breach is found and how Meta complains about it.

    `check(subject, now)` gives the first breach or None; `now` is the receiver's clock in Unix seconds. `source` names
    the place in the specification; `note` says which reading was taken where the specification leaves it open.
    """

    id: str
    complaint: Complaint
    source: str
    says: str
    check: Callable[[Subject, int], Found | None]
    note: str = ""


class Group(NamedTuple):
    """Rules that are asked together, and which events they concern: most events are of one action source."""

    concerns: Callable[[Event], bool]
    rules: tuple[Rule[Event], ...]
