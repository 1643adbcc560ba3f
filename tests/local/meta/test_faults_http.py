"""Each fault, commanded over HTTP and seen over HTTP."""

import json
import threading
import time
from collections.abc import Callable

import pytest
import urllib3

from local.meta.control import MetaControl
from local.meta.examples.events import changed, website
from local.meta.faults.kinds import (
    ALWAYS,
    Hang,
    Html,
    Kind,
    Latency,
    LoseAnswer,
    Poison,
    Refuse,
    Reset,
    Throttle,
    Undercount,
    Usage,
    When,
)

Post = Callable[..., urllib3.BaseHTTPResponse]


def test_a_commanded_error_has_its_status_code_and_transience(post: Post, control: MetaControl, now: int) -> None:
    control.fault(Refuse(503, 2, 99, is_transient=True, message="Down"), When(times=2))
    for _ in range(2):
        answer = post(website(now))
        error = answer.json()["error"]
        assert answer.status == 503
        assert (error["code"], error["error_subcode"], error["is_transient"], error["message"]) == (2, 99, True, "Down")
    assert post(website(now)).status == 200
    assert control.summary().refused == {"2/99": 2}


def test_a_throttle_comes_as_a_400_with_the_time_to_regain_access(post: Post, control: MetaControl, now: int) -> None:
    control.fault(Throttle(code=80004, regain_minutes=7, percent=101))
    answer = post(website(now))
    assert (answer.status, answer.json()["error"]["code"]) == (400, 80004)
    (cases,) = json.loads(answer.headers["X-Business-Use-Case-Usage"]).values()
    assert cases[0]["estimated_time_to_regain_access"] == 7
    assert json.loads(answer.headers["X-App-Usage"])["call_count"] == 101
    assert json.loads(answer.headers["X-Ad-Account-Usage"])["reset_time_duration"] == 420


def test_usage_headers_come_with_any_answer(post: Post, control: MetaControl, now: int) -> None:
    control.fault(Usage(percent=85), ALWAYS)
    for answer in (post(website(now)), post({})):
        assert json.loads(answer.headers["X-App-Usage"]) == {"call_count": 85, "total_cputime": 85, "total_time": 85}


def test_latency_delays_the_answer_and_shows_in_the_record(post: Post, control: MetaControl, now: int) -> None:
    control.fault(Latency(120, 150))
    started = time.perf_counter()
    assert post(website(now)).status == 200
    assert time.perf_counter() - started >= 0.12
    assert control.requests()[0].took_ms >= 120


@pytest.mark.parametrize(("fault", "least"), [(Reset(), 0.0), (Hang(seconds=0.2), 0.2)])
def test_a_cut_connection_gives_no_answer_and_accepts_nothing(
    post: Post, control: MetaControl, now: int, fault: Kind, least: float
) -> None:
    control.fault(fault)
    started = time.perf_counter()
    with pytest.raises(urllib3.exceptions.ProtocolError):
        post(website(now))
    assert time.perf_counter() - started >= least
    summary = control.summary()
    assert (summary.answers, summary.accepted_events) == ({0: 1}, 0)
    assert post(website(now)).status == 200


def test_a_hang_outlasts_the_senders_patience_and_ends_when_the_faults_are_cleared(
    post: Post, control: MetaControl, now: int
) -> None:
    control.fault(Hang(seconds=60))
    with pytest.raises(urllib3.exceptions.ReadTimeoutError):
        post(website(now), timeout=0.2)
    control.clear()
    deadline = time.monotonic() + 10
    while not control.requests() and time.monotonic() < deadline:
        time.sleep(0.01)
    assert [request.status for request in control.requests()] == [0]


def test_a_lost_answer_leaves_the_events_accepted(post: Post, control: MetaControl, now: int) -> None:
    control.fault(LoseAnswer())
    with pytest.raises(urllib3.exceptions.ProtocolError):
        post(website(now))
    assert post(website(now)).status == 200
    summary = control.summary()
    assert (summary.accepted_events, summary.answers) == (2, {0: 1, 200: 1})
    assert [(event.event_id, event.times) for event in summary.duplicates] == [("order-1001", 2)]


def test_a_refused_batch_does_not_use_up_a_lost_answer(post: Post, control: MetaControl) -> None:
    control.fault(LoseAnswer())
    assert post({}).status == 400
    assert len(control.faults()) == 1


def test_a_page_of_html_is_no_graph_error(post: Post, control: MetaControl, now: int) -> None:
    control.fault(Html(502))
    answer = post(website(now))
    assert (answer.status, answer.headers["Content-Type"]) == (502, "text/html; charset=utf-8")
    assert answer.data.startswith(b"<!DOCTYPE html>")


def test_an_undercount_accepts_more_than_it_says(post: Post, control: MetaControl, now: int) -> None:
    control.fault(Undercount(missing=1))
    assert post(website(now), website(now)).json()["events_received"] == 1
    assert control.summary().accepted_events == 2


@pytest.mark.parametrize(("subcode", "path"), [(2804019, True), (2804016, False), (2804019, False)])
def test_a_poisoned_event_spoils_its_batch_and_no_other(
    post: Post, control: MetaControl, now: int, subcode: int, path: bool
) -> None:
    control.fault(Poison(prefix="bad-", subcode=subcode, path=path), ALWAYS)
    good, bad = website(now), changed(website(now), {"event_id": "bad-7"})
    answer = post(good, good, bad, bad)
    error = answer.json()["error"]
    assert (answer.status, error["error_subcode"]) == (400, subcode)
    assert ("$['data'][2]" in error["error_user_msg"]) == path
    assert post(good).status == 200
    assert control.summary().accepted_events == 1


def test_a_fault_of_one_dataset_leaves_the_others_alone(post: Post, control: MetaControl, now: int) -> None:
    control.fault(Refuse(), When(times=None, dataset="1"))
    assert post(website(now), dataset="1").status == 500
    assert post(website(now), dataset="2").status == 200


def test_latency_and_an_error_go_together(post: Post, control: MetaControl, now: int) -> None:
    control.fault(Latency(50, 50), ALWAYS)
    control.fault(Refuse(), ALWAYS)
    assert post(website(now)).status == 500
    assert control.requests()[0].took_ms >= 50
    assert len(control.faults()) == 2


def test_clearing_brings_good_behaviour_back_at_once(post: Post, control: MetaControl, now: int) -> None:
    control.fault(Refuse(), ALWAYS)
    hanging = threading.Thread(target=lambda: post(website(now)))
    hanging.start()
    hanging.join()
    control.clear()
    assert post(website(now)).status == 200
