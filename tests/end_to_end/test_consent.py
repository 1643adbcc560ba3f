"""What a person refused never reaches Meta, and a policy that asks for what nobody can say starts nothing."""

import json
import time
from pathlib import Path

import pytest

from local.addresses import Addresses
from local.process import ProcessFailed
from local.samples.messages import web_event
from local.stack import Options, Stack
from tests.end_to_end.pipeline import Pipeline

pytestmark = pytest.mark.stack


def test_a_policy_that_names_a_signal_no_source_can_say_stops_handle_at_its_start(tmp_path: Path) -> None:
    policy = tmp_path / "consent.json"
    policy.write_text(json.dumps({"channels": {"web": {"opt_out": ["email"]}}}))
    options = Options(logs=tmp_path, addresses=Addresses.free(), settings={"handle": {"CONSENT_FILE": str(policy)}})
    with pytest.raises(ProcessFailed, match=r"handle[\s\S]*'email'"), Stack(options):
        pass


def test_a_denial_in_any_form_ends_in_an_outcome_and_its_neighbours_arrive(stack: Pipeline) -> None:
    now = int(time.time())
    forms = [
        "denied",
        False,
        [{"adUserData": "no"}],
        '{"ad_storage": 0}',
        {"status": "withdrawn"},
        "perhaps",
        "granted",
    ]
    said = [{"consent": form} for form in forms] + [{"gcd": "13q3qPq2q5l1"}, {"custom_data": {"AD-STORAGE": "nein"}}]
    events = [{**web_event(index, now), "event_id": f"consent/{now}/{index}", **one} for index, one in enumerate(said)]
    messages = stack.put_in(events)
    stack.drained()
    ends = {outcome.event_id: (outcome.verdict, outcome.reason) for outcome in stack.about(messages)}
    granted = events[forms.index("granted")]["event_id"]
    assert ends.pop(granted) == ("sent", None)
    assert set(ends.values()) == {("dropped", "consent_denied"), ("dropped", "consent_unreadable")}
    assert len(ends) == len(events) - 1
    assert stack.accepted_ids().isdisjoint(ends)
