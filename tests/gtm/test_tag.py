"""What the tag publishes, and what it reports to Tag Manager."""

from __future__ import annotations

import base64
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.examples import examples
from tests.gtm.permissions import Permissions
from tests.gtm.sandbox import Answer, Incoming, Run, Sandbox, Transport
from tests.gtm.template_file import ROOT, Template

TEMPLATE = Template.read()
FIELDS = {"projectId": "my-shop-capi", "topicId": "event-of-interest", "channel": "ga4", "timeout": "3000"}
EVENT = {
    "event_name": "purchase",
    "event_id": "order-T_1",
    "transaction_id": "T_1",
    "x-ga-measurement_id": "G-TEST000001",
    "user_data": {"email_address": "ana@mail.example", "phone_number": "+5511912345678"},
    "client_id": "1234567890.1795000000",
}
SCHEMA = json.loads((ROOT / "docs" / "schema" / "sgtm-event.json").read_text(encoding="utf-8"))


def accepted(_request: Any) -> Answer:
    return Answer(200, '{"messageIds": ["1"]}')


def run(incoming: Incoming, transport: Transport = accepted, fields: dict[str, Any] | None = None, **kind: Any) -> Run:
    sandbox = Sandbox(TEMPLATE.code, Permissions(TEMPLATE.permissions), transport, **kind)
    return sandbox.run({**FIELDS, **(fields or {})}, incoming)


def message(done: Run) -> dict[str, Any]:
    (request,) = done.requests
    (published,) = json.loads(request.body)["messages"]
    assert isinstance(published, dict)
    return published


def envelope(done: Run) -> dict[str, Any]:
    decoded: dict[str, Any] = json.loads(base64.b64decode(message(done)["data"]))
    return decoded


# --- the message


def test_the_envelope_holds_what_its_schema_describes() -> None:
    incoming = Incoming(EVENT, {"_fbp": ["fb.1.2.3"]}, {"user-agent": "M", "referer": "https://a.example/"})
    found = envelope(run(incoming))
    assert found.keys() == SCHEMA["properties"].keys()
    assert found["container"].keys() == SCHEMA["properties"]["container"]["properties"].keys()
    assert found["request"].keys() == SCHEMA["properties"]["request"]["properties"].keys()
    assert found["schema"] == SCHEMA["properties"]["schema"]["const"]
    assert found["event"] == EVENT


def test_the_attributes_are_those_of_the_schema() -> None:
    attributes = message(run(Incoming(EVENT)))["attributes"]
    described = SCHEMA["$defs"]["attributes"]["properties"]
    assert attributes.keys() == described.keys()
    assert attributes["consent"] in described["consent"]["enum"]


def test_what_is_not_known_is_left_out() -> None:
    done = run(Incoming({"event_name": "page_view"}, ip=None))
    assert message(done)["attributes"].keys() == {"schema", "channel", "event_name", "event_id", "consent"}
    assert (envelope(done)["cookies"], envelope(done)["request"]) == ({}, {})


def test_only_the_cookies_that_matter_travel_the_first_value_of_each() -> None:
    cookies = {"_fbp": ["fb.1.2.3", "fb.2.3.4"], "_fbc": [""], "FPID": ["abc="], "session": ["secret"], "_ga": []}
    assert envelope(run(Incoming(EVENT, cookies)))["cookies"] == {"_fbp": "fb.1.2.3", "FPID": "abc="}


def test_attributes_are_texts_within_pubsubs_limits() -> None:
    event = {**EVENT, "event_name": "名" * 400, "event_id": 17, "x-ga-measurement_id": "👩" * 300}
    attributes = message(run(Incoming(event)))["attributes"]
    assert all(isinstance(value, str) and len(value.encode()) <= 1024 for value in attributes.values())
    assert attributes["event_id"] == "17"


def test_a_request_is_one_publish_to_the_topic_with_the_scope_of_pubsub_only() -> None:
    (request,) = run(Incoming(EVENT)).requests
    assert request.url == "https://pubsub.googleapis.com/v1/projects/my-shop-capi/topics/event-of-interest:publish"
    assert (request.method, request.timeout_ms) == ("POST", 3000)
    assert request.scopes == ["https://www.googleapis.com/auth/pubsub"]
    assert json.loads(request.body)["messages"][0].keys() == {"data", "attributes"}


def test_fields_filled_by_a_variable_cannot_leave_their_place_in_the_address() -> None:
    (request,) = run(Incoming(EVENT), fields={"topicId": "a/../b?c#d"}).requests
    assert request.url.endswith("/topics/a%2F..%2Fb%3Fc%23d:publish")


# --- the event id (docs/gtm.md)


def event_id(event: dict[str, Any]) -> str:
    found = envelope(run(Incoming(event)))["event_id"]
    assert isinstance(found, str)
    return found


@pytest.mark.parametrize(
    ("event", "expected"),
    [
        ({"event_id": "a", "x-fb-event_id": "b", "transaction_id": "c"}, "a"),
        ({"x-fb-event_id": "b", "transaction_id": "c"}, "b"),
        ({"transaction_id": "c"}, "purchase.c"),
        ({"event_id": "", "transaction_id": 12}, "purchase.12"),
    ],
)
def test_the_event_id_is_the_first_that_is_there(event: dict[str, Any], expected: str) -> None:
    assert event_id({"event_name": "purchase", **event}) == expected


def test_a_browsers_second_try_has_the_same_id() -> None:
    first = {"event_name": "scroll", "a": "é", "x-sst-system_properties": {"request_start_time_ms": 1}}
    second = {**first, "x-sst-system_properties": {"request_start_time_ms": 2}}
    assert event_id(first) == event_id(second)
    assert len(event_id(first)) == 64


def test_two_events_of_one_request_have_two_ids() -> None:
    assert event_id({"event_name": "add_to_cart", "item": 1}) != event_id({"event_name": "add_to_cart", "item": 2})


# --- text

TEXTS = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)


@examples(60)
@given(content=TEXTS, encoding=st.sampled_from(["utf-8", "latin-1"]), well_formed=st.booleans())
def test_every_event_arrives_as_it_was(content: Any, encoding: str, well_formed: bool) -> None:
    event = {"event_name": "purchase", "content": content}
    done = run(Incoming(event), encoding=encoding, well_formed=well_formed)
    assert envelope(done)["event"] == event


@pytest.mark.parametrize(
    "text", ["\x00\x1f\x7f\x80\u07ff\u0800\uffff", "👩‍👩‍👧 مرحبا 你好 Größe", '\\ud83d "\\" \\\\u00e9', "𐀀\U0010ffff"]
)
@pytest.mark.parametrize("encoding", ["utf-8", "latin-1"])
def test_unicode_survives_byte_for_byte_whatever_encoding_tobase64_has(text: str, encoding: str) -> None:
    found = envelope(run(Incoming({"event_name": text, "t": text}), encoding=encoding))["event"]["t"]
    assert found.encode() == text.encode()


@pytest.mark.parametrize("well_formed", [True, False])
def test_half_a_character_does_not_cost_the_event(well_formed: bool) -> None:
    event = {
        "event_name": "purchase",
        "t": "cut \ud83d off \ude00 \ud83d\ude00".encode("utf-16", "surrogatepass").decode("utf-16", "surrogatepass"),
    }
    done = run(Incoming(event), well_formed=well_formed)
    assert envelope(done)["event"]["t"] == "cut � off � 😀"


# --- success and failure


@pytest.mark.parametrize("status", [200, 201, 204])
def test_success_is_reported_for_2xx_only(status: int) -> None:
    assert run(Incoming(EVENT), lambda _: Answer(status)).ended == ["success"]


@pytest.mark.parametrize("status", [301, 400, 401, 403, 404, 409, 413, 429, 500, 502, 503, 504])
def test_every_other_status_is_a_failure(status: int) -> None:
    assert run(Incoming(EVENT), lambda _: Answer(status)).ended == ["failure"]


@pytest.mark.parametrize("reason", ["failed", "timed_out"])
def test_no_answer_is_a_failure(reason: str) -> None:
    assert run(Incoming(EVENT), lambda _: Answer(reason=reason)).ended == ["failure"]


@pytest.mark.parametrize("trouble", [Answer(503), Answer(500), Answer(reason="failed")])
def test_a_passing_trouble_is_tried_once_more_with_the_same_body(trouble: Answer) -> None:
    answers = [trouble, Answer(200)]
    done = run(Incoming(EVENT), lambda _: answers.pop(0))
    assert done.ended == ["success"]
    first, second = done.requests
    assert first == second


@pytest.mark.parametrize("trouble", [Answer(403), Answer(404), Answer(400), Answer(429), Answer(reason="timed_out")])
def test_what_a_second_try_cannot_mend_is_not_tried_again(trouble: Answer) -> None:
    assert len(run(Incoming(EVENT), lambda _: trouble).requests) == 1


@pytest.mark.parametrize(
    ("event", "fields"),
    [
        (EVENT, {"projectId": ""}),
        (EVENT, {"topicId": ""}),
        ({**EVENT, "event_name": ""}, {}),
        ({}, {}),
        (None, {}),
    ],
)
def test_what_is_missing_is_a_failure_without_a_request(event: Any, fields: dict[str, str]) -> None:
    done = run(Incoming(event), fields=fields)
    assert (done.ended, done.requests) == (["failure"], [])


def test_success_waits_for_pubsub() -> None:
    assert run(Incoming(EVENT)).steps == ["request", "200", "success"]


def test_success_can_be_reported_at_once_and_is_never_taken_back() -> None:
    fields = {"reportAtOnce": True}
    assert run(Incoming(EVENT), fields=fields).steps == ["request", "success", "200"]
    assert run(Incoming(EVENT), lambda _: Answer(403), fields).steps == ["request", "success", "403"]


# --- which events


def test_only_listed_events_are_published_and_the_others_are_no_failure() -> None:
    fields = {"eventNames": [{"name": "purchase"}, {"name": "generate_lead"}]}
    assert len(run(Incoming(EVENT), fields=fields).requests) == 1
    other = run(Incoming({**EVENT, "event_name": "scroll"}), fields=fields)
    assert (other.ended, other.requests) == (["success"], [])


# --- logs


@pytest.mark.parametrize("answer", [Answer(200), Answer(403), Answer(503), Answer(reason="timed_out")])
@pytest.mark.parametrize("preview", [True, False])
def test_no_log_holds_anything_of_the_event(answer: Answer, preview: bool) -> None:
    incoming = Incoming(EVENT, {"_fbp": ["fb.1.2.3"]}, {"user-agent": "Mozilla/5.0"}, preview=preview)
    logged = " ".join(run(incoming, lambda _: answer).logs)
    for value in ("ana@mail", "55119", "T_1", "1234567890", "fb.1", "Mozilla", "203.0.113", "purchase"):
        assert value not in logged


def test_outside_preview_only_failures_are_logged() -> None:
    assert run(Incoming(EVENT)).logs == []
    assert run(Incoming(EVENT), fields={"eventNames": [{"name": "other"}]}).logs == []
    assert run(Incoming(EVENT, preview=True)).logs == ["Omni-CAPI: Published."]
    (line,) = run(Incoming(EVENT), lambda _: Answer(403)).logs
    assert "403" in line
    assert "roles/pubsub.publisher" in line


def test_a_failure_after_success_was_reported_is_still_logged() -> None:
    (line,) = run(Incoming(EVENT), lambda _: Answer(404), {"reportAtOnce": True}).logs
    assert "404" in line


# --- the samples, where they are there

SAMPLES = Path(ROOT.parent / "shared" / "samples" / "ga4")


@pytest.mark.parametrize("sample", sorted(SAMPLES.glob("*_sgtm_*.json")), ids=lambda path: path.stem)
def test_every_sample_event_arrives_as_it_was(sample: Path) -> None:
    event = json.loads(sample.read_text(encoding="utf-8"))["input"]
    if isinstance(event, dict) and "event_name" in event:
        assert envelope(run(Incoming(event)))["event"] == event
