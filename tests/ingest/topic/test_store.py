import asyncio
import json
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from ingest.maps.folder import Maps
from ingest.topic.reader import TopicReader
from ingest.topic.store import Store
from omnicapi.errors import PublishFailed
from omnicapi.intake.push import PushMessage
from tests.ingest.fakes import NOW_MS, Topics, now_ms, only
from tests.loops import run

FLAT = {"event_name": "Lead", "event_time": 1795435200, "action_source": "website", "em": "a@b.example"}


@pytest.fixture
def store(topics: Topics, maps: Maps) -> Iterator[Store]:
    bundles = topics.bundles(linger=0.05)
    yield Store(TopicReader(maps), bundles, now_ms)
    bundles.close()


def message(data: object, number: int = 1, **attributes: str) -> PushMessage:
    return PushMessage(json.dumps(data).encode(), attributes, f"m{number}")


def test_a_message_is_answered_when_its_events_are_in_the_queue(store: Store, topics: Topics) -> None:
    run(store.receive(message([FLAT, FLAT], channel="app")))
    assert [event.origin.index for event in topics.events()] == [0, 1]
    assert {event.received_ms for event in topics.events()} == {NOW_MS}
    sent = only(topics.messages)
    assert (sent.topic, sent.attributes["channel"], sent.attributes["count"]) == ("events", "app", "2")


def test_an_event_was_received_when_pubsub_took_it_however_long_it_then_waited(store: Store, topics: Topics) -> None:
    waited = message(FLAT, channel="app")
    run(store.receive(PushMessage(waited.data, waited.attributes, waited.message_id, publish_ms=NOW_MS - 60_000)))
    assert only(topics.events()).received_ms == NOW_MS - 60_000


def test_messages_that_come_together_travel_together(store: Store, topics: Topics) -> None:
    together = threading.Barrier(20)

    def receive(number: int) -> None:
        together.wait()
        run(store.receive(message({**FLAT, "event_id": f"e{number}"}, number, channel="app")))

    with ThreadPoolExecutor(20) as pool:
        list(pool.map(receive, range(20)))
    assert {event.event_id for event in topics.events()} == {f"e{number}" for number in range(20)}
    assert len(topics.messages) < 5


def test_in_an_event_loop_hundreds_of_messages_wait_for_one_bundle(store: Store, topics: Topics) -> None:
    async def receive_all() -> None:
        each = ({**FLAT, "event_id": f"e{number}"} for number in range(300))
        await asyncio.gather(*[store.receive(message(one, channel="app")) for one in each])

    run(receive_all())
    assert {event.event_id for event in topics.events()} == {f"e{number}" for number in range(300)}
    assert len(topics.messages) < 50


def test_a_store_that_is_hurried_waits_for_no_company(topics: Topics, maps: Maps) -> None:
    store = Store(TopicReader(maps), topics.bundles(linger=60), now_ms)
    store.hurry()
    run(store.receive(message(FLAT, channel="app")))
    assert len(topics.events()) == 1


def test_channels_travel_apart(store: Store, topics: Topics) -> None:
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(lambda channel: run(store.receive(message(FLAT, channel=channel))), ["app", "web"]))
    assert {sent.attributes["channel"] for sent in topics.messages} == {"app", "web"}


def test_bad_items_become_outcomes_and_the_rest_goes_on(store: Store, topics: Topics) -> None:
    run(store.receive(message([FLAT, {**FLAT, "event_name": "Purchase", "value": "planted"}, 5], channel="app")))
    assert len(topics.events()) == 1
    assert [(one.origin.message_id, one.origin.index, one.reason) for one in topics.outcomes()] == [
        ("m1", 1, "number_unreadable"),
        ("m1", 2, "item_not_object"),
    ]
    assert not any(b"planted" in sent.data for sent in topics.messages)


def test_an_unreadable_message_is_one_outcome_and_acknowledged(store: Store, topics: Topics) -> None:
    run(store.receive(PushMessage(b"planted", {}, "m1")))
    assert only(topics.outcomes()).reason == "not_json"
    assert topics.events() == []


@pytest.mark.parametrize("topic", ["events", "outcomes"])
def test_what_pubsub_does_not_take_comes_again(store: Store, topics: Topics, topic: str) -> None:
    topics.refusing = {topic}
    with pytest.raises(PublishFailed):
        run(store.receive(message([FLAT, 5])))
