"""How many wrong keys an address may try: a guess that is not weighed tells nobody anything.

An address that tried too many is let wait, and meanwhile only keys that opened a channel from there before are weighed:
back ends behind the same address (a NAT) go on, while whoever guesses learns nothing. Kept in memory, by each
instance; Cloud Armor, where a load balancer is the way in, counts before.
"""

from __future__ import annotations

import hashlib
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from ipaddress import IPv6Address, IPv6Network

from omnicapi.values.ip_address import parsed

WINDOW = 60.0
"""Seconds after the first wrong key of an address until its wrong keys are counted anew."""

MOST_GUESSERS = 20_000
"""Addresses whose wrong keys are counted; beyond, the one whose count began first is forgotten."""

MOST_KNOWN = 5_000
"""Pairs of an address and a key that opened a channel from there; beyond, the one unused for longest is forgotten."""

_SITE = 64
"""Bits of an IPv6 address that one customer of a provider has for all its devices (RFC 6177)."""


@dataclass(slots=True)
class _Count:
    begun: float
    wrong: int
    last: bytes


class Guesses:
    """Counts wrong keys: ``most`` of an address within :data:`WINDOW`. ``clock`` gives seconds."""

    def __init__(self, most: int, clock: Callable[[], float] = time.monotonic) -> None:
        self._most = most
        self._clock = clock
        self._counts: OrderedDict[str, _Count] = OrderedDict()
        self._known: OrderedDict[bytes, None] = OrderedDict()

    def may_try(self, address: str, channel: str, key: str) -> bool:
        """Say whether this key of ``address`` is weighed at all."""
        count = self._count(address)
        return count is None or count.wrong < self._most or _digest(address, channel, key) in self._known

    def was_right(self, address: str, channel: str, key: str) -> None:
        """Remember that the key opened the channel."""
        known, digest = self._known, _digest(address, channel, key)
        known[digest] = None
        known.move_to_end(digest)
        if len(known) > MOST_KNOWN:
            known.popitem(last=False)

    def was_wrong(self, address: str, channel: str, key: str) -> None:
        """Count a wrong key. The same again is a back end with an old key, and no further guess."""
        network, digest = network_of(address), _digest(address, channel, key)
        count = self._count(address)
        if count is None:
            self._counts[network] = _Count(self._clock(), 1, digest)
            if len(self._counts) > MOST_GUESSERS:
                self._counts.popitem(last=False)
        elif count.last != digest:
            count.wrong += 1
            count.last = digest

    def _count(self, address: str) -> _Count | None:
        """Return the count of an address, ``None`` where it has none or its time is over."""
        network = network_of(address)
        count = self._counts.get(network)
        if count is not None and self._clock() - count.begun >= WINDOW:
            del self._counts[network]
            return None
        return count


def network_of(address: str) -> str:
    """Return whom an address stands for: an IPv4 address for itself, one of IPv6 for its /64, other texts for all."""
    found = parsed(address)
    if isinstance(found, IPv6Address):
        return str(IPv6Network((int(found), _SITE), strict=False))
    return "" if found is None else str(found)


def _digest(address: str, channel: str, key: str) -> bytes:
    """Return what stands for a key in memory: long keys take no more of it than short ones."""
    text = "\0".join((network_of(address), channel, key))
    return hashlib.blake2b(text.encode("utf-8", "replace"), digest_size=16).digest()
