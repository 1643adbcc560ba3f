"""The unacknowledged messages of one subscription: available, waiting for a retry, or leased to a receiver.

Pure: no clock, no I/O, no threads. Every method is told the time, in seconds of one clock that never goes back.

    add ──► waiting (not before a time) ──► available ──lease──► leased ──ack──► gone
                 ▲                                                  │
                 └────────── retry delay ◄── nack, deadline passed ─┴──► dead letter, gone
"""

import heapq
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from itertools import count

from local.pubsub.errors import InvalidArgumentError
from local.pubsub.flow import FlowControl
from local.pubsub.message import Message
from local.pubsub.policies import IMMEDIATELY, RetryPolicy

MAX_LEASE_BYTES = 3_500_000
"""What one lease may hold, unless one message alone is larger: the answer to a pull then stays under the 4 MiB that a
gRPC client accepts by default, as Google's Python client does when it talks to an emulator."""

_STALE_DEADLINES = 1000  # so many outdated deadlines are kept before they are swept: a sweep costs their number

GiveUp = Callable[[Message, int], bool]
"""Told a message and its failed deliveries; true when it was forwarded as a dead letter and is no longer ours."""


@dataclass(frozen=True, slots=True)
class Delivery:
    """One message on its way to one receiver. ``attempt`` = 1 + nacks + expired deadlines (gcp.md §1.3)."""

    ack_id: str
    message: Message
    attempt: int


@dataclass(slots=True)
class Totals:
    """How the deliveries of a subscription ended, since it was created."""

    acked: int = 0
    nacked: int = 0
    expired: int = 0
    dead_lettered: int = 0


@dataclass(slots=True)
class _Unacked:
    serial: int
    message: Message
    arrived: float
    failures: int = 0


@dataclass(slots=True)
class _Lease:
    unacked: _Unacked
    flow: FlowControl
    deadline: float


class LeaseQueue:
    """Hands out each message to one receiver at a time until it is acknowledged or given up; loses none.

    ``name`` is the prefix of the ack ids. An acknowledgement that comes after its deadline does nothing: the message
    is delivered again (Google: best effort, so receivers must not count on it).
    """

    def __init__(self, name: str, give_up: GiveUp) -> None:
        self.retry: RetryPolicy = IMMEDIATELY
        self.totals = Totals()
        self._prefix = f"{name}:"
        self._give_up = give_up
        self._serials = count(1)
        self._unacked: dict[int, _Unacked] = {}
        self._available: deque[_Unacked] = deque()
        self._waiting: list[tuple[float, int]] = []
        self._leases: dict[str, _Lease] = {}
        self._deadlines: list[tuple[float, str]] = []

    @property
    def outstanding(self) -> int:
        """Messages that a receiver holds."""
        return len(self._leases)

    @property
    def backlog(self) -> int:
        """Messages that no receiver holds: available, or waiting for their retry."""
        return len(self._unacked) - len(self._leases)

    def oldest_age(self, now: float) -> float:
        """Seconds since the oldest unacknowledged message came; 0 when there is none."""
        # Both retries and acks leave the insertion order alone, so the first is the oldest.
        oldest = next(iter(self._unacked.values()), None)
        return now - oldest.arrived if oldest else 0.0

    def add(self, message: Message, now: float, delay: float = 0.0) -> None:
        """Take a message in; it is not delivered before ``delay`` seconds have passed."""
        unacked = _Unacked(next(self._serials), message, now)
        self._unacked[unacked.serial] = unacked
        self._offer(unacked, now, delay)

    def lease(self, now: float, seconds: float, flow: FlowControl, limit: int) -> list[Delivery]:
        """Lease up to ``limit`` available messages for ``seconds``, as far as ``flow`` has room."""
        self.advance(now)
        deliveries: list[Delivery] = []
        size = 0
        while self._available and len(deliveries) < limit and flow.has_room():
            size += self._available[0].message.size
            if deliveries and size > MAX_LEASE_BYTES:
                break
            deliveries.append(self._lease_one(self._available.popleft(), now + seconds, flow))
        return deliveries

    def ack(self, ack_id: str, now: float) -> bool:
        """Forget the message for good. False when the lease is over: the message is then delivered again."""
        lease = self._end(ack_id, now)
        if lease:
            del self._unacked[lease.unacked.serial]
            self.totals.acked += 1
        return lease is not None

    def nack(self, ack_id: str, now: float) -> bool:
        """Give the message back at once; it is retried or dead-lettered. False when the lease is over."""
        lease = self._end(ack_id, now)
        if lease:
            self.totals.nacked += 1
            self._fail(lease.unacked, now)
        return lease is not None

    def extend(self, ack_id: str, now: float, seconds: float) -> bool:
        """Move the ack deadline to ``seconds`` from now. False when the lease is over."""
        self.advance(now)
        lease = self._leases.get(self._checked(ack_id))
        if lease:
            lease.deadline = now + seconds
            self._push_deadline(ack_id, lease)
        return lease is not None

    def advance(self, now: float) -> bool:
        """Let the time pass: end leases whose deadline has come, offer what has waited long enough.

        True when a message became available or a receiver got room.
        """
        changed = False
        while self._deadlines and self._deadlines[0][0] <= now:
            deadline, ack_id = heapq.heappop(self._deadlines)
            changed |= self._expire(ack_id, deadline)
        while self._waiting and self._waiting[0][0] <= now:
            _, serial = heapq.heappop(self._waiting)
            self._available.append(self._unacked[serial])
            changed = True
        return changed

    def _offer(self, unacked: _Unacked, now: float, delay: float) -> None:
        if delay > 0:
            heapq.heappush(self._waiting, (now + delay, unacked.serial))
        else:
            self._available.append(unacked)

    def _lease_one(self, unacked: _Unacked, deadline: float, flow: FlowControl) -> Delivery:
        ack_id = f"{self._prefix}{next(self._serials)}"
        self._leases[ack_id] = lease = _Lease(unacked, flow, deadline)
        self._push_deadline(ack_id, lease)
        flow.take(unacked.message)
        return Delivery(ack_id, unacked.message, unacked.failures + 1)

    def _expire(self, ack_id: str, deadline: float) -> bool:
        lease = self._leases.get(ack_id)
        if lease is None or lease.deadline != deadline:
            return False  # acknowledged meanwhile, or extended: a later deadline is in the heap
        del self._leases[ack_id]
        lease.flow.release(lease.unacked.message)
        self.totals.expired += 1
        # The retry delay runs from the deadline, not from when we noticed it.
        self._fail(lease.unacked, deadline)
        return True

    def _end(self, ack_id: str, now: float) -> _Lease | None:
        self.advance(now)
        lease = self._leases.pop(self._checked(ack_id), None)
        if lease:
            lease.flow.release(lease.unacked.message)
        return lease

    def _fail(self, unacked: _Unacked, now: float) -> None:
        unacked.failures += 1
        if self._give_up(unacked.message, unacked.failures):
            del self._unacked[unacked.serial]
            self.totals.dead_lettered += 1
        else:
            self._offer(unacked, now, self.retry.delay(unacked.failures))

    def _checked(self, ack_id: str) -> str:
        if not ack_id.startswith(self._prefix) or not ack_id.removeprefix(self._prefix).isdecimal():
            raise InvalidArgumentError(f"'{ack_id}' is not an ack ID of this subscription.")
        return ack_id

    def _push_deadline(self, ack_id: str, lease: _Lease) -> None:
        heapq.heappush(self._deadlines, (lease.deadline, ack_id))
        if len(self._deadlines) > 2 * len(self._leases) + _STALE_DEADLINES:
            self._deadlines = [(held.deadline, held_id) for held_id, held in self._leases.items()]
            heapq.heapify(self._deadlines)
