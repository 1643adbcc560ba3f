from itertools import chain

import pytest
from google.api_core.exceptions import AlreadyExists, InvalidArgument, MethodNotImplemented, NotFound

from tests.local.pubsub.bench import Bench
from tests.local.pubsub.differences import differs


def test_a_topic_is_created_shown_and_listed(bench: Bench) -> None:
    topic = bench.topic("events", labels={"stage": "store"})
    shown = bench.publisher.get_topic(request={"topic": topic})
    assert (shown.name, dict(shown.labels)) == (topic, {"stage": "store"})
    assert [found.name for found in bench.publisher.list_topics(request={"project": bench.project})] == [topic]


def test_a_project_lists_only_its_own_topics(bench: Bench) -> None:
    bench.topic()
    neighbour = f"{bench.project}0"
    bench.publisher.create_topic(request={"name": f"{neighbour}/topics/other"})
    names = [found.name for found in bench.publisher.list_topics(request={"project": neighbour})]
    assert names == [f"{neighbour}/topics/other"]


def test_a_name_is_given_once(bench: Bench) -> None:
    topic = bench.topic()
    with pytest.raises(AlreadyExists):
        bench.publisher.create_topic(request={"name": topic})


@pytest.mark.parametrize("name", ["ab", "1abc", "googabc", "spa ce", "a" * 256])
def test_a_name_is_3_to_255_characters_and_begins_with_a_letter_but_not_goog(bench: Bench, name: str) -> None:
    with pytest.raises(InvalidArgument):
        bench.topic(name)


def test_a_deleted_topic_is_gone(bench: Bench) -> None:
    topic = bench.topic()
    bench.publisher.delete_topic(request={"topic": topic})
    with pytest.raises(NotFound):
        bench.publisher.get_topic(request={"topic": topic})
    with pytest.raises(NotFound):
        bench.publisher.delete_topic(request={"topic": topic})
    with pytest.raises(NotFound):
        bench.publish(topic, b"too late")


def test_a_subscription_outlives_its_topic_and_keeps_the_messages(bench: Bench) -> None:
    topic = bench.topic()
    subscription = bench.subscription(topic)
    bench.publish(topic, b"before")
    bench.publisher.delete_topic(request={"topic": topic})
    assert bench.subscriber.get_subscription(request={"subscription": subscription}).topic == "_deleted-topic_"
    assert [received.message.data for received in bench.pull(subscription)] == [b"before"]


def test_a_topic_names_its_subscriptions(bench: Bench) -> None:
    topic, other = bench.topic("events"), bench.topic("other")
    names = {bench.subscription(topic, "first"), bench.subscription(topic, "second")}
    bench.subscription(other, "third")
    assert set(bench.publisher.list_topic_subscriptions(request={"topic": topic})) == names


def test_retention_can_be_updated_within_its_bounds(bench: Bench) -> None:
    topic = bench.topic()

    def update(seconds: int) -> int:
        wanted = {"name": topic, "message_retention_duration": {"seconds": seconds}}
        mask = {"paths": ["message_retention_duration"]}
        updated = bench.publisher.update_topic(request={"topic": wanted, "update_mask": mask})
        return int(updated.message_retention_duration.total_seconds())

    assert update(600) == 600
    with pytest.raises(InvalidArgument):
        update(599)


@pytest.mark.parametrize("paths", [[], ["name"], ["no_such_field"]])
def test_an_update_names_fields_that_can_change(bench: Bench, paths: list[str]) -> None:
    topic = bench.topic()
    with pytest.raises(InvalidArgument):
        bench.publisher.update_topic(request={"topic": {"name": topic}, "update_mask": {"paths": paths}})


@differs("labels of a topic cannot be updated")
def test_labels_can_be_updated(bench: Bench) -> None:
    topic = bench.topic(labels={"old": "gone"})
    wanted = {"name": topic, "labels": {"new": "there"}}
    bench.publisher.update_topic(request={"topic": wanted, "update_mask": {"paths": ["labels"]}})
    assert dict(bench.publisher.get_topic(request={"topic": topic}).labels) == {"new": "there"}


def test_lists_come_in_pages(bench: Bench) -> None:
    names = [bench.topic(f"topic-{number}") for number in range(5)]
    pages = bench.publisher.list_topics(request={"project": bench.project, "page_size": 2}).pages
    shown = [[topic.name for topic in page.topics] for page in pages]
    assert list(chain.from_iterable(shown)) == names
    assert all(len(page) <= 2 for page in shown)


@differs("schemas are implemented")
def test_what_is_not_supported_is_refused_rather_than_ignored(bench: Bench) -> None:
    with pytest.raises(MethodNotImplemented, match="schema_settings"):
        bench.topic("typed", schema_settings={"schema": f"{bench.project}/schemas/event"})
