"""The Graph API over real HTTP: answers, ways to send, tokens, paths."""

import gzip
import json
import re
from collections.abc import Callable
from urllib.parse import urlencode

import pytest
import urllib3

from local.meta.control import MetaControl
from local.meta.examples.events import changed, website
from local.meta.in_thread import stand_in
from local.meta.settings import Settings

Post = Callable[..., urllib3.BaseHTTPResponse]


def test_an_accepted_batch_is_answered_with_its_count_and_a_trace_of_its_own(
    post: Post, control: MetaControl, now: int
) -> None:
    answers = [post(website(now), changed(website(now), {"event_id": "2"})) for _ in range(20)]
    assert {answer.status for answer in answers} == {200}
    bodies = [answer.json() for answer in answers]
    assert all(list(body) == ["events_received", "messages", "fbtrace_id"] for body in bodies)
    assert all((body["events_received"], body["messages"]) == (2, []) for body in bodies)
    traces = {body["fbtrace_id"] for body in bodies}
    assert len(traces) == 20
    assert all(re.fullmatch(r"A[A-Za-z0-9_-]{22}", trace) for trace in traces)
    assert answers[0].headers["x-fb-request-id"] == bodies[0]["fbtrace_id"]
    assert answers[0].headers["Content-Type"] == "application/json; charset=UTF-8"
    assert "X-App-Usage" not in answers[0].headers
    assert control.summary().accepted_events == 40


def test_one_bad_event_keeps_the_whole_batch_out(post: Post, control: MetaControl, now: int) -> None:
    answer = post(*[website(now)] * 4, changed(website(now), {"custom_data.contents.0.quantity": "2"}))
    assert answer.status == 400
    error = answer.json()["error"]
    assert list(error) == [
        "message",
        "type",
        "code",
        "error_subcode",
        "is_transient",
        "error_user_title",
        "error_user_msg",
        "fbtrace_id",
    ]
    assert (error["code"], error["error_subcode"], error["is_transient"]) == (100, 2804019, False)
    assert "$['data'][4]['custom_data']['contents'][0]['quantity']" in error["error_user_msg"]
    assert answer.headers["WWW-Authenticate"] == 'OAuth "Facebook Platform" "invalid_request" "Invalid parameter"'
    summary = control.summary()
    assert (summary.accepted_events, summary.refused) == (0, {"100/2804019": 1})


@pytest.mark.parametrize("packed", [False, True])
def test_forms_and_json_are_taken_plain_and_gzipped(
    post: Post, control: MetaControl, token: str, now: int, packed: bool
) -> None:
    form = urlencode({"data": json.dumps([website(now)]), "access_token": token}).encode()
    multipart, boundary = urllib3.encode_multipart_formdata({"data": json.dumps([website(now)]), "access_token": token})
    for body, content_type in (
        (json.dumps({"data": [website(now)], "access_token": token}).encode(), "application/json"),
        (form, "application/x-www-form-urlencoded"),
        (multipart, boundary),
    ):
        headers = {"Authorization": "", "Content-Type": content_type}
        if packed:
            headers["Content-Encoding"] = "gzip"
        answer = post(body=gzip.compress(body) if packed else body, headers=headers)
        assert (answer.status, answer.json()["events_received"]) == (200, 1), content_type
    assert [event.decoded() for event in control.accepted()] == [website(now)] * 3


def test_a_form_as_large_as_a_thousand_events_is_taken(post: Post, control: MetaControl, now: int) -> None:
    body = urlencode({"data": json.dumps([website(now)] * 1000)}).encode()
    answer = post(body=body, headers={"Content-Type": "application/x-www-form-urlencoded"})
    assert answer.json()["events_received"] == 1000
    assert control.summary().batch_sizes == {1000: 1}


def test_a_body_that_is_not_what_it_says_is_answered_that_data_is_required(post: Post) -> None:
    for headers in ({"Content-Encoding": "gzip"}, {"Content-Type": "text/plain"}, {"Content-Type": "application/json"}):
        answer = post(body=b'{"data": [', headers=headers)
        assert (answer.status, answer.json()["error"]["message"]) == (400, "(#100) The parameter data is required")


def test_the_token_may_be_in_the_query_and_stays_out_of_the_records(
    post: Post, base_url: str, control: MetaControl, token: str, now: int
) -> None:
    answer = post(website(now), url=f"{base_url}/v25.0/1/events?access_token={token}", headers={"Authorization": ""})
    assert answer.status == 200
    assert token not in str(control.requests())
    assert token not in str(control.accepted())


@pytest.mark.parametrize(
    ("authorization", "status", "code", "subcode"),
    [("Bearer wrong", 401, 190, None), ("", 400, 100, 33), ("Basic dTpw", 400, 100, 33)],
)
def test_a_wrong_token_is_a_401_and_none_an_object_that_does_not_exist(
    post: Post, now: int, authorization: str, status: int, code: int, subcode: int | None
) -> None:
    answer = post(website(now), headers={"Authorization": authorization})
    error = answer.json()["error"]
    assert (answer.status, error["code"], error.get("error_subcode")) == (status, code, subcode)


def test_a_token_dies_and_is_replaced(post: Post, control: MetaControl, now: int) -> None:
    control.revoke_token(subcode=460)
    dead = post(website(now))
    assert (dead.status, dead.json()["error"]["error_subcode"]) == (401, 460)
    assert '"invalid_token"' in dead.headers["WWW-Authenticate"]
    control.set_tokens("fresh")
    assert post(website(now)).status == 401
    assert post(website(now), headers={"Authorization": "Bearer fresh"}).status == 200


@pytest.mark.parametrize(
    ("path", "code"),
    [
        ("/v20.0/1/events", 2635),
        ("/v99.0/1/events", 2500),
        ("/v25.0/1", 2500),
        ("/v25.0/1/e", 2500),
        ("/v%0d%0a25.0/%C3%A9/events", 2500),
    ],
)
def test_expired_versions_and_other_paths_are_graph_errors(
    post: Post, base_url: str, now: int, path: str, code: int
) -> None:
    answer = post(website(now), url=base_url + path)
    assert (answer.status, answer.json()["error"]["code"]) == (400, code)


def test_the_complaint_comes_in_the_language_of_the_set_up(post: Post, now: int) -> None:
    with stand_in(Settings(tokens=("a-good-token",), locale="fr_FR"), clock=lambda: float(now)) as url:
        answer = post(changed(website(now), {"event_time": 0}), url=f"{url}/v25.0/1/events")
    assert answer.json()["error"]["error_user_title"] == "Timestamp de l’évènement trop ancien"


def test_the_clock_is_the_receivers(post: Post, now: int) -> None:
    event = website(now)
    with stand_in(Settings(tokens=("a-good-token",)), clock=lambda: now + 8 * 86_400.0) as url:
        assert post(event, url=f"{url}/v25.0/1/events").json()["error"]["error_subcode"] == 2804003
    assert post(event).status == 200
