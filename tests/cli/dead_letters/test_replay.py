from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from datetime import UTC, datetime
from typing import Any

import pytest
from google.pubsub_v1.types import PullResponse

from cli.dead_letters.queue import LEASE, DeadLetterQueue
from cli.dead_letters.replay import Replay, Tally, Wanted, by_reason_and_channel

SignalAt = Callable[..., bytes]
NOW = int(time.time())


def wanted(**options: Any) -> Wanted:
    return Wanted(until=time.time() + 60, **options)


def replay(broker: Any, wish: Wanted, *, dry_run: bool = False, publisher: Any = None) -> Tally:
    tally = Tally()
    slept: list[float] = []
    run = Replay(
        broker.queue(), publisher or broker.clients.publisher, broker.topic("signals"), time.time, slept.append
    )
    run.run(wish, tally, lambda _: None, dry_run=dry_run)
    return tally


def test_a_letter_goes_back_to_its_topic_byte_for_byte_and_leaves_the_dead_letters(
    broker: Any, signal_at: SignalAt
) -> None:
    data = signal_at(NOW)
    broker.bury(data, reason="value_missing", code="100/2804009", fbtrace_id="A1", kind="signal", dataset="1")

    tally = replay(broker, wanted())

    (message,) = broker.returned()
    assert (message.data, dict(message.attributes)) == (data, {"kind": "signal", "dataset": "1"})
    assert tally.replayed == 1
    assert broker.buried() == 0


def test_what_pubsub_gave_up_on_loses_pubsubs_own_attributes(broker: Any, signal_at: SignalAt) -> None:
    broker.bury(signal_at(NOW), kind="signal", CloudPubSubDeadLetterSourceDeliveryCount="100")

    replay(broker, wanted(reason="undeliverable"))

    assert [dict(message.attributes) for message in broker.returned()] == [{"kind": "signal"}]


def test_a_letter_past_metas_window_stays_and_is_counted(broker: Any, signal_at: SignalAt) -> None:
    broker.bury(signal_at(NOW - 8 * 86_400), reason="value_missing")
    broker.bury(signal_at(NOW - 8 * 86_400, action_source="physical_store"), reason="value_missing")

    tally = replay(broker, wanted())

    assert (tally.replayed, tally.past_window) == (1, 1)
    assert broker.buried() == 1


def test_a_producers_own_message_has_no_times_to_judge_and_is_replayed(broker: Any) -> None:
    broker.bury(b"not json at all", reason="undeliverable")

    assert replay(broker, wanted()).replayed == 1


def test_only_letters_with_the_reason_and_time_asked_for_are_replayed(broker: Any, signal_at: SignalAt) -> None:
    broker.bury(signal_at(NOW, "a"), reason="value_missing")
    broker.bury(signal_at(NOW, "b"), reason="not_hashed")

    assert replay(broker, wanted(since=time.time() + 30)).not_asked_for == 2
    tally = replay(broker, wanted(reason="not_hashed"))

    assert (tally.replayed, tally.not_asked_for, dict(tally.by_reason)) == (1, 1, {"not_hashed": 1})
    assert broker.buried() == 1


def test_a_limit_leaves_the_rest_at_once_readable(broker: Any, signal_at: SignalAt) -> None:
    for number in range(5):
        broker.bury(signal_at(NOW, str(number)), reason="value_missing")

    assert replay(broker, wanted(limit=2)).replayed == 2
    assert broker.buried() == 3


def test_a_dry_run_counts_and_changes_nothing(broker: Any, signal_at: SignalAt) -> None:
    broker.bury(signal_at(NOW), reason="value_missing")

    assert replay(broker, wanted(), dry_run=True).replayed == 1
    assert broker.returned() == []
    assert broker.buried() == 1


def test_letters_buried_during_the_replay_are_not_replayed_again_for_ever(broker: Any, signal_at: SignalAt) -> None:
    broker.bury(signal_at(NOW), reason="value_missing")

    assert replay(broker, Wanted(until=time.time() - 60)).replayed == 0


class Failing:
    """Takes the first copy and then fails, or is interrupted, before it confirms."""

    def __init__(self, error: BaseException) -> None:
        self.error = error

    def publish(self, topic: str, data: bytes, **attributes: str) -> Future[str]:
        future: Future[str] = Future()
        future.set_exception(self.error)
        return future


@pytest.mark.parametrize("error", [TimeoutError("no answer"), KeyboardInterrupt()])
def test_a_letter_without_a_confirmed_copy_stays_a_dead_letter(
    broker: Any, signal_at: SignalAt, error: BaseException
) -> None:
    for number in range(3):
        broker.bury(signal_at(NOW, str(number)), reason="value_missing")

    with pytest.raises(type(error)):
        replay(broker, wanted(), publisher=Failing(error))

    assert broker.buried() == 3


def test_an_interrupted_replay_goes_on_where_it_was_left(broker: Any, signal_at: SignalAt) -> None:
    for number in range(5):
        broker.bury(signal_at(NOW, str(number)), reason="value_missing")
    tally = Tally()

    def interrupt(so_far: Tally) -> None:
        if so_far.replayed == 4:
            raise KeyboardInterrupt

    run = Replay(broker.queue(), broker.clients.publisher, broker.topic("signals"), time.time, lambda _: None)
    with pytest.raises(KeyboardInterrupt):
        run.run(wanted(rate=2.0), tally, interrupt)

    assert (tally.replayed, broker.buried()) == (4, 1)
    assert replay(broker, wanted()).replayed == 1
    assert len({message.data for message in broker.returned()}) == 5
    assert broker.buried() == 0


def test_a_rate_paces_letters_and_not_only_pages(broker: Any, signal_at: SignalAt) -> None:
    for number in range(3):
        broker.bury(signal_at(NOW, str(number)), reason="value_missing")
    slept: list[float] = []

    run = Replay(broker.queue(), broker.clients.publisher, broker.topic("signals"), time.time, slept.append)
    run.run(wanted(rate=2.0), Tally(), lambda _: None)

    assert slept == [1.0, 0.5]


class Held:
    """Gives two letters, and notes for how long letters were held."""

    def __init__(self) -> None:
        self.held: list[tuple[list[str], int]] = []

    def pull(self, *, subscription: str, max_messages: int, timeout: float) -> PullResponse:
        message = {"publish_time": datetime.now(UTC)}
        received = [{"ack_id": ack_id, "message": message} for ack_id in ("a", "b")]
        return PullResponse(received_messages=[] if self.held else received)

    def acknowledge(self, *, subscription: str, ack_ids: Sequence[str]) -> None:
        assert ack_ids == ["a"]

    def modify_ack_deadline(self, *, subscription: str, ack_ids: Sequence[str], ack_deadline_seconds: int) -> None:
        self.held.append((sorted(ack_ids), ack_deadline_seconds))


def test_letters_that_wait_for_long_are_held_for_longer() -> None:
    now, subscriber = [0.0], Held()
    with DeadLetterQueue(subscriber, "letters", "signals", 0.1, lambda: now[0]) as queue:
        first, _ = queue.letters()
        now[0] = LEASE / 2 + 1
        queue.acknowledge([first])
        now[0] += 1
        assert list(queue.letters()) == []
    assert subscriber.held == [(["a", "b"], LEASE), (["b"], LEASE), (["b"], 0)]


def test_letters_are_grouped_by_reason_and_channel_with_their_items_and_age(broker: Any, signal_at: SignalAt) -> None:
    broker.bury(signal_at(NOW), reason="value_missing", channel="web", count="1")
    broker.bury(signal_at(NOW), channel="web", count="40")

    with broker.queue() as queue:
        groups = by_reason_and_channel(queue.letters())

    assert {key: group.items for key, group in groups.items()} == {
        ("value_missing", "web"): 1,
        ("undeliverable", "web"): 40,
    }
    assert all(abs(group.oldest - time.time()) < 60 for group in groups.values())
    assert broker.buried() == 2
