"""What ``terraform show -json`` prints of a plan or a state, as a list of resources.

The format is https://developer.hashicorp.com/terraform/internals/json-format.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import msgspec

from omnicapi.errors import ConfigurationError
from omnicapi.validation import NOT_JSON

Values = Mapping[str, Any]


class NotPlanned(ConfigurationError):
    """A plan does not say what the stack must know; the text says what, and what to show instead."""


class Resource(msgspec.Struct, frozen=True):
    """One resource; ``values`` are its arguments and attributes as far as they are known."""

    address: str
    type: str
    values: dict[str, Any] = {}

    def known(self, name: str, block: Values | None = None) -> str:
        """Return a text of the resource, or of one of its blocks. Raises :class:`NotPlanned` where it is unknown."""
        value = (self.values if block is None else block).get(name)
        if value is None:
            raise NotPlanned(
                f"{self.address}: {name} is known only after the first apply; show the state, or a plan made after it."
            )
        return str(value)


class _Module(msgspec.Struct):
    resources: list[Resource] = []
    child_modules: list[_Module] = []

    def all(self) -> Iterator[Resource]:
        yield from self.resources
        for child in self.child_modules:
            yield from child.all()


class _Values(msgspec.Struct):
    root_module: _Module = msgspec.field(default_factory=_Module)


class _Shown(msgspec.Struct):
    planned_values: _Values | None = None
    values: _Values | None = None


def resources(shown: bytes) -> list[Resource]:
    """Return every resource, those of modules too. Raises :class:`NotPlanned` where this is neither plan nor state."""
    try:
        document = msgspec.json.decode(shown, type=_Shown)
    except NOT_JSON as error:
        raise NotPlanned(f"This is not what terraform show -json prints: {error}.") from None
    values = document.planned_values or document.values
    if values is None:
        raise NotPlanned("terraform show -json printed neither a plan nor a state: name a plan file, or apply first.")
    return list(values.root_module.all())
