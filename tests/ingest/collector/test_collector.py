"""The collector as functions-framework serves it: who may send, what is answered, what reaches the queue."""

import codecs
import gzip
import io
import json
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import msgspec
import pytest

from ingest.collector.collector import MOST_EVENTS
from ingest.collector.form_body import MOST_FIELDS
from local.clients import PubSubClients
from local.provision import provision
from local.pubsub import EmbeddedPubSub
from omnicapi.messages import Event
from omnicapi.topology import PIPELINE, Subscription, Topology
from tests.ingest.fakes import Topics, only
from tests.ingest.serving import serve
from tests.requests import Client

FORM = "application/x-www-form-urlencoded"
KEY = "the-key-of-the-app"
SHOP = "https://www.shop.example"
FLAT = {"event_name": "Lead", "event_time": 1795435200, "action_source": "website", "em": "planted@mail.example"}
BAD = {**FLAT, "event_id": "bad", "event_name": "Purchase", "value": "planted"}
BEARER = {"Authorization": f"Bearer {KEY}"}
BROWSER = {
    "Origin": SHOP,
    "User-Agent": "Mozilla/5.0",
    "X-Forwarded-For": "1.1.1.1, 93.184.216.34",
    "Cookie": "_fbp=fb.1.1795000000001.1098115397",
}


@pytest.fixture(autouse=True)
def access(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, settings_of_a_deployment: None) -> None:
    keys = tmp_path / "app" / "keys"
    keys.parent.mkdir()
    keys.write_text(f"another-key-of-the-app\n{KEY}\n")
    monkeypatch.setenv("COLLECT_KEYS_DIR", str(tmp_path))
    monkeypatch.setenv("COLLECT_ORIGINS", json.dumps({"web": [SHOP]}))
    monkeypatch.setenv("COLLECT_MAX_BYTES", "20000")


@pytest.fixture
def collect(topics: Topics, monkeypatch: pytest.MonkeyPatch) -> Client:
    return serve("collect", topics, monkeypatch)


Post = Callable[..., Any]


@pytest.fixture
def post(collect: Client) -> Post:
    def send(body: Any, path: str = "/collect/app", **headers: str) -> Any:
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        return collect.post(path, data=data, headers={**BEARER, **headers})

    return send


def test_events_are_in_the_queue_when_they_are_answered_for(post: Post, topics: Topics) -> None:
    answer = post([{**FLAT, "event_id": "a"}, {**FLAT, "event_id": "b"}])
    assert answer.status_code == 202
    assert answer.json["stored"] == 2
    assert answer.json["events"] == [{"event_id": "a", "verdict": "stored"}, {"event_id": "b", "verdict": "stored"}]
    stored = topics.events()
    assert [(one.event_id, one.channel, one.origin.index) for one in stored] == [("a", "app", 0), ("b", "app", 1)]
    assert {one.origin.request_id for one in stored} == {answer.json["request_id"]}
    assert {one.origin.message_id for one in stored} == {None}


def test_an_event_without_an_id_is_told_the_one_it_got(post: Post, topics: Topics) -> None:
    answer = post(FLAT)
    assert answer.json["events"][0]["event_id"] == only(topics.events()).event_id
    assert only(topics.events()).origin.index is None
    assert post(FLAT).json["events"] == answer.json["events"]


SERVER_EVENT = {**FLAT, "user_data": {"em": ["a@b.example"]}}


@pytest.mark.parametrize(
    "body",
    [
        FLAT,
        [FLAT],
        json.dumps(FLAT).encode() + b"\n" + json.dumps(FLAT).encode(),
        SERVER_EVENT,
        {"data": [SERVER_EVENT, SERVER_EVENT]},
    ],
    ids=["object", "list", "lines", "capi", "capi_request"],
)
def test_whatever_the_topic_understands_is_understood(post: Post, topics: Topics, body: Any) -> None:
    answer = post(body)
    assert answer.status_code == 202
    assert answer.json["stored"] == len(topics.events()) == len(answer.json["events"])


EVENTS_OF_A_FORM = json.dumps([SERVER_EVENT, {**SERVER_EVENT, "event_name": "Ação & mais"}], ensure_ascii=False)
PART = '--x\r\nContent-Disposition: form-data; name="{}"{}\r\n\r\n{}\r\n'


PARTS = "multipart/form-data; boundary=x"
AS_FIELDS = {
    f"data[{index}]{place}": said
    for index, name in enumerate(["Lead", "Ação & mais"])
    for place, said in {
        "[event_name]": name,
        "[event_time]": str(SERVER_EVENT["event_time"]),
        "[action_source]": "other",
        "[user_data][em][]": "jane@mail.example",
    }.items()
}


def of_parts(file_name: str = "") -> bytes:
    token, data = PART.format("access_token", "", "planted"), PART.format("data", file_name, EVENTS_OF_A_FORM)
    return f"{token}{data}--x--\r\n".encode()


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        (urlencode({"access_token": "planted", "data": EVENTS_OF_A_FORM}).encode(), FORM),
        (f"data={EVENTS_OF_A_FORM.replace('&', '%26')}".encode(), f"{FORM}; charset=UTF-8"),
        (of_parts(), "multipart/form-data; boundary=x"),
        (of_parts('; filename="events.json"'), "multipart/form-data; boundary=x"),
        (EVENTS_OF_A_FORM.encode(), FORM),
        (codecs.BOM_UTF8 + EVENTS_OF_A_FORM.encode(), "application/json"),
        (codecs.BOM_UTF8 + EVENTS_OF_A_FORM.encode(), FORM),
        (codecs.BOM_UTF8 + urlencode({"data": EVENTS_OF_A_FORM}).encode(), FORM),
        (json.dumps({"access_token": "planted", "data": EVENTS_OF_A_FORM}).encode(), "application/json"),
        (urlencode(AS_FIELDS).encode(), FORM),
        (("".join(PART.format(name, "", said) for name, said in AS_FIELDS.items()) + "--x--\r\n").encode(), PARTS),
    ],
    ids=[
        *("form", "form not escaped", "parts", "a part as a file", "JSON by curl -d", "byte order mark", "both"),
        *("a form with a mark", "a JSON text in JSON", "fields in brackets", "parts in brackets"),
    ],
)
def test_metas_form_and_a_byte_order_mark_are_understood(
    post: Post, topics: Topics, body: bytes, content_type: str
) -> None:
    answer = post(body, **{"Content-Type": content_type})
    assert (answer.status_code, answer.json["stored"]) == (202, 2)
    assert [event.event_name for event in topics.events()] == ["Lead", "Ação & mais"]


def test_what_a_form_says_beside_its_events_is_not_lost(post: Post, topics: Topics) -> None:
    form = {"data": EVENTS_OF_A_FORM, "test_event_code": "TEST1", "consent": "denied", "access_token": "planted"}
    assert post(urlencode(form).encode(), **{"Content-Type": FORM}).status_code == 202
    assert all(event.consent == {"consent": False} for event in topics.events())
    assert all("test_event_code:unknown_field" in event.warnings for event in topics.events())


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        (b"payload=planted", FORM),
        (b"&".join(b"a=1" for _ in range(MOST_FIELDS)) + b"&data=[]", FORM),
        (b"planted", "multipart/form-data"),
        (b"planted", "multipart/form-data; boundary=x"),
        (f"{urlencode({'data': json.dumps([FLAT])})}&".encode() * 2, FORM),
        ((PART.format("data", "", json.dumps([FLAT])) * 2 + "--x--").encode(), "multipart/form-data; boundary=x"),
        (PART.format("planted", "", "").encode() * (MOST_FIELDS + 1) + b"--x--", "multipart/form-data; boundary=x"),
    ],
)
def test_a_form_without_data_is_refused(post: Post, topics: Topics, body: bytes, content_type: str) -> None:
    answer = post(body, **{"Content-Type": content_type})
    assert answer.status_code == 400
    assert {outcome.reason for outcome in topics.outcomes()} <= {"not_json", "item_not_object"}
    assert topics.events() == []
    assert "planted" not in answer.text


@pytest.mark.parametrize("content_type", ["application/json", "text/plain", ""])
def test_a_form_that_is_called_something_else_is_told_its_name(post: Post, content_type: str) -> None:
    body = urlencode({"access_token": "planted", "data": json.dumps([FLAT])}).encode()
    answer = post(body, **({"Content-Type": content_type} if content_type else {}))
    (fate,) = answer.json["events"]
    assert "as application/x-www-form-urlencoded with one field data" in fate["message"]
    assert "planted" not in answer.text


@pytest.mark.parametrize("encoding", ["gzip", "GZIP", "br", "deflate", "gzip, gzip"])
def test_a_packed_body_is_told_what_is_wanted_before_it_is_read(post: Post, topics: Topics, encoding: str) -> None:
    answer = post(gzip.compress(b"{}"), **{"Content-Encoding": encoding})
    assert (answer.status_code, answer.headers["Accept-Encoding"]) == (415, "identity")
    assert "send it unpacked" in answer.json["error"]
    assert topics.messages == []
    assert post(FLAT, **{"Content-Encoding": "identity"}).status_code == 202


def test_a_body_that_is_packed_and_does_not_say_so_is_told_to_be(post: Post) -> None:
    (fate,) = post(gzip.compress(b"{}")).json["events"]
    assert (fate["reason"], "compressed with gzip; send it as it is" in fate["message"]) == ("not_json", True)


def test_a_channel_with_a_map_reads_its_own_keys(collect: Client, topics: Topics, tmp_path: Path) -> None:
    keys = tmp_path / "crm" / "keys"
    keys.parent.mkdir()
    keys.write_text(KEY)
    body = {"stage": "qualified_lead", "stage_changed_at": 1795435200, "lead_id": "1234567890123456"}
    assert collect.post("/collect/crm", json=body, headers=BEARER).status_code == 202
    assert only(topics.events()).user_data.lead_id == "1234567890123456"


def test_a_bad_item_is_an_outcome_and_the_rest_goes_on(post: Post, topics: Topics) -> None:
    answer = post([FLAT, BAD])
    assert answer.status_code == 202
    bad = answer.json["events"][1]
    assert (bad["event_id"], bad["verdict"], bad["reason"], bad["field"]) == (
        "bad",
        "rejected",
        "number_unreadable",
        "custom_data.value",
    )
    outcome = only(topics.outcomes())
    assert (outcome.origin.request_id, outcome.origin.index) == (answer.json["request_id"], 1)
    assert outcome.origin.text() == f"request {answer.json['request_id']} item 1"
    assert len(topics.events()) == 1


@pytest.mark.parametrize("body", [BAD, [BAD, 5], b"planted", b"", b"[]"])
def test_a_body_without_one_good_event_is_a_bad_request_and_an_outcome(post: Post, topics: Topics, body: Any) -> None:
    answer = post(body)
    assert answer.status_code == 400
    assert all(fate["reason"] and fate["message"] for fate in answer.json["events"])
    assert [one.reason for one in topics.outcomes()] == [fate["reason"] for fate in answer.json["events"]]
    assert topics.events() == []


def test_a_small_body_of_many_items_costs_no_more_than_a_large_one(post: Post, topics: Topics) -> None:
    answer = post(b"1\n" * (MOST_EVENTS + 1))
    assert (answer.status_code, len(answer.json["events"])) == (400, 1)
    assert only(topics.outcomes()).reason == "too_many_items"


@pytest.mark.parametrize(
    ("path", "headers"),
    [
        ("/collect/app", {}),
        ("/collect/APP/?schema=flat", {}),
        ("/collect?channel=app&schema=flat", {}),
        ("/collect", {"X-Channel": "app", "X-Schema": "flat"}),
        ("/collect/app", {"Authorization": "", "X-Api-Key": KEY}),
        ("/collect/app", {"Authorization": "Bearer a-token-of-google", "X-Api-Key": KEY}),
        ("/collect/app", {"Authorization": f"bearer {KEY}"}),
    ],
)
def test_channel_schema_and_key_may_be_said_where_it_suits(
    post: Post, topics: Topics, path: str, headers: dict[str, str]
) -> None:
    assert post(FLAT, path, **headers).status_code == 202
    assert only(topics.events()).channel == "app"


@pytest.mark.parametrize(
    ("path", "headers", "status"),
    [
        ("/collect/app", {"Authorization": ""}, 401),
        ("/collect/app", {"Authorization": "Basic planted"}, 401),
        ("/collect/app", {"Authorization": "Bearer planted"}, 403),
        ("/collect/crm", {}, 403),
        ("/collect/web", {"Authorization": "", "Origin": "https://elsewhere.example"}, 403),
        ("/collect", {}, 400),
        ("/", {}, 404),
        ("/collect/app/more", {}, 404),
    ],
)
def test_strangers_and_the_lost_are_told_what_to_do_and_leave_no_trace(
    post: Post, topics: Topics, path: str, headers: dict[str, str], status: int
) -> None:
    answer = post(FLAT, path, **headers)
    assert answer.status_code == status
    assert answer.json["error"]
    assert ("WWW-Authenticate" in answer.headers) == (status == 401)
    assert topics.messages == []


def test_whoever_guesses_keys_is_let_wait_by_address(post: Post) -> None:
    def guess(number: int, address: str) -> Any:
        return post(FLAT, Authorization=f"Bearer guess {number}", **{"X-Forwarded-For": address})

    assert [guess(number, "1.1.1.1, 198.51.100.7").status_code for number in range(21)] == [403] * 20 + [429]
    refused = guess(21, "2.2.2.2, 198.51.100.7")
    assert (refused.status_code, refused.headers["Retry-After"]) == (429, "5")
    assert guess(22, "198.51.100.8").status_code == 403


@pytest.mark.parametrize("headers", [BEARER, {}], ids=["friend", "stranger"])
@pytest.mark.parametrize("declared", [True, False])
def test_a_body_that_is_too_large_is_not_read_to_its_end(
    collect: Client, topics: Topics, declared: bool, headers: dict[str, str]
) -> None:
    body = io.BytesIO(b"planted" * 1_000_000)
    answer = collect.post("/collect/app", body=body, headers=headers, declared=7_000_000 if declared else None)
    assert answer.status_code == (413 if headers else 401)
    assert body.tell() < 1_000_000
    assert topics.messages == []


@pytest.mark.parametrize(("method", "path", "status"), [("OPTIONS", "/collect/web", 204), ("GET", "/health", 200)])
def test_a_body_that_nobody_wants_is_not_read(collect: Client, method: str, path: str, status: int) -> None:
    body = io.BytesIO(b"planted" * 1_000_000)
    answer = collect.open(path, method=method, body=body, headers={"Origin": SHOP}, declared=7_000_000)
    assert (answer.status_code, body.tell()) == (status, 0)


def test_a_body_that_breaks_off_is_no_fault_of_ours_and_nothing_of_it_is_stored(
    collect: Client, topics: Topics, capsys: pytest.CaptureFixture[str]
) -> None:
    line = json.dumps(FLAT).encode() + b"\n"
    body = io.BytesIO(line)
    answer = collect.post("/collect/app", headers=BEARER, body=body, declared=2 * len(line), breaks_off=True)
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "5")
    assert topics.messages == []
    assert [json.loads(line)["severity"] for line in capsys.readouterr().out.splitlines()] == ["WARNING"]


@pytest.mark.parametrize("topic", ["events", "outcomes"])
def test_what_cannot_be_stored_is_to_be_sent_again(post: Post, topics: Topics, topic: str) -> None:
    topics.refusing = {topic}
    answer = post([FLAT, BAD])
    assert answer.status_code == 503
    assert int(answer.headers["Retry-After"]) > 0


def test_a_full_or_stopping_instance_asks_for_patience(collect: Client) -> None:
    assert collect.get("/health").status_code == 200
    sys.modules["main"]._collect()._bundles.close()
    answer = collect.post("/collect/app", json=FLAT, headers=BEARER)
    assert (answer.status_code, answer.headers["Retry-After"]) == (429, "5")


def test_whatever_the_publisher_raises_asks_to_send_again(post: Post, topics: Topics) -> None:
    def fail(*_: object, **__: object) -> None:
        raise ValueError("planted")

    topics.publish = fail  # type: ignore[assignment,method-assign]  # as Google's client does with what is too large
    answer = post(FLAT)
    assert (answer.status_code, "planted" in answer.text) == (503, False)


def test_a_fault_of_ours_is_told_without_its_text(
    post: Post, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise ValueError("planted")

    monkeypatch.setattr("ingest.publishing.bundles.Bundles.store", fail)  # something nobody foresaw
    answer = post(FLAT)
    assert answer.status_code == 500
    log = capsys.readouterr().out
    assert "ValueError" in log
    assert "planted" not in answer.text + log
    assert answer.json["request_id"]


def test_a_browser_says_who_its_user_is(post: Post, topics: Topics) -> None:
    browser = {**BROWSER, "Authorization": "", "Content-Type": "text/plain"}
    answer = post(FLAT, "/collect/web", **browser)
    assert answer.status_code == 202
    assert answer.headers["Access-Control-Allow-Origin"] == SHOP
    assert answer.headers["Access-Control-Allow-Credentials"] == "true"
    user = only(topics.events()).user_data
    assert (user.client_ip_address, user.client_user_agent) == ("93.184.216.34", "Mozilla/5.0")
    assert user.fbp == "fb.1.1795000000001.1098115397"
    # From another network it is the same event.
    again = post(FLAT, "/collect/web", **{**browser, "X-Forwarded-For": "8.8.8.8"})
    assert again.json["events"] == answer.json["events"]


def test_the_request_of_a_back_end_says_nothing_of_the_customer(post: Post, topics: Topics) -> None:
    answer = post(FLAT, **BROWSER)
    user = only(topics.events()).user_data
    assert (user.client_ip_address, user.client_user_agent, user.fbp) == (None, None, None)
    assert "Access-Control-Allow-Origin" not in answer.headers


def test_a_preflight_is_answered_for_pages_of_the_channel_only(collect: Client) -> None:
    asked = {"Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "content-type"}
    answer = collect.open("/collect/web", method="OPTIONS", headers={**asked, "Origin": SHOP})
    assert answer.status_code == 204
    assert answer.headers["Access-Control-Allow-Origin"] == SHOP
    assert "POST" in answer.headers["Access-Control-Allow-Methods"]
    assert "content-type" in answer.headers["Access-Control-Allow-Headers"].lower()
    assert answer.headers["Vary"] == "Origin"
    for channel, headers in [("web", {"Origin": "https://elsewhere.example"}), ("app", {"Origin": SHOP}), ("web", {})]:
        refused = collect.open(f"/collect/{channel}", method="OPTIONS", headers={**asked, **headers})
        assert refused.status_code == 403
        assert "Access-Control-Allow-Origin" not in refused.headers


def test_another_method_is_told_the_right_ones(collect: Client) -> None:
    answer = collect.open("/collect/app", method="PUT", data=b"{}", headers=BEARER)
    assert (answer.status_code, answer.headers["Allow"]) == (405, "OPTIONS, POST")


def test_neither_key_nor_data_is_logged_or_answered(
    post: Post, topics: Topics, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LOG_LEVEL", "DEBUG")
    answers = [post([FLAT, BAD]), post(b"planted"), post(FLAT, "/collect/crm"), post({**FLAT, "event_id": FLAT["em"]})]
    log = capsys.readouterr().out
    assert "request not collected" in log
    said = log + "".join(answer.text for answer in answers)
    assert "planted" not in said
    assert KEY not in said


def test_health_says_whether_the_settings_will_do(collect: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLLECT_ORIGINS", "planted")
    answer = collect.get("/health")
    assert answer.status_code == 503
    assert "COLLECT_ORIGINS" in answer.text
    refused = collect.post("/collect/app", data=b"{}", headers=BEARER)
    assert (refused.status_code, refused.headers["Retry-After"]) == (503, "5")
    assert "planted" not in answer.text + refused.text
    monkeypatch.delenv("COLLECT_ORIGINS")
    assert collect.get("/health").json == {"status": "ok"}


@pytest.mark.parametrize("origin", [f"{SHOP}/", f"{SHOP}/page", "www.shop.example", "*"])
def test_what_no_browser_would_send_as_an_origin_is_refused_as_a_setting(
    collect: Client, monkeypatch: pytest.MonkeyPatch, origin: str
) -> None:
    monkeypatch.setenv("COLLECT_ORIGINS", json.dumps({"web": [origin]}))
    answer = collect.get("/health")
    assert answer.status_code == 503
    assert "COLLECT_ORIGINS" in answer.text


@pytest.fixture
def pubsub(monkeypatch: pytest.MonkeyPatch) -> Iterator[PubSubClients]:
    topology = Topology(
        topics=("events", "outcomes"),
        subscriptions=(Subscription("events", "events"),),
        notification=PIPELINE.notification,
    )
    with EmbeddedPubSub() as broker, PubSubClients(broker.endpoint) as clients:
        monkeypatch.setenv("PUBSUB_EMULATOR_HOST", broker.endpoint)
        provision(topology, clients, "project", {})
        yield clients


def test_over_a_real_pubsub_the_event_is_there(pubsub: PubSubClients, monkeypatch: pytest.MonkeyPatch) -> None:
    answer: Any = serve("collect", None, monkeypatch).post("/collect/app", json=FLAT, headers=BEARER)
    assert answer.status_code == 202
    pulled = pubsub.subscriber.pull(subscription="projects/project/subscriptions/events", max_messages=10)
    [message] = pulled.received_messages
    [event] = msgspec.json.decode(message.message.data, type=list[Event])
    assert event.event_id == answer.json["events"][0]["event_id"]
    assert message.message.attributes["channel"] == "app"
