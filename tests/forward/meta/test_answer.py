"""Whatever comes back over HTTP is understood or counts as no answer of Meta's; nothing but Meta's own yes is a yes."""

from __future__ import annotations

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from forward.meta.answer import Answer, read_answer
from forward.meta.errors import Kind
from omnicapi.errors import MetaRefusedUs, MetaUnavailable
from tests.forward.fakes import accepted, refused


def test_an_acceptance_keeps_what_support_asks_for() -> None:
    answer = read_answer(200, {}, b'{"events_received":3,"messages":["a note"],"fbtrace_id":"ABC"}')
    assert (answer.events_received, answer.messages, answer.fbtrace_id, answer.refusal) == (3, 1, "ABC", None)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<html>Welcome to the guest network</html>",
        b"true",
        b"[]",
        b"{}",
        b'{"messages":[]}',
        b'{"events_received":null}',
        b"\xff\xfe",
        b'{"events_received":1,"error":{"code":2}}',
    ],
)
def test_a_200_without_metas_own_yes_is_no_acceptance(body: bytes) -> None:
    refusal = read_answer(200, {}, body).refusal
    assert refusal is not None
    assert refusal.kind is Kind.TRANSIENT


@pytest.mark.parametrize("status", [301, 302, 400, 403, 404, 500, 502, 503, 504])
def test_a_page_that_is_not_metas_is_transient_whatever_its_status(status: int) -> None:
    refusal = read_answer(status, {}, b"<!doctype html><title>Sorry</title>").refusal
    assert refusal is not None
    assert refusal.kind is Kind.TRANSIENT


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ('Unexpected key "x" on param "$[\'data\'][7]".', 7),
        ("Le paramètre $['data'][0]['event_name'] est obligatoire.", 0),
        ('The parameter $["data"][999]["user_data"] is required.', 999),
        ("$[data][12][event_time]", 12),
        ("One of your events is wrong.", None),
        ("$['data'][99999]['event_name']", None),
        ("$['custom_data'][3]", None),
    ],
)
def test_the_event_at_fault_is_read_from_metas_path_in_any_language(text: str, named: int | None) -> None:
    for key in ("error_user_msg", "message"):
        body = msgspec.json.encode({"error": {"code": 100, "error_subcode": 2804019, key: text}})
        assert read_answer(400, {}, body).named_event == named


def test_an_error_with_nulls_and_numbers_as_texts_is_understood_all_the_same() -> None:
    body = b'{"error":{"message":null,"code":"190","error_subcode":null,"is_transient":null,"error_user_msg":null}}'
    answer = read_answer(401, {}, body)
    assert answer.code == "190"
    assert answer.refusal is not None
    assert answer.refusal.kind is Kind.CONFIGURATION


def test_code_and_subcode_are_told_as_meta_documents_them() -> None:
    assert refused(100, 2804003).code == "100/2804003"
    assert refused(4).code == "4"
    assert refused(None).code is None


def test_whose_fault_it_is_decides_how_a_message_is_answered() -> None:
    assert isinstance(refused(190).undecided(), MetaRefusedUs)
    assert isinstance(refused(105).undecided(), MetaRefusedUs)
    assert isinstance(refused(2).undecided(), MetaUnavailable)
    assert isinstance(Answer().undecided(), MetaUnavailable)


def test_the_text_of_meta_goes_nowhere() -> None:
    body = msgspec.json.encode({"error": {"code": 100, "message": "jane@example.com", "error_user_msg": "jane"}})
    answer = read_answer(400, {}, body)
    assert "jane" not in repr(answer)
    assert "jane" not in str(answer.undecided())


@given(st.integers(100, 599), st.binary(max_size=200))
def test_no_body_breaks_the_reader(status: int, body: bytes) -> None:
    assert read_answer(status, {}, body).refusal is not None


@given(st.recursive(st.none() | st.booleans() | st.integers() | st.text(), lambda inner: st.lists(inner, max_size=3)))
def test_no_json_breaks_the_reader(value: object) -> None:
    for body in ({"error": value}, {"error": {"code": value}}, {"events_received": value}, value):
        read_answer(400, {}, msgspec.json.encode(body))


def test_the_fakes_speak_metas_language() -> None:
    assert accepted(2).refusal is None
    assert refused(100, 2804019, named=5).named_event == 5


DEEP = b"[" * 20_000


@pytest.mark.parametrize(
    ("body", "count", "trace"),
    [
        (b'{"events_received":3,"messages":%s,"fbtrace_id":"A"}' % (DEEP + b"]" * 20_000), 3, "A"),
        (b'{"messages":%s,"events_received":3,"fbtrace_id":"A"}' % (DEEP + b"]" * 20_000), 3, "A"),
        (b'{"events_received":3,"fbtrace_id":"A","messages":' + DEEP, 3, "A"),
        (b'{"events_received":3,"fbtrace_id":"A","messages":"\xff\xfe"}', 3, "A"),
        (b'{"events_received":"3","fbtrace_id":7}', 3, None),
        (b'{"events_received":"three","messages":{},"fbtrace_id":null}', None, None),
        (b'{"events_received":[1],"messages":"none","fbtrace_id":["A"]}', None, None),
        (b'{"events_received":true}', None, None),
        (b'{"events_received":1e999}', None, None),
        (b'{"events_received":' + b"9" * 5000 + b"}", None, None),
        (b'{"events_received":3,"fbtrace_id":"' + b"A" * 100_000 + b'"}', 3, None),
        (b'{"events_received":3,"error":null}', 3, None),
    ],
)
def test_metas_yes_is_a_yes_whatever_else_it_says(body: bytes, count: int | None, trace: str | None) -> None:
    answer = read_answer(200, {"x-app-usage": "[" * 20_000}, body)
    assert (answer.refusal, answer.events_received, answer.fbtrace_id) == (None, count, trace)


def test_a_yes_that_was_cut_before_it_came_to_the_point_is_one_and_a_page_is_not() -> None:
    assert read_answer(200, {}, b'{"messages":["aaa', whole=False).refusal is None
    for status, body in ((200, b"<html>"), (200, b""), (200, b'{"error":{"code":2},"a":"'), (500, b'{"messages":["')):
        assert read_answer(status, {}, body, whole=False).refusal is not None


@pytest.mark.parametrize("key", ["code", "error_subcode", "is_transient", "message", "fbtrace_id"])
@pytest.mark.parametrize("value", [b"[]", b"{}", b'"x"', b"1e999", b"9" * 4000, b"null", b"true", DEEP])
def test_a_refusal_with_one_odd_field_is_still_the_refusal_that_its_others_say(key: str, value: bytes) -> None:
    fields = {b"code": b"190", b"message": b'"no"', b"fbtrace_id": b'"E"', key.encode(): value}
    body = b'{"error":{' + b",".join(b'"%s":%s' % pair for pair in fields.items()) + b"}}"
    answer = read_answer(401, {}, body)
    assert answer.refusal is not None
    if key not in {"code", "is_transient"}:
        assert (answer.code or "").partition("/")[0] == "190"
