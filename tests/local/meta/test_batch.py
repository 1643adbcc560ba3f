"""Reading a body: JSON, a form, and the array of JSON texts of Meta's SDK end in the same batch."""

import json
from typing import Any
from urllib.parse import parse_qsl, urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from local.meta.batch import Batch, read_form, read_json
from local.meta.examples.events import changed, store, website
from local.meta.judge import judge

NOW = 1_795_000_000
DAY = 86_400
OBJECTS = st.lists(st.dictionaries(st.text(max_size=5), st.integers() | st.text() | st.none(), max_size=4), max_size=4)


@given(OBJECTS, st.sampled_from([None, 1]))
def test_the_three_ways_to_send_events_are_read_alike(events: list[dict[str, Any]], indent: int | None) -> None:
    body = json.dumps({"data": events, "test_event_code": "TEST1", "access_token": "t"}, indent=indent)
    form = {"data": json.dumps(events, indent=indent), "test_event_code": "TEST1", "access_token": "t"}
    as_texts = {**form, "data": json.dumps([json.dumps(event) for event in events])}
    for batch in (read_json(body.encode()), read_form(form), read_form(as_texts)):
        assert batch.events == events
        assert [json.loads(text) for text in batch.texts] == events
        assert (batch.parameters, batch.access_token) == ({"test_event_code": "TEST1"}, "t")


def test_a_text_is_kept_to_the_byte() -> None:
    body = b'{"data": [ {"value" :1.50,"x":"\\u00e9"}, {} ]}'
    assert read_json(body).texts == [b'{"value" :1.50,"x":"\\u00e9"}', b"{}"]


def test_a_large_lead_id_keeps_every_digit() -> None:
    batch = read_json(b'{"data":[{"user_data":{"lead_id":12345678901234567}}]}')
    assert batch.events == [{"user_data": {"lead_id": 12345678901234567}}]


def test_no_secret_is_among_the_parameters_or_in_the_repr() -> None:
    batch = read_json(b'{"data":[],"access_token":"secret-1","appsecret_proof":"secret-2"}')
    assert (batch.access_token, batch.appsecret_proof) == ("secret-1", "secret-2")
    assert "secret" not in f"{batch!r}{batch.parameters}"


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"[]",
        b"null",
        b'{"data": {}}',
        b'{"data": "[]"}',
        b'{"data": [{]}',
        b'{"data": ["x"]}',
        b'{"data":["\xff"]}',
    ],
)
def test_a_body_without_readable_data_is_answered_that_data_is_required(body: bytes) -> None:
    breach = judge(read_json(body), NOW)
    assert breach is not None
    error = breach.as_error("en_US")
    assert (error.code, error.subcode, error.message) == (100, None, "(#100) The parameter data is required")


def test_a_form_whose_data_is_no_json_has_no_data_and_keeps_its_token() -> None:
    batch = read_form({"data": "[{", "access_token": "t"})
    assert (batch.events, batch.access_token) == (None, "t")


@given(st.binary(max_size=60))
def test_no_body_makes_the_reader_stumble(body: bytes) -> None:
    assert isinstance(read_json(body), Batch)
    assert isinstance(read_form(dict(parse_qsl(body.decode("latin-1")))), Batch)


@pytest.mark.parametrize(
    ("body", "rule"),
    [
        ({"data": []}, "data.empty"),
        ({"data": [website(NOW)] * 1001}, "data.too_many"),
        ({"data": [website(NOW)], "test_code": "TEST1"}, "request.unexpected_parameter"),
        ({"data": [website(NOW)], "test_event_code": 1}, "request.types"),
        ({"data": [website(NOW)], "partner_agent": "a" * 23}, "request.partner_agent"),
        ({"data": [website(NOW)], "partner_agent": "1-a"}, "request.partner_agent"),
    ],
)
def test_a_request_rule_refuses_without_a_subcode(body: dict[str, Any], rule: str) -> None:
    breach = judge(read_json(json.dumps(body).encode()), NOW)
    assert breach is not None
    error = breach.as_error("en_US")
    assert (breach.rule.id, error.status, error.code, error.subcode) == (rule, 400, 100, None)


@pytest.mark.parametrize(
    "beside",
    [
        {},
        {"test_event_code": "TEST1", "partner_agent": "omnicapi_1_0", "upload_tag": "till-7"},
        {"partner_agent": "a" * 22},
    ],
)
def test_a_thousand_events_with_the_documented_parameters_pass(beside: dict[str, str]) -> None:
    batch = read_form({"data": json.dumps([website(NOW)] * 1000), **beside})
    assert judge(batch, NOW) is None


@given(st.integers(0, 20), st.integers(1, 21))
def test_one_bad_event_refuses_the_whole_batch_at_its_index(bad: int, size: int) -> None:
    events = [website(NOW) for _ in range(size)]
    if bad < size:
        events[bad] = changed(website(NOW), {"event_name": ""})
    breach = judge(read_form(dict(parse_qsl(urlencode({"data": json.dumps(events)})))), NOW)
    assert (breach and breach.event_index) == (bad if bad < size else None)


def test_an_old_store_event_does_not_travel_with_others_but_with_its_like() -> None:
    old, fresh = store(NOW), changed(store(NOW), {"event_time": NOW - 6 * DAY})
    mixed = judge(read_form({"data": json.dumps([old, website(NOW)])}), NOW)
    assert mixed is not None
    assert (mixed.rule.id, mixed.as_error("en_US").subcode) == ("batch.mixed_windows", 2804003)
    assert judge(read_form({"data": json.dumps([old, fresh])}), NOW) is None
    assert judge(read_form({"data": json.dumps([fresh, website(NOW)])}), NOW) is None
