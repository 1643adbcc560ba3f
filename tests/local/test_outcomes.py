import threading
import time
from collections.abc import Iterator

import msgspec
import pytest

from local.clients import PubSubClients
from local.outcomes import OutcomeBook, following
from omnicapi.messages import Origin, Outcome, Outcomes, Verdict

TOPIC = "projects/reading/topics/outcomes"
SUBSCRIPTION = "projects/reading/subscriptions/outcomes-pull"


@pytest.fixture
def subscription(clients: PubSubClients) -> Iterator[str]:
    clients.publisher.create_topic(name=TOPIC)
    clients.subscriber.create_subscription(name=SUBSCRIPTION, topic=TOPIC)
    yield SUBSCRIPTION
    clients.subscriber.delete_subscription(subscription=SUBSCRIPTION)
    clients.publisher.delete_topic(topic=TOPIC)


def outcome(row: int, verdict: Verdict = "sent", dataset: str | None = None) -> Outcome:
    origin = Origin(object="a.csv", row=row)
    return Outcome(stage="forward", verdict=verdict, channel="store", origin=origin, dataset=dataset)


def batch(batch_id: str, *outcomes: Outcome) -> Outcomes:
    return Outcomes(batch_id=batch_id, stage="forward", time_ms=0, counts={}, outcomes=list(outcomes))


def test_what_is_published_is_read_and_acknowledged(clients: PubSubClients, subscription: str) -> None:
    book = OutcomeBook()
    with following(clients, subscription, book.take):
        for batch_id, row in (("a", 1), ("b", 2)):
            clients.publisher.publish(TOPIC, msgspec.json.encode(batch(batch_id, outcome(row)))).result(timeout=10)
        assert book.wait(2, timeout=10)
    assert sorted(each.origin.row or 0 for each in book.latest()) == [1, 2]


def test_the_last_outcome_of_an_event_counts_and_the_others_are_kept() -> None:
    book = OutcomeBook()
    book.take(batch("a", outcome(1, "rejected"), outcome(2)))
    book.take(batch("b", outcome(1), outcome(3)))
    assert [(each.origin.row, each.verdict) for each in book.latest()] == [(1, "sent"), (2, "sent"), (3, "sent")]
    assert [each.verdict for each in book.by_event()[0]] == ["rejected", "sent"]


def test_a_batch_that_comes_twice_counts_once() -> None:
    book = OutcomeBook()
    book.take(batch("a", outcome(1)))
    book.take(batch("a", outcome(1)))
    assert [len(outcomes) for outcomes in book.by_event()] == [1]


def test_an_event_has_an_outcome_for_each_dataset_it_goes_to() -> None:
    book = OutcomeBook()
    book.take(batch("a", outcome(1, dataset="1"), outcome(1, "rejected", dataset="2")))
    assert [each.verdict for each in book.latest()] == ["sent", "rejected"]


def test_waiting_ends_when_the_time_is_up() -> None:
    started = time.monotonic()
    assert not OutcomeBook().wait(1, timeout=0.1)
    assert time.monotonic() - started < 5


def test_waiting_ends_as_soon_as_the_last_outcome_is_there() -> None:
    book = OutcomeBook()
    later = threading.Timer(0.2, book.take, (batch("a", outcome(1)),))
    later.start()
    assert book.wait(1, timeout=30)
    later.join()
