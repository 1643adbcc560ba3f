"""The JSON types the documented keys take, and the checks made from tables of them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import msgspec

from local.meta.rules.model import Event, Found

Check = Callable[[Event, int], Found | None]


@dataclass(frozen=True, slots=True)
class Kind:
    """A JSON type: its name in a complaint, and the annotation msgspec checks it by (a boolean is never a number)."""

    name: str
    annotation: Any

    def fits(self, value: object) -> bool:
        """Whether the value, and each item of an array, has this type."""
        try:
            msgspec.convert(value, self.annotation)
        except msgspec.ValidationError:
            return False
        return True


TEXT = Kind("a string", str)
INTEGER = Kind("an integer", int)
NUMBER = Kind("a number", float)
AMOUNT = Kind("a number", float | str)
BOOLEAN = Kind("a boolean", bool)
SWITCH = Kind("0 or 1", int | bool)
STATUS = Kind("a string or a boolean", str | bool)
META_ID = Kind("a string or an integer", str | int)
OBJECT = Kind("an object", dict)
ARRAY = Kind("an array", list)
TEXT_LIST = Kind("an array of strings", list[str])
TEXTS = Kind("a string or an array of strings", str | list[str])


class Keys:
    """The documented keys of a JSON object and the type of each; with `null`, a null stands for an absent key."""

    def __init__(self, kinds: Mapping[str, Kind], *, null: bool = False) -> None:
        self.kinds = {key: Kind(k.name, k.annotation | None) if null else k for key, k in kinds.items()}
        # One conversion in C for the object as a whole: a batch holds 1,000 events, almost all of them well-formed.
        self._shape = msgspec.defstruct(
            "Shape", [(key, kind.annotation, msgspec.UNSET) for key, kind in self.kinds.items()], gc=False
        )

    def misfit(self, section: Mapping[str, Any]) -> Found | None:
        """Find the first documented key whose value has another type."""
        try:
            msgspec.convert(section, self._shape)
        except msgspec.ValidationError:
            wrong = (key for key, kind in self.kinds.items() if key in section and not kind.fits(section[key]))
            key = next(wrong)
            return Found((key,), self.kinds[key].name)
        return None

    def stranger(self, section: Mapping[str, Any]) -> str | None:
        """Find the first key that is not documented."""
        if section.keys() <= self.kinds.keys():
            return None
        return next(key for key in section if key not in self.kinds)


def typed(where: str, keys: Keys) -> Check:
    """Check that each documented key of the object at `where`, if there is one, has its type."""

    def check(event: Event, _now: int) -> Found | None:
        section = event.get(where)
        found = keys.misfit(section) if section else None
        return found and Found((where, *found.path), found.detail)

    return check


def closed(where: str, keys: Keys) -> Check:
    """Check that the object at `where`, if there is one, has no undocumented key."""

    def check(event: Event, _now: int) -> Found | None:
        section = event.get(where)
        stranger = keys.stranger(section) if section else None
        return None if stranger is None else Found((where,), stranger)

    return check


def one_of(where: str, choices: Mapping[str, frozenset[str]]) -> Check:
    """Check that each key with a closed list of values, when it is there, holds one of them."""

    def check(event: Event, _now: int) -> Found | None:
        section = event.get(where) or {}
        for key in section.keys() & choices.keys():
            if section[key] not in choices[key]:
                return Found((where, key), f"one of {', '.join(sorted(choices[key]))}")
        return None

    return check
