"""The audit trail of the local stack: every batch of outcomes, one JSON line each, in ``.omnicapi/outcomes.jsonl``."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import msgspec

from omnicapi.errors import BadSettings
from omnicapi.messages import Outcome, Outcomes

DEFAULT_PATH = Path(".omnicapi") / "outcomes.jsonl"

_encode = msgspec.json.Encoder().encode
_decode = msgspec.json.Decoder(Outcomes).decode


class TrailWriter:
    """Appends batches to the trail; safe for many threads. An earlier stack's trail is replaced."""

    def __init__(self, path: Path = DEFAULT_PATH) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._file = path.open("wb")
        self._lock = threading.Lock()

    def take(self, batch: Outcomes) -> None:
        """Append one batch; it can be found from now on."""
        with self._lock:
            self._file.write(_encode(batch) + b"\n")
            self._file.flush()

    def close(self) -> None:
        """Let go of the file."""
        self._file.close()


class LocalTrail:
    """Finds outcomes in a trail file by reading it once, line by line."""

    def __init__(self, path: Path = DEFAULT_PATH) -> None:
        if not path.exists():
            raise BadSettings(
                f"There is no trail at {path}: start the local stack with `omnicapi up`, or name the BigQuery table of "
                "a deployment with --table."
            )
        self._path = path

    def find(self, key: str) -> Iterator[Outcome]:
        """Yield the outcomes whose event id, order id or fbtrace_id is ``key``, oldest first."""
        needle = msgspec.json.encode(key)[1:-1]
        with self._path.open("rb") as lines:
            for line in lines:
                if needle in line:
                    yield from (outcome for outcome in _decode(line).outcomes if key in identifiers(outcome))


def identifiers(outcome: Outcome) -> tuple[str | None, str | None, str | None]:
    """Return what an outcome can be asked for by."""
    return outcome.event_id, outcome.order_id, outcome.fbtrace_id
