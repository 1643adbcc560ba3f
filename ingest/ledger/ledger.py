"""A channel's ledger as one process sees it: sorted digests in memory, brought up to date before each look."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from ingest.ledger import records
from ingest.ledger.digests import NONE, Digests, among, merged, unpack
from ingest.objects import Entry, Objects

ACCEPTED = "accepted"
"""Last part of the name of the object that takes the place of a file's records once its report is complete."""

STALE = 900.0
"""Seconds after which a claim counts no more: the request that made it has ended (Cloud Run's and Pub/Sub's 600 s)."""

Mask = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Sighting:
    """What is known of some events, in their order.

    ``accepted`` by Meta before; ``under_way``, published from a file whose report is not complete; ``claimed`` by
    someone who is just publishing them.
    """

    accepted: Mask
    under_way: Mask
    claimed: Mask


class Ledger:
    """The ledger of one channel, for any number of threads.

    It takes 24 bytes an event: 16 for the sorted digests and those of each object, 8 more while they are merged.
    """

    def __init__(self, objects: Objects, channel: str) -> None:
        self._objects = objects
        self._prefix = f"{records.LEDGER}/{channel}/"
        self._accepted, self._under_way = _Sorted(self._load_accepted), _Sorted(self._load_record)
        self._lock = threading.Lock()

    def look(self, wanted: Digests, own: str | None = None) -> Sighting:
        """Say what is known of events now. ``own`` is the name of the record that claims them; it does not count."""
        with self._lock:
            entries = list(self._objects.list(self._prefix))
            accepted = {entry.name: entry for entry in entries if _is_accepted(entry)}
            done = tuple(name.removesuffix(ACCEPTED) for name in accepted)
            others = [entry for entry in entries if entry.name not in accepted and not entry.name.startswith(done)]
            claims = {entry.name: entry for entry in others if not _is_published(entry)}
            self._accepted.update(accepted)
            self._under_way.update({entry.name: entry for entry in others if entry.name not in claims})
            claimed = np.zeros(len(wanted), np.bool_)
            for claim in _earlier(claims, own):
                claimed |= among(wanted, np.sort(self._load_record(claim)))
            return Sighting(self._accepted.has(wanted), self._under_way.has(wanted), claimed)

    def _load_accepted(self, entry: Entry) -> Digests:
        stored = self._objects.read(entry.name)
        return unpack(stored.content) if stored else NONE

    def _load_record(self, entry: Entry) -> Digests:
        stored = self._objects.read(entry.name)
        return records.content(stored.content).digests if stored else NONE


def _is_accepted(entry: Entry) -> bool:
    return entry.name.rpartition("/")[2] == ACCEPTED


def _is_published(entry: Entry) -> bool:
    progress = records.read(entry)
    return progress is not None and progress.published


def _earlier(claims: Mapping[str, Entry], own: str | None) -> Iterable[Entry]:
    """Return the claims that go before ours: written earlier, and not so long ago that nobody can be at work."""
    ours = claims.get(own or "")
    if ours is None:
        return ()
    return [
        claim
        for claim in claims.values()
        if claim.generation < ours.generation and ours.written_s - claim.written_s < STALE
    ]


class _Sorted:
    """The digests of some objects, as one sorted array. New ones are merged in; when one goes, all are sorted."""

    def __init__(self, load: Callable[[Entry], Digests]) -> None:
        self._load = load
        self._parts: dict[str, tuple[int, Digests]] = {}
        self._all = NONE

    def update(self, entries: Mapping[str, Entry]) -> None:
        """Make the array that of exactly these objects; only those not known yet are fetched."""
        known = {name: part[0] for name, part in self._parts.items()}
        lost = any(name not in entries or entries[name].generation != known[name] for name in known)
        new = [entry for name, entry in entries.items() if known.get(name) != entry.generation]
        if new:
            with ThreadPoolExecutor(8) as pool:
                loaded = list(pool.map(self._load, new))
            self._parts.update({entry.name: (entry.generation, part) for entry, part in zip(new, loaded, strict=True)})
        self._parts = {name: part for name, part in self._parts.items() if name in entries}
        if lost:
            self._all = _sorted([part for _, part in self._parts.values()])
        elif new:
            self._all = merged(self._all, _sorted(loaded))

    def has(self, wanted: Digests) -> Mask:
        """Say of each digest whether it is there."""
        return among(wanted, self._all)


def _sorted(parts: Iterable[Digests]) -> Digests:
    return np.sort(np.concatenate([NONE, *parts]))


class Ledgers:
    """The ledger of each bucket and channel, kept as long as the process lives."""

    def __init__(self) -> None:
        self._ledgers: dict[tuple[str, str], Ledger] = {}
        self._lock = threading.Lock()

    def of(self, objects: Objects, channel: str) -> Ledger:
        """Return the one of a channel of the bucket of ``objects``."""
        with self._lock:
            return self._ledgers.setdefault((objects.bucket, channel), Ledger(objects, channel))
