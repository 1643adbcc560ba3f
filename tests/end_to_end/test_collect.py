"""Events that come by HTTP go the way of all others."""

import json
from typing import Any

import pytest

from tests.end_to_end.pipeline import Pipeline

PAGE = {"X-Api-Key": "", "Origin": "http://localhost:8000", "User-Agent": "Mozilla/5.0", "X-Forwarded-For": "8.8.8.8"}


pytestmark = pytest.mark.stack


def test_a_back_end_and_a_browser_reach_meta_by_http(stack: Pipeline, events: list[dict[str, Any]], now: int) -> None:
    change = {"stage": "qualified_lead", "stage_changed_at": now, "lead_id": "1234567890123456", "change_id": f"h{now}"}
    view = {**events[0], "user_data": {"em": "ana@mail.example"}}
    answers = [
        stack.collect("crm", json.dumps(change).encode()),
        stack.collect("web", json.dumps(view).encode(), **PAGE),
    ]
    assert [answer.status for answer in answers] == [202, 202]
    stack.drained()
    requests = [answer.json()["request_id"] for answer in answers]
    outcomes = {one.origin.request_id: one for one in stack.outcomes.latest()}
    assert [outcomes[request].verdict for request in requests] == ["sent", "sent"]
    assert {answer.json()["events"][0]["event_id"] for answer in answers} <= stack.accepted_ids()


def test_who_may_not_send_does_not(stack: Pipeline) -> None:
    for headers in ({"X-Api-Key": ""}, {"X-Api-Key": "not-the-key-of-the-crm"}, PAGE):
        assert stack.collect("crm", b"{}", **headers).status in {401, 403}
