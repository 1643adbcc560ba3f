from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any

import pytest
from google.api_core.exceptions import InvalidArgument, PermissionDenied
from google.pubsub_v1.types import PublishRequest, PullResponse

from cli.dead_letters.queue import LEASE, DeadLetterQueue
from cli.dead_letters.replay import MOST_BYTES, LetterFilter, Replay, Tally, by_reason_and_channel
from omnicapi.errors import PublishFailed

SignalAt = Callable[..., bytes]
NOW = int(time.time())


def wanted(**options: Any) -> LetterFilter:
    return LetterFilter(until=time.time() + 60, **options)


def replay(broker: Any, wish: LetterFilter, *, dry_run: bool = False, publisher: Any = None) -> Tally:
    tally = Tally()
    slept: list[float] = []
    run = Replay(broker.queue(), publisher or broker.publisher, broker.topic("signals"), time.time, slept.append)
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

    assert replay(broker, LetterFilter(until=time.time() - 60)).replayed == 0


class Failing:
    """Fails, or is interrupted, before Pub/Sub confirms; takes the first ``requests`` of them."""

    def __init__(self, error: BaseException, broker: Any = None, requests: int = 0) -> None:
        self.error = error
        self.broker = broker
        self.left = requests

    def publish(self, request: PublishRequest, **options: Any) -> Any:
        if not self.left:
            raise self.error
        self.left -= 1
        return self.broker.publisher.publish(request, **options)


@pytest.mark.parametrize("error", [TimeoutError("no answer"), KeyboardInterrupt()])
def test_a_letter_without_a_confirmed_copy_stays_a_dead_letter(
    broker: Any, signal_at: SignalAt, error: BaseException
) -> None:
    for number in range(3):
        broker.bury(signal_at(NOW, str(number)), reason="value_missing")

    with pytest.raises(type(error)):
        replay(broker, wanted(), publisher=Failing(error))

    assert broker.buried() == 3


NAMES = (
    *("topic", "data", "self", "ordering_key", "timeout", "retry", "metadata", "request", "messages", "attrs", "kind"),
    *("reason", "code", "fbtrace_id", "count", "class", "a b", "\u00e9"),
)
"""Attributes that a producer may give a message: names of parameters, of ours, and those that no parameter has."""


@pytest.mark.parametrize("name", NAMES)
def test_a_producers_attributes_come_back_whatever_they_are_called(broker: Any, name: str) -> None:
    letters = {b"first": {"channel": "web"}, b"odd": {"channel": "web", name: "7"}, b"last": {}}
    for data, attributes in letters.items():
        broker.bury_with(attributes, data, "event-of-interest")
    tally = Tally()
    queue, path = broker.queue("event-of-interest"), broker.topic("event-of-interest")
    Replay(queue, broker.publisher, path, time.time, time.sleep).run(wanted(), tally, lambda _: None)

    returned = broker.returned("event-of-interest")
    assert sorted((message.data, dict(message.attributes)) for message in returned) == sorted(letters.items())
    assert (tally.replayed, dict(tally.by_reason)) == (3, {"undeliverable": 3})
    assert broker.buried("event-of-interest") == 0


def test_a_signal_that_pubsub_gave_up_keeps_an_attribute_that_is_called_like_forwards(broker: Any) -> None:
    given_up = {"CloudPubSubDeadLetterSourceDeliveryCount": "100"}
    broker.bury_with({"reason": "x", **given_up}, b"{}", "signals")
    assert dict(replay(broker, wanted()).by_reason) == {"undeliverable": 1}
    assert [dict(message.attributes) for message in broker.returned()] == [{"reason": "x"}]


def test_an_ordering_key_comes_back(broker: Any) -> None:
    broker.bury_with({}, b"{}", "signals", ordering_key="shop-7")
    replay(broker, wanted())
    assert [message.ordering_key for message in broker.returned()] == ["shop-7"]


def test_what_was_published_before_a_page_broke_off_does_not_go_out_again(
    broker: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("cli.dead_letters.replay.MOST_BYTES", 100)
    letters = [bytes([number]) * 60 for number in range(4)]
    for data in letters:
        broker.bury_with({}, data, "signals")
    tally = Tally()
    failing = Failing(PermissionDenied("planted"), broker, requests=2)
    run = Replay(broker.queue(), failing, broker.topic("signals"), time.time, time.sleep)
    with pytest.raises(PublishFailed, match="run the command again") as failed:
        run.run(wanted(), tally, lambda _: None)
    assert "planted" not in str(failed.value)
    assert (tally.replayed, broker.buried()) == (2, 2)
    assert replay(broker, wanted()).replayed == 2
    assert sorted(message.data for message in broker.returned()) == letters


def test_a_letter_that_pubsub_refuses_stays_and_costs_no_other(broker: Any) -> None:
    class Refusing(Failing):
        def publish(self, request: PublishRequest, **options: Any) -> Any:
            if any(message.data == b"odd" for message in request.messages):
                raise InvalidArgument("planted")
            return broker.publisher.publish(request, **options)

    for data in (b"first", b"odd", b"last"):
        broker.bury_with({}, data, "signals")
    tally = replay(broker, wanted(), publisher=Refusing(InvalidArgument("planted")))
    assert (tally.replayed, tally.refused) == (2, 1)
    assert broker.buried() == 1


def test_letters_of_a_request_stay_within_what_pubsub_takes(broker: Any) -> None:
    for _ in range(3):
        broker.bury_with({}, b"x" * 4_000_000, "signals")
    assert replay(broker, wanted()).replayed == 3
    assert MOST_BYTES == 8_000_000
    assert broker.buried() == 0


@pytest.mark.parametrize("count", ["\u00b2", "-1", "1" * 1000, "", "1.5"])
def test_a_count_that_is_no_number_counts_as_one(broker: Any, count: str) -> None:
    broker.bury_with({"count": count}, b"{}", "signals")
    with broker.queue() as queue:
        assert [letter.count for letter in queue.letters()] == [1]


def test_an_interrupted_replay_goes_on_where_it_was_left(broker: Any, signal_at: SignalAt) -> None:
    for number in range(5):
        broker.bury(signal_at(NOW, str(number)), reason="value_missing")
    tally = Tally()

    def interrupt(so_far: Tally) -> None:
        if so_far.replayed == 4:
            raise KeyboardInterrupt

    run = Replay(broker.queue(), broker.publisher, broker.topic("signals"), time.time, lambda _: None)
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

    run = Replay(broker.queue(), broker.publisher, broker.topic("signals"), time.time, slept.append)
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
