import asyncio
import threading
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from ingest.events.outcomes import rejected
from ingest.publishing.bundles import Bundles
from omnicapi.errors import Busy, PublishFailed, Refused
from omnicapi.messages import MAX_BYTES, CustomData, Event, Origin, Outcome
from tests.ingest.fakes import Topics
from tests.loops import run

ORIGIN = Origin(message_id="m1")
REFUSED = rejected(Refused("not_json", "No."), "app", ORIGIN, 0)


def event(event_id: str = "e1", channel: str = "app", **custom: str) -> Event:
    return Event(
        event_id=event_id,
        event_name="Lead",
        event_time=1795435200,
        channel=channel,
        action_source="website",
        origin=ORIGIN,
        custom_data=CustomData(properties=custom),
    )


def store(bundles: Bundles, read: Iterable[Event | Outcome]) -> list[Event | Outcome]:
    return run(bundles.store(read, lambda one: one))


@pytest.fixture
def bundles(topics: Topics) -> Iterator[Bundles]:
    made = topics.bundles(linger=0.05)
    yield made
    made.close()


def test_what_was_read_is_stored_in_its_queue_and_told_in_order(bundles: Bundles, topics: Topics) -> None:
    read: list[Event | Outcome] = [event("e1"), REFUSED, event("e2")]
    assert store(bundles, iter(read)) == read
    assert [one.event_id for one in topics.events()] == ["e1", "e2"]
    assert topics.outcomes() == [REFUSED]


def test_refusals_that_come_together_travel_together(bundles: Bundles, topics: Topics) -> None:
    together = threading.Barrier(20)

    def bring(number: int) -> None:
        together.wait()
        store(bundles, [rejected(Refused("not_json", "No."), "app", Origin(message_id=f"m{number}"), 0)])

    with ThreadPoolExecutor(20) as pool:
        list(pool.map(bring, range(20)))
    assert {one.origin.message_id for one in topics.outcomes()} == {f"m{number}" for number in range(20)}
    assert len(topics.messages) < 5


def test_an_event_no_message_can_carry_is_an_outcome(bundles: Bundles, topics: Topics) -> None:
    [one] = store(bundles, [event(note="x" * MAX_BYTES)])
    assert isinstance(one, Outcome)
    assert one.reason == "event_too_large"
    assert topics.events() == []


@pytest.mark.parametrize("topic", ["events", "outcomes"])
def test_what_pubsub_does_not_take_comes_again(bundles: Bundles, topics: Topics, topic: str) -> None:
    topics.refusing = {topic}
    with pytest.raises(PublishFailed):
        store(bundles, [event(), REFUSED])


def test_a_bundle_that_is_not_confirmed_in_time_comes_again(topics: Topics) -> None:
    topics.holding = True
    with pytest.raises(PublishFailed):
        store(topics.bundles(timeout=0.05), [event()])


def test_a_bundle_that_never_leaves_comes_again(topics: Topics) -> None:
    bundles = topics.bundles(timeout=0.01)
    bundles._publisher.timeout = 5.0  # the client takes its time, more than the bundle has
    topics.holding = True
    with pytest.raises(PublishFailed, match="not published in time"):
        store(bundles, [event()])


def test_a_stopping_instance_takes_nothing_more(bundles: Bundles) -> None:
    bundles.close()
    with pytest.raises(Busy):
        store(bundles, [event()])


def test_a_bundle_that_is_hurried_waits_for_nobody(topics: Topics) -> None:
    bundles = topics.bundles(linger=60)
    threading.Timer(0.05, bundles.hurry).start()
    store(bundles, [event(), REFUSED])
    store(bundles, [event()])
    assert len(topics.events()) == 2


def test_in_one_event_loop_many_wait_for_one_bundle_and_hear_the_same(topics: Topics) -> None:
    bundles = topics.bundles(linger=0.1)

    async def store_many() -> list[list[Event | Outcome]]:
        each = [bundles.store([event(f"e{number}"), REFUSED], lambda one: one) for number in range(50)]
        return list(await asyncio.gather(*each))

    stored = run(store_many())
    assert stored == [[event(f"e{number}"), REFUSED] for number in range(50)]
    assert len(topics.on("events")) < 10
