"""Cuts ``combinations.json`` out of the source of the Google provider: which arguments exclude or need each other.

``python -m tests.terraform.stub_provider.cut_combinations SOURCE``, where ``SOURCE`` is a checkout of
hashicorp/terraform-provider-google. The wheel that ``cut_schemas`` reads says none of it.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from pathlib import Path

import msgspec

from tests.terraform.stub_provider.combinations import FILE, Combinations
from tests.terraform.stub_provider.cut_schemas import LEAVES, resource_types

_FIELD = re.compile(r'^(\t+)"(\w+)": \{$')
_RULE = re.compile(r"^(\t+)(ExactlyOneOf|AtLeastOneOf|ConflictsWith|RequiredWith): +\[\]string\{(.*)\},$")


def rules(source: str) -> Iterator[tuple[str, str, list[str]]]:
    """Yield the path of each argument that has a rule, the rule's name and the paths it names."""
    above: list[tuple[int, str]] = []
    for line in source.splitlines():
        if field := _FIELD.match(line):
            depth = len(field[1])
            above = [*(each for each in above if each[0] < depth), (depth, field[2])]
        elif (rule := _RULE.match(line)) and (others := re.findall(r'"([\w.]+)"', rule[3])):
            # Of a block it follows the arguments in it.
            yield ".0.".join(name for depth, name in above if depth < len(rule[1])), rule[2], others


def cut(source: str) -> Combinations:
    """Return what a resource's schema says of combinations."""
    groups: dict[str, set[tuple[str, ...]]] = {"ExactlyOneOf": set(), "AtLeastOneOf": set()}
    pairs: dict[str, dict[str, list[str]]] = {"ConflictsWith": {}, "RequiredWith": {}}
    for path, rule, others in rules(source):
        if rule in groups:
            groups[rule].add(tuple(sorted({path, *others})))
        else:
            pairs[rule][path] = sorted(others)
    return Combinations(
        exactly_one_of=sorted(groups["ExactlyOneOf"]),
        at_least_one_of=sorted(groups["AtLeastOneOf"]),
        conflicts_with=pairs["ConflictsWith"],
        required_with=pairs["RequiredWith"],
    )


def cut_all(checkout: Path) -> dict[str, Combinations]:
    """Return the combinations of each resource type in use that has any."""
    found: dict[str, Combinations] = {}
    for name in sorted(set(resource_types()) - LEAVES):
        for file in checkout.glob(f"google/services/*/resource_{name}.go"):
            combinations = cut(file.read_text(encoding="utf-8"))
            if combinations != Combinations():
                found[f"google_{name}"] = combinations
    return found


if __name__ == "__main__":
    FILE.write_bytes(msgspec.json.format(msgspec.json.encode(cut_all(Path(sys.argv[1]))), indent=1) + b"\n")
