"""One event costs only itself: what it holds too much of is left out, and what it raises refuses it alone."""

from __future__ import annotations

import logging
from decimal import Decimal
from typing import Any

import msgspec
import pytest
from google.api_core.exceptions import ServiceUnavailable

from handle.format.contents import LONGEST_TEXT, MOST_PRODUCTS
from handle.format.custom_data import MOST_PROPERTIES
from handle.reader import MOST_READ, MOST_SENT
from omnicapi.bounds import MOST_WARNINGS
from omnicapi.errors import BadMessage, ConfigurationError
from omnicapi.intake.push import PushMessage
from omnicapi.internal_errors import MOST_IN_A_ROW
from omnicapi.messages import LARGEST_ITEM, Content, CustomData, CustomerInformation, Event, Outcome
from omnicapi.publishing.publisher import encode
from tests.handle.test_app import PubSub, message, purchase, service
from tests.loops import run

HASHED = ("em", "ph", "fn", "ln", "ge", "db", "ct", "st", "zp", "country", "external_id")


def handled(*events: Event) -> PubSub:
    client = PubSub()
    run(service(client).receive(message(*events)))
    return client


def outcomes(client: PubSub) -> list[Outcome]:
    return [one for batch in client.outcomes() for one in batch.outcomes]


def person(**fields: Any) -> Event:
    known = CustomerInformation(external_id=["c1"], client_user_agent=purchase(1).user_data.client_user_agent)
    return purchase(7, user_data=msgspec.structs.replace(known, **fields))


@pytest.mark.parametrize("name", ["em", "external_id", "fn", "ct", "zp"])
def test_of_one_field_so_many_values_are_sent_and_the_rest_is_left_out_with_a_warning(name: str) -> None:
    values = [f"{chr(97 + n % 26)}{chr(97 + n // 26 % 26)}x{n:06}" for n in range(5000)]
    made = {
        "em": [f"{value}@example.com" for value in values],
        "zp": [f"{n:06}" for n in range(5000)],
        "fn": [_letters(n) for n in range(5000)],
        "ct": [_letters(n) for n in range(5000)],
    }.get(name, values)
    client = handled(purchase(1), person(**{name: made}), purchase(2))
    assert [signal.event.event_id for signal in client.signals()] == ["order-1", "order-7", "order-2"]
    signal = client.signals()[1]
    assert len(getattr(signal.event.user_data, name)) == MOST_SENT == 100
    assert f"user_data.{name}:too_many_values" in signal.warnings
    assert MOST_READ == 1000


def _letters(number: int) -> str:
    return "".join(chr(97 + number // 26**power % 26) for power in range(4)) + "name"


def test_a_good_value_among_many_bad_ones_is_found() -> None:
    (signal,) = handled(person(em=["x"] * 900 + ["jane@example.com"])).signals()
    assert len(signal.event.user_data.em) == 1


def test_an_event_that_fills_every_field_to_the_brim_stays_small_enough_to_travel() -> None:
    full = {name: [f"{name}{_letters(n)}" for n in range(20_000)] for name in ("fn", "ln", "ct", "external_id")}
    (signal,) = handled(person(**full)).signals()
    assert len(encode(signal)) < 100_000


def test_warnings_are_bounded_in_number_and_say_how_many_more_there_are() -> None:
    lines = [Content(id="", quantity=Decimal(1)) for _ in range(500)]
    client = handled(purchase(1, custom_data=CustomData(value=Decimal(1), currency="EUR", contents=lines)))
    (signal,) = client.signals()
    assert len(signal.warnings) == MOST_WARNINGS + 1 == 21
    assert signal.warnings[-1] == "and 480 more"


def test_products_properties_and_texts_are_bounded_and_never_cost_the_event() -> None:
    data = CustomData(
        value=Decimal(1),
        currency="EUR",
        contents=[Content(id=f"p{n}", quantity=Decimal(1)) for n in range(25_000)],
        content_ids=[f"p{n}" for n in range(25_000)],
        content_name="x" * (LONGEST_TEXT + 1),
        properties={f"k{n}": n for n in range(2000)},
    )
    (signal,) = handled(purchase(1, custom_data=data)).signals()
    made = signal.event.custom_data
    assert (len(made["contents"]), len(made["content_ids"])) == (MOST_PRODUCTS, MOST_PRODUCTS) == (20_000, 20_000)
    assert sum(key.startswith("k") for key in made) == MOST_PROPERTIES == 500
    assert "content_name" not in made
    assert {
        "custom_data.contents:too_many",
        "custom_data.content_ids:too_many",
        "custom_data.content_name:too_long",
        "custom_data.*:too_many_properties",
    } <= set(signal.warnings)


def test_an_event_too_large_for_any_message_is_refused_alone() -> None:
    large = purchase(2, custom_data=CustomData(value=Decimal(1), currency="EUR", properties={"n": "x" * LARGEST_ITEM}))
    client = handled(purchase(1), large, purchase(3))
    assert [signal.event.event_id for signal in client.signals()] == ["order-1", "order-3"]
    (outcome,) = outcomes(client)
    assert (outcome.event_id, outcome.reason, outcome.dataset) == ("order-2", "event_too_large", "42")
    assert outcome.origin.index == 2


@pytest.mark.parametrize("where", ["handle.step.server_event", "handle.step.user_data", "handle.app.encode"])
@pytest.mark.parametrize("error", [ValueError("jane@"), RecursionError(), KeyError("jane@"), ZeroDivisionError()])
def test_whatever_an_event_raises_in_whatever_step_costs_only_that_event(
    where: str, error: Exception, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    _break(where, error, monkeypatch, "order-2")
    client = handled(purchase(1), purchase(2), purchase(3))
    assert [signal.event.event_id for signal in client.signals()] == ["order-1", "order-3"]
    (outcome,) = outcomes(client)
    assert (outcome.event_id, outcome.verdict, outcome.reason) == ("order-2", "rejected", "internal_error")
    assert (outcome.origin.message_id, outcome.origin.index) == ("7", 2)
    assert "jane" not in str(outcome) + str([record.__dict__ for record in caplog.records])
    assert any(record.levelno == logging.ERROR for record in caplog.records)


@pytest.mark.parametrize("error", [MemoryError(), ConfigurationError("a setting")])
def test_what_is_no_events_fault_refuses_none(error: Exception, monkeypatch: pytest.MonkeyPatch) -> None:
    _break("handle.step.server_event", error, monkeypatch, "order-2")
    client = PubSub()
    with pytest.raises(type(error)):
        run(service(client).receive(message(purchase(1), purchase(2))))
    assert not client.messages


def test_a_bad_deployment_does_not_refuse_event_after_event(monkeypatch: pytest.MonkeyPatch) -> None:
    _break("handle.step.server_event", ValueError("a bug"), monkeypatch, "order-")
    client = PubSub()
    handle = service(client)
    for number in range(MOST_IN_A_ROW):
        run(handle.receive(message(purchase(number))))
    with pytest.raises(ValueError, match="a bug"):
        run(handle.receive(message(purchase(99))))
    assert len(outcomes(client)) == MOST_IN_A_ROW


def test_many_events_that_raise_cost_no_good_one_beside_them(monkeypatch: pytest.MonkeyPatch) -> None:
    _break("handle.step.server_event", ValueError("a bug"), monkeypatch, "order-9")
    client = PubSub()
    handle = service(client)
    for _ in range(2):
        run(handle.receive(message(purchase(1), *(purchase(number) for number in range(900, 1000)), purchase(2))))
    assert [signal.event.event_id for signal in client.signals()] == ["order-1", "order-2"] * 2
    assert len(outcomes(client)) == 200


def test_an_item_that_is_no_event_costs_only_itself() -> None:
    good, other = (encode(purchase(number)) for number in (1, 3))
    known = b'{"event_id":1,"channel":"web","origin":{"message_id":"p","index":5},"em":"jane@example.com"}'
    deep = b'{"z":' + b"[" * 5000 + b"]" * 5000 + b"}"
    client = PubSub()
    data = b"[" + b",".join([good, known, deep, b"7", other]) + b"]"
    run(service(client).receive(PushMessage(data, message_id="m-1")))
    assert [signal.event.event_id for signal in client.signals()] == ["order-1", "order-3"]
    told = [(one.reason, one.channel, one.origin.message_id, one.origin.index) for one in outcomes(client)]
    assert told == [
        ("event_unreadable", "web", "p", 5),
        ("event_unreadable", "unknown", "m-1", 2),
        ("event_unreadable", "unknown", "m-1", 3),
    ]
    assert "jane" not in str(outcomes(client))


def test_a_message_without_any_event_is_a_bad_message_and_writes_nothing() -> None:
    client = PubSub()
    with pytest.raises(BadMessage):
        run(service(client).receive(PushMessage(b'[{"event_id":1},{"event_id":2}]')))
    assert not client.messages


def test_where_outcomes_cannot_be_written_no_signal_goes_out_that_would_come_a_second_time() -> None:
    client = PubSub("outcomes")
    with pytest.raises(Exception, match="outcomes"):
        run(service(client).receive(message(purchase(1), purchase(2, event_time=1))))
    assert not client.messages


def test_whatever_the_publisher_raises_is_a_nack_and_refuses_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    for error in (ValueError("too large"), RuntimeError(), ServiceUnavailable("down")):
        client = PubSub()
        monkeypatch.setattr(client, "publish", _raising(error))
        with pytest.raises(Exception, match="did not take a message"):
            run(service(client).receive(message(purchase(1))))
        assert not client.messages


def _raising(error: Exception) -> Any:
    def publish(*_: Any, **__: Any) -> None:
        raise error

    return publish


def _break(where: str, error: Exception, monkeypatch: pytest.MonkeyPatch, prefix: str) -> None:
    """Let a step raise for the events whose ids begin so."""
    module, _, name = where.rpartition(".")
    real = getattr(__import__(module, fromlist=[name]), name)

    def breaking(item: Any, *rest: Any) -> Any:
        if getattr(item, "event", item).event_id.startswith(prefix):
            raise error
        return real(item, *rest)

    monkeypatch.setattr(where, breaking)
