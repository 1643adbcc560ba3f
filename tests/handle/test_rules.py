from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import msgspec
import pytest

from handle.rules import GROUPS, RULES, Broken, first_broken
from handle.rules.rule import Rule
from omnicapi.server_event import ServerEvent
from tests.cases.server_events import CASES, NOW, Case

DOCUMENTATION = Path(__file__).parents[2] / "docs" / "rules.md"


def verdict(case: Case) -> Broken | None:
    return first_broken(msgspec.convert(case.event, ServerEvent, strict=True), NOW)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_an_event_is_accepted_or_refused_with_its_reason_field_and_subcode(case: Case) -> None:
    broken = verdict(case)
    found = (broken.rule.reason, broken.field, broken.rule.subcode) if broken else (None, None, None)
    assert found == (case.reason, case.field, case.subcode)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_quick_check_never_hides_a_broken_rule(case: Case) -> None:
    event = msgspec.convert(case.event, ServerEvent)
    for group in GROUPS:
        if group.kept is not None and group.kept(event, NOW):
            applying = [rule for rule in group.rules if applies(rule, event)]
            assert [rule.reason for rule in applying if rule.check(event, NOW)] == []


def applies(rule: Rule, event: ServerEvent) -> bool:
    return rule.action_source in (None, event.action_source) and rule.event_name in (None, event.event_name)


def test_every_rule_has_a_case_that_it_refuses() -> None:
    assert {rule.reason for rule in RULES} == {case.reason for case in CASES if case.reason}


def test_every_reason_belongs_to_one_rule() -> None:
    assert [reason for reason, count in Counter(rule.reason for rule in RULES).items() if count > 1] == []


def test_every_permanent_error_of_meta_with_a_known_meaning_has_a_rule() -> None:
    known = {2804001, 2804003, 2804009, 2804010, 2804014, 2804016, 2804017, 2804019, 2804050, 2804064}
    assert {rule.subcode for rule in RULES} - {None} == known


def test_the_cases_change_one_thing_each() -> None:
    assert len({case.name for case in CASES}) == len(CASES)


def test_the_documented_table_is_the_table_in_the_code() -> None:
    table, _, _ = DOCUMENTATION.read_text("utf-8").partition("\n## ")
    rows = [line for line in table.splitlines() if re.match(r"\| `", line)]
    assert rows == [row(rule) for rule in RULES]


def row(rule: Rule) -> str:
    where = " ".join(f"`{limit}`" for limit in (rule.action_source, rule.event_name) if limit) or "every event"
    subcode = f"100/{rule.subcode}" if rule.subcode else "none: our rule"
    return f"| `{rule.reason}` | `{rule.field}` | {where} | {subcode} | {rule.fix} | {rule.source} |"
