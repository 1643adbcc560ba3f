"""The Google provider's schemas, cut down to the resources that terraform/ uses and kept in ``schemas.json``."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec

FILE = Path(__file__).with_name("schemas.json")


Type = str | list[Any]
"""As Terraform writes types: ``"string"``, ``["list", "string"]``, ``["list", ["object", {"state": "string"}]]``."""


class Attribute(msgspec.Struct, omit_defaults=True):
    """One argument or attribute."""

    type: Type
    required: bool = False
    computed: bool = False
    only_computed: bool = False
    write_only: bool = False


class Nested(msgspec.Struct, omit_defaults=True):
    """A nested block; ``many`` says whether it may be repeated."""

    block: Block
    set: bool = False
    single: bool = False
    many: bool = False
    required: bool = False


class Block(msgspec.Struct, omit_defaults=True):
    """What a resource, or a block in it, may hold."""

    attributes: dict[str, Attribute] = {}
    blocks: dict[str, Nested] = {}


SLEEP = Block(
    attributes={
        "id": Attribute(type="string", computed=True),
        "create_duration": Attribute(type="string"),
        "destroy_duration": Attribute(type="string"),
        "triggers": Attribute(type=["map", "string"]),
    }
)
"""``time_sleep`` of hashicorp/time 0.13, which a provider of its own serves; here it waits for nothing."""


def load() -> dict[str, Block]:
    """Return the block of each resource type."""
    return msgspec.json.decode(FILE.read_bytes(), type=dict[str, Block]) | {"time_sleep": SLEEP}
