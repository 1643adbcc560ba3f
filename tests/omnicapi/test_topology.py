from datetime import timedelta

from omnicapi.topology import OUTCOMES, PIPELINE, DeadLetterPolicy, Subscription, dead_letter_topic


def test_every_subscription_reads_a_topic_that_exists() -> None:
    assert {subscription.topic for subscription in PIPELINE.subscriptions} <= set(PIPELINE.topics)


def test_every_push_has_a_dead_letter_topic_that_somebody_keeps() -> None:
    kept = {subscription.topic for subscription in PIPELINE.subscriptions if subscription.service is None}
    for subscription in PIPELINE.pushes():
        assert subscription.dead_letter is not None
        assert subscription.dead_letter.topic == dead_letter_topic(subscription.topic)
        assert subscription.dead_letter.topic in kept


def test_no_service_waits_longer_for_pub_sub_than_pub_sub_allows() -> None:
    for subscription in PIPELINE.subscriptions:
        assert timedelta(seconds=10) <= subscription.ack_deadline <= timedelta(seconds=600)


def test_a_whole_outage_fits_into_the_attempts_before_a_dead_letter() -> None:
    for subscription in PIPELINE.pushes():
        assert subscription.retry is not None
        assert subscription.dead_letter is not None
        pause, waited = subscription.retry.minimum, timedelta()
        for _ in range(subscription.dead_letter.attempts):
            waited += pause
            pause = min(pause * 2, subscription.retry.maximum)
        assert waited > timedelta(hours=12)


def test_each_of_the_five_receivers_is_pushed_to_once() -> None:
    assert sorted(str(subscription.service) for subscription in PIPELINE.pushes()) == [
        "forward",
        "handle",
        "ingest-files",
        "ingest-reports",
        "ingest-store",
    ]


def test_a_processed_file_does_not_notify_again() -> None:
    assert not "processed/".startswith(PIPELINE.notification.prefixes)
    assert PIPELINE.notification.topic in PIPELINE.topics


def test_scaling_the_retries_changes_nothing_else() -> None:
    scaled = PIPELINE.with_retries_scaled(0.01)
    for before, after in zip(PIPELINE.subscriptions, scaled.subscriptions, strict=True):
        if before.retry is not None:
            assert after.retry is not None
            assert after.retry.minimum == before.retry.minimum / 100
            assert after.retry.maximum == before.retry.maximum / 100
    assert scaled.with_retries_scaled(100) == PIPELINE


def test_a_subscription_can_be_added() -> None:
    more = Subscription("outcomes-pull", OUTCOMES)
    assert PIPELINE.with_subscriptions(more).subscriptions[-1] is more


def test_an_instances_names_are_the_plain_ones_with_its_own_before_them() -> None:
    named = PIPELINE.named("brazil")
    assert [*named.topics] == [f"brazil-{topic}" for topic in PIPELINE.topics]
    for plain, own in zip(PIPELINE.subscriptions, named.subscriptions, strict=True):
        assert (own.name, own.topic, own.service) == (f"brazil-{plain.name}", f"brazil-{plain.topic}", plain.service)
        assert plain.dead_letter is None or own.dead_letter == DeadLetterPolicy(f"brazil-{plain.dead_letter.topic}")
    assert named.notification.topic == "brazil-files"
    assert PIPELINE.named("") == PIPELINE
