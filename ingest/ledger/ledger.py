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
from ingest.ledger.records import ENDED, Claim
from ingest.storage.objects import Entry, Objects

ACCEPTED = "accepted"
"""Last part of the name of the object that takes the place of a file's records once its report is complete."""

STALE = 900.0
"""Seconds after which a claim counts no more: the request that made it has ended (Cloud Run's and Pub/Sub's 600 s)."""

Mask = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Sighting:
    """What is known of some events, in their order.

    ``accepted`` by Meta before; ``under_way``, published from a file whose report is not complete; ``awaited``, those
    of them that an earlier upload of the same name has; ``claimed`` by someone who is just publishing them. ``ours``
    says that our own claim is as we wrote it, ``over`` that its file has come to an end.
    """

    accepted: Mask
    under_way: Mask
    awaited: Mask
    claimed: Mask
    ours: bool = True
    over: bool = False


class Ledger:
    """The ledger of one channel, for any number of threads.

    It takes 24 bytes per event: 16 for the sorted digests and those of each object, 8 more while they are merged.
    """

    def __init__(self, objects: Objects, channel: str) -> None:
        self._objects = objects
        self._prefix = f"{records.LEDGER}/{channel}/"
        self._accepted, self._under_way = _Sorted(self._load_accepted), _Sorted(self._load_record)
        self._lock = threading.Lock()

    def look(self, wanted: Digests, own: Claim | None = None) -> Sighting:
        """Say what is known of events now. ``own`` is the record that claims them; it does not count."""
        with self._lock:
            entries = list(self._objects.list(self._prefix))
            accepted = {entry.name: entry for entry in entries if _is_last(entry, ACCEPTED)}
            done = tuple(name.removesuffix(ACCEPTED) for name in accepted)
            others = [entry for entry in entries if not _is_last(entry, ENDED) and not entry.name.startswith(done)]
            claims = {entry.name: entry for entry in others if not _is_published(entry)}
            published = {entry.name: entry for entry in others if entry.name not in claims}
            self._accepted.update(accepted)
            self._under_way.update(published)
            claimed = np.zeros(len(wanted), np.bool_)
            for claim in _earlier(claims, own.name if own else None):
                claimed |= among(wanted, np.sort(self._load_record(claim)))
            known, under_way = self._accepted.has(wanted), self._under_way.has(wanted)
            if own is None:
                return Sighting(known, under_way, np.zeros_like(known), claimed)
            awaited = self._awaited(wanted, under_way & ~known, published, own)
            return Sighting(known, under_way, awaited, claimed, *self._state(own, entries))

    def _awaited(self, wanted: Digests, open_: Mask, published: Iterable[str], own: Claim) -> Mask:
        """Say which of the ``open_`` events an earlier upload has."""
        if not open_.any():
            return open_
        return open_ & self._under_way.has(wanted, _of_earlier_uploads(published, own))

    def _state(self, own: Claim, entries: Iterable[Entry]) -> tuple[bool, bool]:
        """Say whether a claim is still ours, and whether its file is over."""
        if not own.folder.startswith(self._prefix):  # of a dry run, whose records are no part of the ledger
            entries = self._objects.list(own.folder)
        there = {entry.name: entry.generation for entry in entries if entry.name.startswith(own.folder)}
        return there.get(own.name) == own.generation, any(own.folder + end in there for end in (ACCEPTED, ENDED))

    def _load_accepted(self, entry: Entry) -> Digests:
        stored = self._objects.read(entry.name)
        return unpack(stored.content) if stored else NONE

    def _load_record(self, entry: Entry) -> Digests:
        stored = self._objects.read(entry.name)
        return records.content(stored.content).digests if stored else NONE


def _is_last(entry: Entry, name: str) -> bool:
    return entry.name.rpartition("/")[2] == name


def _of_earlier_uploads(published: Iterable[str], own: Claim) -> list[str]:
    """Return the records of earlier generations of the object that ``own`` is of."""
    file, _, ours = own.folder.rstrip("/").rpartition("/")
    parts = ((name, name.removeprefix(f"{file}/").split("/")) for name in published if name.startswith(f"{file}/"))
    # Of an object whose name goes on where this one ends there are more parts.
    return [name for name, rest in parts if len(rest) == len(("generation", "row")) and int(rest[0]) < int(ours)]


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

    def has(self, wanted: Digests, names: Iterable[str] | None = None) -> Mask:
        """Say of each digest whether it is there: in any of the objects, or in those of ``names``."""
        return among(wanted, self._all if names is None else _sorted(self._parts[name][1] for name in names))


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
