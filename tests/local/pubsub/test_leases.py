import gc
import tracemalloc
import weakref
from datetime import UTC, datetime

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from local.pubsub.errors import InvalidArgumentError
from local.pubsub.flow import FlowControl
from local.pubsub.leases import MAX_LEASE_BYTES, Delivery, LeaseQueue
from local.pubsub.message import Message
from local.pubsub.policies import RetryPolicy

PUBLISHED = datetime(2026, 2, 26, tzinfo=UTC)


def message(name: str, data: bytes = b"x") -> Message:
    return Message(name, data, {}, PUBLISHED)


def never(_message: Message, _failures: int) -> bool:
    return False


def everything(queue: LeaseQueue, now: float, seconds: float = 10) -> list[Delivery]:
    return queue.lease(now, seconds, FlowControl(), limit=1000)


class Conservation(RuleBasedStateMachine):
    """Whatever happens in whatever order, a message is leased to one receiver at a time and none is lost.

    The model knows of each message only what the receivers saw; time passes in whole seconds.
    """

    @initialize(
        minimum=st.integers(0, 5),
        span=st.integers(0, 20),
        attempts=st.one_of(st.none(), st.integers(1, 4)),
        room=st.integers(0, 3),
    )
    def begin(self, minimum: int, span: int, attempts: int | None, room: int) -> None:
        self.now = 0
        self.retry = RetryPolicy(minimum, minimum + span)
        self.attempts = attempts
        self.flow = FlowControl(max_messages=room)
        self.queue = LeaseQueue("sub", self.give_up)
        self.queue.retry = self.retry
        self.published: list[str] = []
        self.acked: set[str] = set()
        self.dead: set[str] = set()
        self.failures: dict[str, int] = {}
        self.not_before: dict[str, float] = {}
        self.held: dict[str, tuple[str, float]] = {}
        self.over: list[str] = []

    def give_up(self, given: Message, failures: int) -> bool:
        if self.attempts is None or failures < self.attempts:
            return False
        assert failures == self.attempts
        self.dead.add(given.id)
        return True

    @rule(delay=st.sampled_from([0, 0, 0, 3]))
    def publish(self, delay: int) -> None:
        name = f"message-{len(self.published)}"
        self.published.append(name)
        self.failures[name] = 0
        self.not_before[name] = self.now + delay
        self.queue.add(message(name), self.now, delay)

    @rule(limit=st.integers(1, 4), seconds=st.integers(1, 8))
    def lease(self, limit: int, seconds: int) -> None:
        deliveries = self.queue.lease(self.now, seconds, self.flow, limit)
        for delivery in deliveries:
            name = delivery.message.id
            assert name not in {held for held, _ in self.held.values()}, "leased to two receivers"
            assert name not in self.acked | self.dead, "delivered after its end"
            assert self.not_before[name] <= self.now, "delivered too early"
            assert delivery.attempt == self.failures[name] + 1
            self.held[delivery.ack_id] = (name, self.now + seconds)
        if len(deliveries) < limit and self.flow.has_room():
            assert not self.deliverable(), "not offered though it was available"

    @precondition(lambda self: self.held)
    @rule(data=st.data())
    def ack(self, data: st.DataObject) -> None:
        ack_id, name = self.end(data)
        assert self.queue.ack(ack_id, self.now)
        self.acked.add(name)

    @precondition(lambda self: self.held)
    @rule(data=st.data())
    def nack(self, data: st.DataObject) -> None:
        ack_id, name = self.end(data)
        self.fail(name, self.now)
        assert self.queue.nack(ack_id, self.now)

    @precondition(lambda self: self.held)
    @rule(data=st.data(), seconds=st.integers(1, 8))
    def extend(self, data: st.DataObject, seconds: int) -> None:
        ack_id = data.draw(st.sampled_from(list(self.held)))
        assert self.queue.extend(ack_id, self.now, seconds)
        self.held[ack_id] = (self.held[ack_id][0], self.now + seconds)

    @precondition(lambda self: self.over)
    @rule(data=st.data())
    def answer_too_late(self, data: st.DataObject) -> None:
        ack_id = data.draw(st.sampled_from(self.over))
        assert not self.queue.ack(ack_id, self.now)
        assert not self.queue.nack(ack_id, self.now)
        assert not self.queue.extend(ack_id, self.now, 5)

    @rule(seconds=st.integers(1, 10))
    def pass_time(self, seconds: int) -> None:
        self.now += seconds
        self.queue.advance(self.now)
        for ack_id, (name, deadline) in list(self.held.items()):
            if deadline <= self.now:
                del self.held[ack_id]
                self.over.append(ack_id)
                self.fail(name, deadline)

    @invariant()
    def nothing_is_lost(self) -> None:
        totals = self.queue.totals
        assert self.queue.outstanding == len(self.held) == self.flow.messages
        assert totals.acked == len(self.acked)
        assert totals.dead_lettered == len(self.dead)
        ended = totals.acked + totals.dead_lettered
        assert self.queue.outstanding + self.queue.backlog + ended == len(self.published)

    def teardown(self) -> None:
        self.now += 1000
        self.queue.advance(self.now)
        for _ in range(6):
            for delivery in everything(self.queue, self.now):
                self.queue.ack(delivery.ack_id, self.now)
                self.acked.add(delivery.message.id)
            self.now += 1000
        assert self.acked | self.dead == set(self.published)
        assert not self.acked & self.dead
        assert (self.queue.outstanding, self.queue.backlog) == (0, 0)

    def end(self, data: st.DataObject) -> tuple[str, str]:
        ack_id = data.draw(st.sampled_from(list(self.held)))
        name, _ = self.held.pop(ack_id)
        self.over.append(ack_id)
        return ack_id, name

    def fail(self, name: str, now: float) -> None:
        self.failures[name] += 1
        self.not_before[name] = now + self.retry.delay(self.failures[name])

    def deliverable(self) -> set[str]:
        held = {name for name, _ in self.held.values()}
        live = set(self.published) - held - self.acked - self.dead
        return {name for name in live if self.not_before[name] <= self.now}


TestConservation = Conservation.TestCase
TestConservation.settings = settings(stateful_step_count=30)


def test_messages_come_in_the_order_they_became_available() -> None:
    queue = LeaseQueue("sub", never)
    for name in "abc":
        queue.add(message(name), now=0)
    assert [delivery.message.id for delivery in everything(queue, now=0)] == ["a", "b", "c"]


def test_an_extended_lease_outlasts_its_first_deadline() -> None:
    queue = LeaseQueue("sub", never)
    queue.add(message("a"), now=0)
    (delivery,) = everything(queue, now=0, seconds=10)
    queue.extend(delivery.ack_id, now=9, seconds=10)
    assert everything(queue, now=18.9) == []
    assert len(everything(queue, now=19)) == 1


def test_the_retry_delay_runs_from_the_deadline_however_late_it_is_noticed() -> None:
    queue = LeaseQueue("sub", never)
    queue.retry = RetryPolicy(5, 5)
    queue.add(message("a"), now=0)
    everything(queue, now=0, seconds=10)
    assert everything(queue, now=14) == []
    assert len(everything(queue, now=15)) == 1


def test_the_deadline_itself_is_too_late_for_an_acknowledgement() -> None:
    queue = LeaseQueue("sub", never)
    queue.add(message("a"), now=0)
    (delivery,) = everything(queue, now=0, seconds=10)
    assert not queue.ack(delivery.ack_id, now=10)
    assert (queue.totals.expired, queue.backlog) == (1, 1)


def test_the_oldest_message_is_the_oldest_unacknowledged_one() -> None:
    queue = LeaseQueue("sub", never)
    assert queue.oldest_age(now=3) == 0
    queue.add(message("a"), now=1)
    queue.add(message("b"), now=5)
    first, _ = everything(queue, now=5)
    assert queue.oldest_age(now=7) == 6
    queue.ack(first.ack_id, now=7)
    assert queue.oldest_age(now=7) == 2


@pytest.mark.parametrize("ack_id", ["", "sub:", "sub:x", "other:1", "1"])
def test_an_ack_id_of_another_subscription_is_refused(ack_id: str) -> None:
    queue = LeaseQueue("sub", never)
    for method in (queue.ack, queue.nack):
        with pytest.raises(InvalidArgumentError, match="not an ack ID of this subscription"):
            method(ack_id, 0)
    with pytest.raises(InvalidArgumentError):
        queue.extend(ack_id, now=0, seconds=10)


def test_one_lease_fits_a_response_but_a_single_large_message_still_comes() -> None:
    queue = LeaseQueue("sub", never)
    half = b"x" * (MAX_LEASE_BYTES // 2)
    for name, data in (("a", half), ("b", half), ("c", half), ("d", b"x" * (MAX_LEASE_BYTES + 1))):
        queue.add(message(name, data), now=0)
    leased = [[delivery.message.id for delivery in everything(queue, now=0)] for _ in range(3)]
    assert leased == [["a", "b"], ["c"], ["d"]]


def test_an_acknowledged_message_is_freed() -> None:
    class Attributes(dict[str, str]):
        """A dict that can be watched."""

    queue = LeaseQueue("sub", never)
    attributes = Attributes()
    watched = weakref.ref(attributes)
    queue.add(Message("a", b"x", attributes, PUBLISHED), now=0)
    (delivery,) = everything(queue, now=0)
    queue.ack(delivery.ack_id, now=1)
    del attributes, delivery
    gc.collect()
    assert watched() is None


def test_a_lease_that_is_extended_for_ever_takes_no_more_memory() -> None:
    queue = LeaseQueue("sub", never)
    for name in "ab":
        queue.add(message(name), now=0)
    delivery, _ = everything(queue, now=0, seconds=100)
    tracemalloc.start()
    for now in range(20_000):
        queue.extend(delivery.ack_id, now=now / 1000, seconds=600)
    held, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert held < 500_000
    assert [again.message.id for again in everything(queue, now=100, seconds=1000)] == ["b"]
    assert [again.message.id for again in everything(queue, now=620)] == ["a"]


def test_a_flow_without_limits_always_has_room() -> None:
    flow = FlowControl()
    flow.take(message("a", b"x" * 10_000))
    assert flow.has_room()


def test_the_message_that_reaches_the_byte_limit_is_still_delivered() -> None:
    queue = LeaseQueue("sub", never)
    for name in "ab":
        queue.add(message(name, b"x" * 100), now=0)
    flow = FlowControl(max_bytes=100)
    (delivery,) = queue.lease(0, 10, flow, limit=10)
    assert flow.bytes == 100
    queue.ack(delivery.ack_id, now=1)
    assert flow.bytes == 0
    assert len(queue.lease(1, 10, flow, limit=10)) == 1
