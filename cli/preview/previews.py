"""Ingest and handle in one process: each row or message item to what would become of it."""

from __future__ import annotations

import sys
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, TextIO

import msgspec

from handle.configuration import Configuration
from handle.match_quality import ADVICE, match_quality
from handle.settings import HandleSettings
from handle.step import Setup, handle
from ingest.maps.folder import Folder, Maps, OneFile
from ingest.preview import from_file, from_messages
from ingest.rows.noticed import Noticed
from ingest.storage.channel import channel_of
from omnicapi.errors import UnknownChannel
from omnicapi.messages import Event, Origin, Outcome, ReadySignal
from omnicapi.server_event import ServerEvent
from omnicapi.settings import load
from omnicapi.storage.documents import Documents, storage_client
from omnicapi.supplied import supplied

STANDARD_INPUT = Path("-")
MESSAGE_SUFFIXES = frozenset({".json", ".jsonl", ".ndjson"})

PLACEHOLDER = {"GOOGLE_CLOUD_PROJECT": "preview", "META_DATASET_ID": "YOUR_DATASET"}
"""Settings that handle insists on and that change nothing here."""


class Preview(msgspec.Struct):
    """One event: where it came from, and the server event that would be sent, or why nothing would."""

    origin: Origin
    verdict: Literal["ready", "rejected", "dropped"]
    channel: str
    event_id: str | None = None
    event_name: str | None = None
    reason: str | None = None
    field: str | None = None
    message: str | None = None
    warnings: list[str] = []
    dataset: str | None = None
    event: ServerEvent | None = None
    identifiers: list[str] = []
    """What the event says about its person, weightiest first."""
    missing: list[str] = []
    """Identifiers that would raise its match quality, the most helpful first (meta-capi.md §10)."""


@dataclass(frozen=True)
class PreviewInput:
    """What to preview: a file to drop or messages (``-`` for standard input, or one of :data:`MESSAGE_SUFFIXES`).

    ``channel`` and ``map_`` are found out where ``None``.
    """

    path: Path
    channel: str | None = None
    map_: Path | None = None

    @property
    def holds_messages(self) -> bool:
        """Whether the input is messages, not a file to drop."""
        return self.path == STANDARD_INPUT or self.path.suffix.casefold() in MESSAGE_SUFFIXES

    def maps(self) -> Maps:
        """Return the supplied maps; with ``map_``, only that one."""
        maps = Maps(Folder(supplied("maps")))
        return maps if self.map_ is None else Maps(OneFile(self.map_, self._map_channel(self.map_, maps)))

    def _map_channel(self, map_: Path, known: Maps) -> str:
        if self.channel:
            return self.channel.casefold()
        for path in (self.path, map_):
            try:
                return channel_of(path.name, known.channels())
            except UnknownChannel:
                continue
        return map_.stem.casefold()


def setup(environ: Mapping[str, str]) -> Setup:
    """Return what handle would do with this environment; a missing project or dataset is made up.

    Raises :class:`~omnicapi.errors.BadSettings`.
    """
    given = {name: value for name, value in environ.items() if value}
    settings = load(HandleSettings, PLACEHOLDER | given)
    return Configuration(settings, Documents(storage_client), time.monotonic).setup()


def previews(source: PreviewInput, setup: Setup, now: int, noticed: Noticed | None = None) -> Iterator[Preview]:
    """Yield what becomes of each event of ``source``, as it is read; ``now`` is Unix seconds, UTC.

    ``noticed`` takes what a person should know of how the file was read.

    Raises :class:`~omnicapi.errors.PermanentError` or :class:`~omnicapi.errors.BadMap` where the input cannot be used.
    """
    for one in _read(source, now, noticed):
        if isinstance(one, Outcome):
            yield _refused(one)
            continue
        handled = handle([one], setup, now)
        yield from map(_ready, handled.signals)
        yield from map(_refused, handled.outcomes)


def _read(source: PreviewInput, now: int, noticed: Noticed | None) -> Iterator[Event | Outcome]:
    maps, received_ms = source.maps(), now * 1000
    if not source.holds_messages:
        yield from from_file(source.path, maps, source.channel, received_ms, noticed)
    elif source.path == STANDARD_INPUT:
        yield from from_messages(sys.stdin.buffer, maps, source.channel, received_ms)
    else:
        with source.path.open("rb") as stream:
            yield from from_messages(stream, maps, source.channel, received_ms)


def _ready(signal: ReadySignal) -> Preview:
    quality = match_quality(signal.event)
    return Preview(
        signal.origin,
        "ready",
        signal.channel,
        signal.event.event_id,
        signal.event.event_name,
        warnings=signal.warnings,
        dataset=signal.dataset,
        event=signal.event,
        identifiers=quality.present,
        missing=[advice.field for advice in quality.advice],
    )


def _refused(outcome: Outcome) -> Preview:
    return Preview(
        outcome.origin,
        "dropped" if outcome.verdict == "dropped" else "rejected",
        outcome.channel,
        outcome.event_id,
        outcome.event_name,
        reason=outcome.reason,
        field=outcome.field,
        message=outcome.message,
        warnings=outcome.warnings,
        dataset=outcome.dataset,
    )


_NAMED = 3
"""Identifiers that are recommended at once: more would not be read."""

_encode = msgspec.json.Encoder(decimal_format="number").encode


def write_jsonl(lines: Iterable[Preview], output: TextIO) -> Counter[str]:
    """Write one JSON object per event and return how many there are of each verdict."""
    verdicts: Counter[str] = Counter()
    for line in lines:
        verdicts[line.verdict] += 1
        output.write(_encode(line).decode() + "\n")
    return verdicts


def write_table(lines: Iterable[Preview], output: TextIO) -> Counter[str]:
    """Write a line per event as it comes, a sum at the end; return how many there are of each verdict.

    Nothing of the customer is shown: the server event is in the other format.
    """
    verdicts: Counter[str] = Counter()
    missing: Counter[str] = Counter()
    for line in lines:
        verdicts[line.verdict] += 1
        missing.update(line.missing[:_NAMED])
        output.write(f"{line.verdict:<9} {line.origin.text():<32} {line.channel}: {_remark(line)}".rstrip() + "\n")
    if verdicts:
        counts = ", ".join(f"{count} {verdict}" for verdict, count in verdicts.items())
        output.write(f"{verdicts.total()} events: {counts}.\n")
    for field, count in missing.most_common(_NAMED):
        output.write(f"{count} would match better with {field}: {ADVICE[field]}\n")
    return verdicts


def _remark(line: Preview) -> str:
    parts = []
    if line.event is not None:
        parts.append(f"{line.event.event_name} → {line.dataset}")
        parts.append(f"known by {', '.join(line.identifiers)}")
    if line.reason is not None:
        parts.append(f"{line.reason}{f' ({line.field})' if line.field else ''}: {line.message}")
    if line.warnings:
        parts.append(f"left out or mended: {', '.join(line.warnings)}")
    return "; ".join(parts)
