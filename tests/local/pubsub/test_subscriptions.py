from typing import Any

import pytest
from google.api_core.exceptions import AlreadyExists, BadRequest, InvalidArgument, MethodNotImplemented, NotFound

from tests.local.pubsub.bench import Bench, retry_policy
from tests.local.pubsub.differences import differs


def get(bench: Bench, subscription: str) -> Any:
    return bench.subscriber.get_subscription(request={"subscription": subscription})


def update(bench: Bench, subscription: str, **fields: Any) -> Any:
    request = {"subscription": {"name": subscription, **fields}, "update_mask": {"paths": list(fields)}}
    return bench.subscriber.update_subscription(request=request)


def test_a_subscription_has_googles_defaults(bench: Bench) -> None:
    topic = bench.topic()
    shown = get(bench, bench.subscription(topic))
    assert shown.topic == topic
    assert shown.ack_deadline_seconds == 10
    assert shown.message_retention_duration.total_seconds() == 7 * 24 * 3600
    assert shown.push_config.push_endpoint == ""


def test_policies_have_googles_defaults(bench: Bench) -> None:
    topic = bench.topic()
    dead = {"dead_letter_topic": topic}
    shown = get(bench, bench.subscription(topic, retry_policy={}, dead_letter_policy=dead))
    assert shown.retry_policy.minimum_backoff.total_seconds() == 10
    assert shown.retry_policy.maximum_backoff.total_seconds() == 600
    assert shown.dead_letter_policy.max_delivery_attempts == 5


def test_a_subscription_needs_its_topics(bench: Bench) -> None:
    topic, missing = bench.topic(), f"{bench.project}/topics/missing"
    with pytest.raises(NotFound):
        bench.subscription(missing)
    with pytest.raises(NotFound):
        bench.subscription(topic, dead_letter_policy={"dead_letter_topic": missing})


def test_a_name_is_given_once(bench: Bench) -> None:
    topic = bench.topic()
    bench.subscription(topic)
    with pytest.raises(AlreadyExists):
        bench.subscription(topic)


@pytest.mark.parametrize(
    "fields",
    [
        {"ack_deadline_seconds": 601},
        {"retry_policy": retry_policy(0, 601)},
        {"retry_policy": retry_policy(20, 10)},
        {"message_retention_duration": {"seconds": 599}},
        {"push_config": {"push_endpoint": "not a URL"}},
    ],
    ids=["ack deadline", "backoff too long", "backoff reversed", "retention too short", "endpoint"],
)
def test_settings_have_bounds(bench: Bench, fields: dict[str, Any]) -> None:
    topic = bench.topic()
    with pytest.raises(InvalidArgument):
        bench.subscription(topic, **fields)


@pytest.mark.parametrize("attempts", [4, 101])
def test_a_dead_letter_needs_5_to_100_attempts(bench: Bench, attempts: int) -> None:
    topic = bench.topic()
    with pytest.raises(BadRequest):
        bench.subscription(topic, dead_letter_policy={"dead_letter_topic": topic, "max_delivery_attempts": attempts})


@differs("an ack deadline below 10 s is accepted")
def test_an_ack_deadline_has_at_least_10_seconds(bench: Bench) -> None:
    topic = bench.topic()
    with pytest.raises(InvalidArgument):
        bench.subscription(topic, ack_deadline_seconds=9)


@differs("ordering, exactly-once and BigQuery settings are accepted")
@pytest.mark.parametrize(
    "fields",
    [
        {"enable_message_ordering": True},
        {"enable_exactly_once_delivery": True},
        {"bigquery_config": {"table": "project.dataset.table"}},
    ],
    ids=lambda fields: next(iter(fields)),
)
def test_what_is_not_supported_is_refused_rather_than_ignored(bench: Bench, fields: dict[str, Any]) -> None:
    topic = bench.topic()
    with pytest.raises(MethodNotImplemented, match=next(iter(fields))):
        bench.subscription(topic, **fields)


def test_what_the_mask_names_is_updated_and_nothing_else(bench: Bench) -> None:
    topic = bench.topic()
    subscription = bench.subscription(topic, ack_deadline_seconds=30, labels={"a": "b"})
    update(bench, subscription, retry_policy=retry_policy(1, 2))
    shown = get(bench, subscription)
    assert shown.retry_policy.minimum_backoff.total_seconds() == 1
    assert (shown.ack_deadline_seconds, dict(shown.labels)) == (30, {"a": "b"})


def test_a_policy_can_be_set_and_taken_away(bench: Bench) -> None:
    topic = bench.topic()
    subscription = bench.subscription(topic)
    update(bench, subscription, dead_letter_policy={"dead_letter_topic": topic, "max_delivery_attempts": 7})
    assert get(bench, subscription).dead_letter_policy.max_delivery_attempts == 7
    update(bench, subscription, dead_letter_policy=None)
    assert "dead_letter_policy" not in get(bench, subscription)


def test_an_update_is_checked_like_a_new_subscription(bench: Bench) -> None:
    subscription = bench.subscription(bench.topic())
    with pytest.raises(InvalidArgument):
        update(bench, subscription, ack_deadline_seconds=601)
    with pytest.raises(NotFound):
        update(bench, subscription, dead_letter_policy={"dead_letter_topic": f"{bench.project}/topics/missing"})
    assert get(bench, subscription).ack_deadline_seconds == 10


@pytest.mark.parametrize(
    "fields", [{}, {"topic": "projects/p/topics/other"}, {"filter": "attributes:x"}], ids=["nothing", "topic", "filter"]
)
def test_topic_and_filter_are_for_ever(bench: Bench, fields: dict[str, str]) -> None:
    subscription = bench.subscription(bench.topic())
    with pytest.raises(InvalidArgument):
        update(bench, subscription, **fields)


def test_a_deleted_subscription_is_gone_and_another_may_take_its_name(bench: Bench) -> None:
    topic = bench.topic()
    subscription = bench.subscription(topic)
    bench.publish(topic, b"lost with it")
    bench.subscriber.delete_subscription(request={"subscription": subscription})
    with pytest.raises(NotFound):
        get(bench, subscription)
    with pytest.raises(NotFound):
        bench.subscriber.delete_subscription(request={"subscription": subscription})
    bench.subscription(topic)
    assert bench.is_quiet(subscription)


def test_a_project_lists_its_subscriptions_in_pages(bench: Bench) -> None:
    topic = bench.topic()
    names = [bench.subscription(topic, f"worker-{number}") for number in range(3)]
    request = {"project": bench.project, "page_size": 2}
    assert [found.name for found in bench.subscriber.list_subscriptions(request=request)] == names


def test_pausing_works_even_when_the_dead_letter_topic_was_deleted(bench: Bench) -> None:
    topic, dead = bench.topic(), bench.topic("dead")
    push = {"push_endpoint": "http://127.0.0.1:1/"}
    subscription = bench.subscription(topic, push_config=push, dead_letter_policy={"dead_letter_topic": dead})
    bench.publisher.delete_topic(request={"topic": dead})
    bench.subscriber.modify_push_config(request={"subscription": subscription, "push_config": {}})
    assert get(bench, subscription).push_config.push_endpoint == ""
