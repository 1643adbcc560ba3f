"""The template's own tests, the ones that Tag Manager's editor runs, in the sandbox of these tests."""

from __future__ import annotations

from pathlib import Path

import pytest
import quickjs

from tests.gtm.permissions import Permissions
from tests.gtm.sandbox import Answer, Host, Incoming, Sandbox, opened
from tests.gtm.template_file import Template

SCENARIO = (Path(__file__).parent / "scenarios.js").read_text(encoding="utf-8")
TEMPLATE = Template.read()
SCENARIOS = {scenario["name"]: scenario["code"] for scenario in TEMPLATE.tests["scenarios"]}


def run(scenario: str, code: str = TEMPLATE.code) -> None:
    """Run a scenario after the template's set-up; raises ``quickjs.JSException`` where it fails."""
    sandbox = Sandbox(code, Permissions(TEMPLATE.permissions), lambda _request: Answer(reason="failed"))
    engine, inside = opened(Host(sandbox, Incoming({})))
    engine.eval(SCENARIO)(inside, code, TEMPLATE.tests["setup"], scenario)


@pytest.mark.parametrize("name", SCENARIOS)
def test_a_scenario_of_the_template_holds(name: str) -> None:
    run(SCENARIOS[name])


@pytest.mark.parametrize("name", SCENARIOS)
def test_a_scenario_fails_for_a_tag_that_does_nothing(name: str) -> None:
    with pytest.raises(quickjs.JSException):
        run(SCENARIOS[name], "return;")


@pytest.mark.parametrize(
    ("scenario", "complaint"),
    [
        ("runCode(fields); assertApi('gtmOnFailure').wasCalled();", "was not called"),
        ("runCode(fields); assertApi('gtmOnSuccess').wasNotCalled();", "was called"),
        ("runCode(fields); assertApi('getGoogleAuth').wasCalledWith({scopes: []});", "was not called with"),
        ("assertThat({a: [1, {b: 2}]}).isEqualTo({a: [1, {b: 3}]});", "isEqualTo"),
        ("assertThat('abc').hasLength(4);", "hasLength"),
        ("fail('on purpose');", "on purpose"),
        ("require('localStorage');", "no API localStorage"),
    ],
)
def test_a_scenario_that_does_not_hold_is_seen(scenario: str, complaint: str) -> None:
    with pytest.raises(quickjs.JSException, match=complaint):
        run(scenario)
