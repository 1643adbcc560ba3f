"""What a sample message is."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any, Self


@dataclass(frozen=True)
class SampleMessage:
    """One message with its attributes. ``events`` is how many verdicts it must lead to.

    A ``schema`` names the form of the events; without it their keys, or the channel's map, say it.
    """

    channel: str
    data: bytes
    events: int = 1
    schema: str | None = None

    @classmethod
    def of(cls, channel: str, body: dict[str, Any], *, events: int = 1, schema: str | None = None) -> Self:
        """Return the message with a JSON object as its data."""
        return cls(channel, json.dumps(body).encode(), events, schema)

    @property
    def attributes(self) -> dict[str, str]:
        """The message's attributes besides the channel."""
        return {} if self.schema is None else {"schema": self.schema}
