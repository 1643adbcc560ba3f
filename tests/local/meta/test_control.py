"""The control: what was accepted can be asked, a wrong command is refused with its reason."""

from collections.abc import Callable

import msgspec
import pytest
import urllib3

from local.meta.control import ControlError, MetaControl
from local.meta.control_api import rule_lines
from local.meta.examples.events import changed, crm, website
from local.meta.faults.kinds import Poison, Refuse, When

Post = Callable[..., urllib3.BaseHTTPResponse]


def test_accepted_events_are_found_by_id_name_dataset_and_trace(post: Post, control: MetaControl, now: int) -> None:
    trace = post(website(now), crm(now), dataset="1").json()["fbtrace_id"]
    post(changed(website(now), {"event_id": "null"}), dataset="2")
    assert [event.event_name for event in control.accepted(fbtrace_id=trace)] == ["Purchase", "qualified_lead"]
    assert [event.dataset for event in control.accepted(event_name="Purchase")] == ["1", "2"]
    assert [event.number for event in control.accepted(dataset="2")] == [2]
    assert [event.dataset for event in control.accepted(event_id="null")] == ["2"]
    assert [event.decoded() for event in control.accepted(event_id="order-1001")] == [website(now)]
    assert control.accepted(event_id="nobody") == []


def test_an_accepted_event_comes_back_to_the_byte(post: Post, control: MetaControl, now: int) -> None:
    text = msgspec.json.format(msgspec.json.encode(website(now)), indent=3)
    post(body=b'{"data":[' + text + b"]}")
    assert bytes(control.accepted()[0].event) == text


def test_more_than_a_page_of_events_and_requests_is_given_whole(
    post: Post, control: MetaControl, now: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("local.meta.control._PAGE", 2)
    for number in range(5):
        post(*[changed(website(now), {"event_id": f"{number}-{n}"}) for n in range(3)])
    assert [event.number for event in control.accepted()] == list(range(15))
    assert len({event.event_id for event in control.accepted()}) == 15
    assert len(control.requests()) == 5


def test_a_request_is_remembered_with_what_matters(post: Post, control: MetaControl, now: int) -> None:
    post(website(now))
    post({}, dataset="9")
    first, second = control.requests()
    assert (first.version, first.dataset, first.events, first.status, first.accepted) == ("v25.0", "123", 1, 200, True)
    assert (first.user_agent, first.content_type, first.received_ms) == ("a-test", "application/json", now * 1000)
    assert first.body_bytes > 500
    assert first.took_ms > 0
    assert (second.dataset, second.status, second.code, second.subcode) == ("9", 400, 100, 2804019)


def test_a_reset_forgets_but_leaves_faults_and_tokens(post: Post, control: MetaControl, now: int) -> None:
    control.fault(Refuse(), When(times=2))
    post(website(now))
    control.reset()
    assert (control.summary().requests, control.accepted(), control.requests()) == (0, [], [])
    assert post(website(now)).status == 500


def test_the_rules_can_be_asked(control: MetaControl) -> None:
    assert control.rules() == rule_lines()


def test_the_faults_in_force_are_shown_as_commanded(control: MetaControl) -> None:
    poison, when = Poison(event_ids=["a"]), When(times=3, share=0.5, seed=4, dataset="1", seconds=9)
    control.fault(poison, when)
    (command,) = control.faults()
    assert (command.fault, command.when) == (poison, when)


def test_a_wrong_command_is_refused_with_the_key_that_is_wrong(base_url: str, control: MetaControl) -> None:
    http = urllib3.PoolManager()
    for method, path, body, named in (
        ("POST", "/faults", b'{"fault": {"kind": "Explode"}}', "kind"),
        ("POST", "/faults", b'{"fault": {"kind": "Hang", "second": 1}}', "second"),
        ("PUT", "/tokens", b'{"tokens": "t"}', "tokens"),
        ("GET", "/accepted?eventid=1", None, "eventid"),
        ("GET", "/requests?skip=all", None, "skip"),
    ):
        answer = http.request(method, f"{base_url}/_stand-in{path}", body=body)
        assert answer.status == 400
        assert named in answer.json()["error"]
    with pytest.raises(ControlError, match=r"/_stand-in/faults was answered 400: .*times"):
        control.fault(Refuse(), When(times="often"))  # type: ignore[arg-type]  # the wrong type is the test


def test_a_stand_in_that_is_not_there_is_not_up(control: MetaControl) -> None:
    assert control.is_up()
    assert not MetaControl("http://127.0.0.1:9").is_up()
