"""Which arguments of a resource exclude or need each other: the real provider's rules, kept in ``combinations.json``.

A path is as the provider writes it: ``template.0.vpc_access``. An argument is given unless it is null, so ``""``
is given. One that is unknown yet may turn out either way, so nothing is refused on its account.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import msgspec

FILE = Path(__file__).with_name("combinations.json")


class Combinations(msgspec.Struct, omit_defaults=True):
    """The rules of one resource type: groups of paths, or the other paths by path."""

    exactly_one_of: list[tuple[str, ...]] = []
    at_least_one_of: list[tuple[str, ...]] = []
    conflicts_with: dict[str, list[str]] = {}
    required_with: dict[str, list[str]] = {}

    def complaints(self, config: Mapping[str, Any]) -> Iterator[str]:
        """Yield a sentence, much like the provider's own, for each rule that a resource's arguments break."""
        for group in self.exactly_one_of:
            given = [_given(config, path) for path in group]
            if _applies(config, group) and (given.count(True) > 1 or set(given) == {False}):
                yield f"exactly one of {_list(group)} must be specified"
        for group in self.at_least_one_of:
            if _applies(config, group) and {_given(config, path) for path in group} == {False}:
                yield f"one of {_list(group)} must be specified"
        for path, others in self.conflicts_with.items():
            if _given(config, path) and any(_given(config, other) is True for other in others):
                yield f"{path} conflicts with {_list(others)}"
        for path, others in self.required_with.items():
            if _given(config, path) and any(_given(config, other) is False for other in others):
                yield f"all of {_list([path, *others])} must be specified"


def _given(config: Mapping[str, Any], path: str) -> bool | None:
    """Say whether what is at a path has a value, ``None`` where that is unknown yet; a block that is there is one."""
    place: Any = config
    for step in path.split("."):
        if place is None or place == []:
            return False
        if isinstance(place, list):
            place = place[int(step)]
        elif isinstance(place, Mapping):
            place = place.get(step)
        else:
            return None
    return None if isinstance(place, msgspec.msgpack.Ext) else place not in (None, [])


def _applies(config: Mapping[str, Any], group: tuple[str, ...]) -> bool:
    """Say whether a group's block is there; at the top it always is."""
    blocks = {path.rpartition(".")[0] for path in group}
    return any(not block or _given(config, block.removesuffix(".0")) for block in blocks)


def _list(paths: list[str] | tuple[str, ...]) -> str:
    return f"`{','.join(paths)}`"


def load() -> dict[str, Combinations]:
    """Return the rules of each resource type that has any."""
    return msgspec.json.decode(FILE.read_bytes(), type=dict[str, Combinations])
