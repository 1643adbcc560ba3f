"""The audit trail of the local stack: the file of outcomes that ``omnicapi up`` writes, one JSON line each."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import msgspec

from omnicapi.errors import BadSettings
from omnicapi.messages import Outcome

_decode = msgspec.json.Decoder(Outcome).decode


class LocalTrail:
    """Finds outcomes by reading the file once, line by line; raises :class:`BadSettings` where there is none."""

    def __init__(self, path: Path) -> None:
        if not path.exists():
            raise BadSettings(
                f"There is no trail at {path}: start the local stack with `omnicapi up`, or name the BigQuery table of "
                "a deployment with --table."
            )
        self._path = path

    def find(self, key: str) -> Iterator[Outcome]:
        """Yield the outcomes whose event id, order id or fbtrace_id is ``key``, oldest first."""
        # Lines are written by the same encoder, so one without the encoded key cannot hold it.
        needle = msgspec.json.encode(key)
        with self._path.open("rb") as lines:
            for line in lines:
                if needle in line and key in _identifiers(outcome := _decode(line)):
                    yield outcome


def _identifiers(outcome: Outcome) -> tuple[str | None, str | None, str | None]:
    return outcome.event_id, outcome.order_id, outcome.fbtrace_id
