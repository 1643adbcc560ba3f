import pytest

from ingest.outgoing import Outgoing, encoded
from ingest.rows import rejected
from omnicapi.errors import PublishFailed, Refused
from omnicapi.messages import MAX_BYTES, MAX_ITEMS, CustomData, Event, Origin, Outcome
from tests.ingest.fakes import Topics, only


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


def test_messages_carry_at_most_500_events_in_order(topics: Topics) -> None:
    out = outgoing(topics)
    for number in range(1201):
        out.add(event(number))
    assert [message.attributes["count"] for message in topics.on("events")] == ["500", "500"]
    out.finish()
    assert [message.attributes["count"] for message in topics.on("events")] == ["500", "500", "201"]
    assert [one.event_id for one in topics.events()] == [f"e{number}" for number in range(1201)]
    assert out.events == 1201
    assert topics.messages[0].attributes | {"count": "500"} == {
        "kind": "event",
        "schema": "1",
        "channel": "store",
        "count": "500",
    }


def test_messages_carry_at_most_a_megabyte(topics: Topics) -> None:
    out = outgoing(topics)
    for number in range(5):
        out.add(event(number, padding=400_000))
    out.finish()
    assert [message.attributes["count"] for message in topics.messages] == ["2", "2", "1"]
    assert max(len(message.data) for message in topics.messages) <= MAX_BYTES


def test_an_event_no_message_can_carry_is_refused(topics: Topics) -> None:
    out = outgoing(topics)
    out.add(event(1, padding=MAX_BYTES))
    out.finish()
    assert (out.events, out.rejected) == (0, 1)
    outcome = only(topics.outcomes())
    assert (outcome.reason, outcome.channel, outcome.origin.row) == ("event_too_large", "store", 1)
    assert isinstance(encoded(event(1, padding=MAX_BYTES)), Outcome)


def test_refusals_go_out_in_batches(topics: Topics) -> None:
    out = outgoing(topics)
    for number in range(501):
        out.add(refusal(number))
    assert [message.attributes["count"] for message in topics.on("outcomes")] == ["500"]
    out.finish()
    assert len(topics.outcomes()) == out.rejected == 501


def test_nothing_read_is_nothing_sent(topics: Topics) -> None:
    outgoing(topics).finish()
    assert topics.messages == []


def test_only_so_many_messages_wait_for_pubsub(topics: Topics) -> None:
    topics.holding = True
    out = Outgoing(topics.publisher(timeout=0.05), topics.writer(), "store", unconfirmed=2)
    for number in range(3 * MAX_ITEMS):
        out.add(event(number))
    with pytest.raises(PublishFailed):
        out.add(event())
    assert len(topics.messages) == 3


def test_a_message_pubsub_refuses_is_not_forgotten(topics: Topics) -> None:
    topics.refusing = {"events"}
    out = outgoing(topics)
    out.add(event())
    with pytest.raises(PublishFailed):
        out.finish()
