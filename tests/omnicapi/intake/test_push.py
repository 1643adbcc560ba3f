import base64
import json
import re
from datetime import UTC, datetime
from typing import Any, Literal

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from omnicapi.errors import BadEnvelope, BadMessage
from omnicapi.intake.push import MOST_ITEMS, BadItem, PushMessage, items, parse, stream
from tests.omnicapi.structs import JSON

PLANTED = "ana@example.com"

ENVELOPE = {
    "message": {
        "attributes": {"kind": "event"},
        "data": base64.b64encode(b'[{"a":1}]').decode(),
        "messageId": "2070443601311540",
        "message_id": "2070443601311540",
        "publishTime": "2021-02-26T19:13:55.749Z",
        "publish_time": "2021-02-26T19:13:55.749Z",
        "orderingKey": "k",
    },
    "subscription": "projects/p/subscriptions/s",
    "deliveryAttempt": 5,
}
"""A push with everything that Pub/Sub may put into one (gcp.md §1.1)."""


class Thing(msgspec.Struct):
    a: int
    kind: Literal["x", "y"] = "x"
    text: str = ""


def changed(**message: Any) -> bytes:
    return json.dumps({**ENVELOPE, "message": {**ENVELOPE["message"], **message}}).encode()  # type: ignore[dict-item]  # JSON


def test_a_push_is_read_whole() -> None:
    message = parse(json.dumps(ENVELOPE).encode())
    assert message == PushMessage(
        b'[{"a":1}]', {"kind": "event"}, "2070443601311540", 1614366835749, "projects/p/subscriptions/s", 5
    )


def test_the_smallest_push_is_read_too() -> None:
    assert parse(b'{"message":{"data":"eA=="}}') == PushMessage(b"x")
    assert parse(b'{"message":{"attributes":{"eventType":"OBJECT_FINALIZE"}}}').data == b""


@given(
    data=st.binary(),
    attributes=st.dictionaries(st.text(), st.text(), max_size=3),
    attempt=st.none() | st.integers(1, 100),
)
def test_data_and_attributes_arrive_as_they_were_sent(
    data: bytes, attributes: dict[str, str], attempt: int | None
) -> None:
    sent = {"data": base64.b64encode(data).decode(), "attributes": attributes, "messageId": "1"}
    message = parse(json.dumps({"message": sent, "deliveryAttempt": attempt}).encode())
    assert (message.data, message.attributes, message.delivery_attempt) == (data, attributes, attempt)


@pytest.mark.parametrize("fraction", ["", ".7", ".749", ".749123", ".749123456"])
def test_the_publish_time_is_unix_milliseconds_whatever_its_digits(fraction: str) -> None:
    second = int(datetime(2021, 2, 26, 19, 13, 55, tzinfo=UTC).timestamp()) * 1000
    milliseconds = int((fraction[1:] + "000")[:3])
    assert parse(changed(publishTime=f"2021-02-26T19:13:55{fraction}Z")).publish_ms == second + milliseconds


@given(body=st.binary() | JSON.map(lambda value: json.dumps(value).encode()))
def test_any_body_is_a_push_or_refused_as_none(body: bytes) -> None:
    try:
        parsed = parse(body)
    except BadEnvelope:
        return
    assert isinstance(parsed, PushMessage)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        PLANTED.encode(),
        b'{"email":"%s"}' % PLANTED.encode(),
        changed(data=PLANTED),
        changed(data="eA"),
        changed(data=None),
        changed(publishTime=PLANTED),
        changed(attributes={"a": [PLANTED]}),
        b'{"message":"\xff"}',
        b'{"message":' + b"[" * 100_000,
    ],
)
def test_what_is_no_push_is_refused_without_being_quoted(body: bytes) -> None:
    with pytest.raises(BadEnvelope, match="not a Pub/Sub push") as caught:
        parse(body)
    assert PLANTED not in str(caught.value)
    assert caught.value.__cause__ is None
    assert caught.value.__suppress_context__


def test_a_message_shows_neither_its_data_nor_its_attributes() -> None:
    message = PushMessage(PLANTED.encode(), {"email": PLANTED}, message_id="7")
    assert PLANTED not in repr(message)
    assert "message_id='7'" in repr(message)


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b'[{"a":1},{"a":2}]', [Thing(1), Thing(2)]),
        (b' \n [{"a":1}]', [Thing(1)]),
        (b'{"a":1}', [Thing(1)]),
        (b"[]", []),
    ],
)
def test_data_holds_a_list_of_items_or_one_alone(data: bytes, expected: list[Thing]) -> None:
    assert items(PushMessage(data), Thing) == expected


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b'[{"a":1},{"a":"ana@example.com"}]', "Expected `int`, got `str` - at `$[1].a`."),
        (b'[{"a":1,"kind":"ana@example.com"}]', "Not one of the accepted values - at `$[0].kind`."),
        (b'{"b":1}', "Object missing required field `a`."),
        (b"ana@example.com", "JSON is malformed: invalid character (byte 0)."),
        (b'{"text":"ana@example.com\xff"}', "Not text in UTF-8."),
        (b"", "Input data was truncated."),
        (b'{"a":' + b"[" * 100_000, "Expected `int`, got `array` - at `$.a`."),
        (b'{"z":' + b"[" * 100_000, "Nested too deeply."),
    ],
)
def test_what_does_not_fit_is_refused_by_message_id_and_path_and_not_quoted(data: bytes, why: str) -> None:
    with pytest.raises(BadMessage) as caught:
        items(PushMessage(data, message_id="42"), Thing)
    assert str(caught.value) == f"Message 42 does not hold what its topic carries: {why}"


@given(
    body=st.binary()
    | JSON.map(lambda value: json.dumps(value).encode())
    | st.lists(JSON | st.just({"a": 1})).map(json.dumps).map(str.encode)
)
def test_a_stream_gives_the_items_of_a_list_and_names_those_that_are_none(body: bytes) -> None:
    message = PushMessage(body, message_id="7")
    try:
        whole: list[Thing] | None = items(message, Thing)
    except BadMessage:
        whole = None
    try:
        streamed = list(stream(message, Thing))
    except BadMessage:
        assert whole is None
        return
    if whole is not None:
        assert streamed == whole
    else:
        assert any(isinstance(item, BadItem) for item in streamed)
        assert any(isinstance(item, Thing) for item in streamed)


def test_one_bad_item_costs_no_other_and_says_its_place_and_no_value() -> None:
    deep = b'{"a":1,"z":' + b"[" * 100_000 + b"]" * 100_000 + b"}"
    data = b'[{"a": 1}, {"a": "ana@example.com"}, {"z": "],[{"}, ' + deep + b', {"a": 2}]'
    first, text, missing, nested, last = stream(PushMessage(data), Thing)
    assert (first, last) == (Thing(1), Thing(2))
    bad: Thing | BadItem
    for index, bad, why in (
        (1, text, "Expected `int`, got `str` - at `$[1].a`"),
        (2, missing, "Object missing required field `a` - at `$[2]`"),
        (3, nested, "Nested too deeply - at `$[3]`"),
    ):
        assert isinstance(bad, BadItem)
        assert (bad.index, bad.why) == (index, why)
        assert "ana@" not in repr(bad)
    assert isinstance(missing, BadItem)
    assert json.loads(missing.data) == {"z": "],[{"}


def test_a_list_of_which_nothing_fits_is_a_bad_message() -> None:
    with pytest.raises(BadMessage, match=re.escape("$[0].a")):
        list(stream(PushMessage(b'[{"a": "x"}, {}]'), Thing))
    assert list(stream(PushMessage(b'{"a": 1}'), Thing)) == [Thing(1)]
    assert list(stream(PushMessage(b' [{"a": 1}, {"a": 2}]'), Thing)) == [Thing(1), Thing(2)]
    assert list(stream(PushMessage(b"[]"), Thing)) == []


@pytest.mark.parametrize("read", [items, lambda message, type_: list(stream(message, type_))], ids=["items", "stream"])
def test_a_message_has_so_many_items_and_no_more(read: Any) -> None:
    most = b"[" + b",".join([b"1"] * MOST_ITEMS)
    assert len(read(PushMessage(most + b"]", message_id="7"), int)) == MOST_ITEMS
    with pytest.raises(BadMessage, match=r"Message 7 .* more than 100,000 items"):
        read(PushMessage(most + b",1]", message_id="7"), int)


def test_commas_within_items_do_not_count() -> None:
    text = "," * MOST_ITEMS
    assert items(PushMessage(json.dumps([text]).encode()), str) == [text]
