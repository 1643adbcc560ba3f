import pytest
from google.api_core.exceptions import InvalidArgument

from local.pubsub import Control
from tests.local.pubsub.bench import Bench
from tests.local.pubsub.differences import differs


@differs("filters are accepted and ignored")
def test_only_what_matches_the_filter_is_delivered(bench: Bench) -> None:
    topic = bench.topic()
    subscription = bench.subscription(topic, filter='attributes.kind = "event" AND NOT attributes:test')
    bench.publish(topic, b"other kind", kind="outcome")
    bench.publish(topic, b"test", kind="event", test="1")
    bench.publish(topic, b"wanted", kind="event")
    assert [received.message.data for received in bench.pull(subscription)] == [b"wanted"]
    assert bench.is_quiet(subscription)


@differs("any filter is accepted")
def test_a_bad_filter_is_refused(bench: Bench) -> None:
    topic = bench.topic()
    with pytest.raises(InvalidArgument, match="character 18"):
        bench.subscription(topic, filter="attributes.kind = event")


def test_a_filter_is_shown(bench: Bench) -> None:
    subscription = bench.subscription(bench.topic(), filter="attributes:kind")
    assert bench.subscriber.get_subscription(request={"subscription": subscription}).filter == "attributes:kind"


def test_what_does_not_match_counts_as_filtered(own: Bench, control: Control) -> None:
    topic = own.topic()
    subscription = own.subscription(topic, filter="attributes:kind")
    own.publish(topic, b"1", b"2")
    own.publish(topic, b"3", kind="event")
    status = control.subscription(subscription)
    assert (status.filtered, status.published, status.backlog) == (2, 1, 1)
