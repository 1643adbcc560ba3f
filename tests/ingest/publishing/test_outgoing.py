import pytest

from ingest.events.outcomes import rejected
from ingest.publishing.outgoing import Outgoing, encoded
from omnicapi.errors import PublishFailed, Refused
from omnicapi.messages import MAX_BYTES, MAX_ITEMS, CustomData, Event, Origin, Outcome
from tests.ingest.fakes import Topics


def event(number: int = 1, padding: int = 0) -> Event:
    return Event(
        event_id=f"e{number}",
        event_name="Purchase",
        event_time=1719852447,
        channel="store",
        action_source="physical_store",
        origin=Origin(object="incoming/a.csv", row=number),
        custom_data=CustomData(properties={"note": "x" * padding} if padding else {}),
    )


def refusal(number: int = 1) -> Outcome:
    return rejected(Refused("event_time_missing", "B2 is empty"), "store", Origin(object="a.csv", row=number), 0)


def outgoing(topics: Topics, unconfirmed: int = 16) -> Outgoing:
    return Outgoing(topics.publisher(), topics.writer(), "store", unconfirmed)


def written(*events: Event) -> list[bytes]:
    return [item for one in events if isinstance(item := encoded(one), bytes)]


def test_messages_carry_at_most_500_events_in_order(topics: Topics) -> None:
    outgoing(topics).send(written(*map(event, range(1201))), [])
    assert [message.attributes["count"] for message in topics.on("events")] == ["500", "500", "201"]
    assert [one.event_id for one in topics.events()] == [f"e{number}" for number in range(1201)]
    assert topics.messages[0].attributes == {"kind": "event", "schema": "1", "channel": "store", "count": "500"}


def test_messages_carry_at_most_a_megabyte(topics: Topics) -> None:
    outgoing(topics).send(written(*(event(number, padding=400_000) for number in range(5))), [])
    assert [message.attributes["count"] for message in topics.messages] == ["2", "2", "1"]
    assert max(len(message.data) for message in topics.messages) <= MAX_BYTES


def test_an_event_no_message_can_carry_is_refused() -> None:
    outcome = encoded(event(1, padding=MAX_BYTES))
    assert isinstance(outcome, Outcome)
    assert (outcome.reason, outcome.channel, outcome.origin.row) == ("event_too_large", "store", 1)


def test_outcomes_go_out_in_batches(topics: Topics) -> None:
    outgoing(topics).send([], [refusal(number) for number in range(501)])
    assert [message.attributes["count"] for message in topics.on("outcomes")] == ["500", "1"]


def test_nothing_read_is_nothing_sent(topics: Topics) -> None:
    outgoing(topics).send([], [])
    assert topics.messages == []


def test_only_so_many_messages_wait_for_pubsub(topics: Topics) -> None:
    topics.holding = True
    out = Outgoing(topics.publisher(timeout=0.05), topics.writer(), "store", unconfirmed=2)
    with pytest.raises(PublishFailed):
        out.send(written(*map(event, range(9 * MAX_ITEMS))), [])
    assert len(topics.messages) == 3


@pytest.mark.parametrize("topic", ["events", "outcomes"])
def test_a_message_pubsub_refuses_is_not_forgotten(topics: Topics, topic: str) -> None:
    topics.refusing = {topic}
    with pytest.raises(PublishFailed):
        outgoing(topics).send(written(event()), [refusal()])


def test_an_event_that_cannot_be_written_is_refused_alone() -> None:
    nested: list[object] = []
    for _ in range(100_000):
        nested = [nested]
    deep = event(2)
    deep.custom_data.properties["note"] = nested
    outcome = encoded(deep)
    assert isinstance(outcome, Outcome)
    assert (outcome.reason, outcome.channel, outcome.origin.row) == ("internal_error", "store", 2)
