"""A signal's event is posted as the bytes that came; only what forward needs is read from it."""

from __future__ import annotations

import msgspec
import pytest

from forward.signals import read_signals
from omnicapi.errors import BadMessage
from omnicapi.intake.push import PushMessage
from omnicapi.messages import ReadySignal
from tests.forward import fakes


def test_the_event_keeps_its_bytes() -> None:
    event = '{"event_name":"Lead", "event_time":1795000000,"event_id":"é\\u00e9","custom_data":{"value":10.50},"x":[ ]}'
    body = f'[{{"dataset":"1","channel":"crm","event":{event},"origin":{{"row":3}}}}]'
    (signal,) = read_signals(PushMessage(body.encode(), message_id="m"))
    assert signal.event == event.encode()
    assert (signal.event_name, signal.event_time, signal.event_id, signal.order_id) == ("Lead", 1795000000, "éé", None)


def test_what_handle_publishes_is_read_and_given_back_whole() -> None:
    said = {"warnings": ["ph:not_a_phone"], "identifiers": ["em"], "datasets": 2}
    sent = msgspec.convert({**fakes.signal("a"), **said}, ReadySignal)
    (signal,) = read_signals(PushMessage(msgspec.json.encode([sent])))
    assert msgspec.json.decode(signal.letter(), type=ReadySignal) == sent


def test_an_outcome_tells_everything_but_the_customer() -> None:
    (signal,) = read_signals(fakes.message(fakes.signal("a")))
    outcome = signal.outcome()
    assert (outcome.event_id, outcome.order_id, outcome.dataset, outcome.channel) == ("a", "order-a", "123", "web")
    assert fakes.SOMEBODY.encode() not in msgspec.json.encode(outcome)


def test_an_outcome_names_the_customer_information_and_the_number_of_datasets() -> None:
    (signal,) = read_signals(
        PushMessage(msgspec.json.encode([{**fakes.signal("a"), "identifiers": ["em"], "datasets": 2}]))
    )
    assert (signal.outcome().identifiers, signal.outcome().datasets) == (["em"], 2)


@pytest.mark.parametrize("order", [17, "17"])
def test_an_order_id_may_be_a_number(order: int | str) -> None:
    (signal,) = read_signals(fakes.message(fakes.signal("a", custom_data={"order_id": order})))
    assert signal.order_id == "17"


def test_an_event_without_custom_data_has_no_order() -> None:
    (signal,) = read_signals(fakes.message(fakes.signal("a", custom_data=None)))
    assert signal.order_id is None


def test_the_delivery_attempt_is_the_first_where_the_push_does_not_say() -> None:
    assert read_signals(fakes.message(fakes.signal("a")))[0].delivery_attempt == 1
    assert read_signals(fakes.message(fakes.signal("a"), attempt=7))[0].delivery_attempt == 7


@pytest.mark.parametrize("key", ["event_name", "event_time", "event_id"])
def test_a_signal_without_an_identity_is_a_bad_message_and_is_not_quoted(key: str) -> None:
    signal = fakes.signal("jane@example.com")
    del signal["event"][key]
    with pytest.raises(BadMessage) as caught:
        read_signals(fakes.message(signal))
    assert "jane" not in str(caught.value)
