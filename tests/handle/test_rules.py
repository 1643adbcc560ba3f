from __future__ import annotations

import re
from collections import Counter
from pathlib import Path
from typing import Any

import msgspec
import pytest

from handle.rules import RULES, Broken, _applicable, first_broken
from handle.rules.customer import identifiers
from handle.rules.ordinary import is_ordinary
from handle.rules.rule import Rule
from omnicapi.server_event import ServerEvent, UserData
from tests.cases.server_events import CASES, NOW, PLAIN, WEB, Case

DOCUMENTATION = Path(__file__).parents[2] / "docs" / "rules.md"


def verdict(case: Case) -> Broken | None:
    return first_broken(msgspec.convert(case.event, ServerEvent, strict=True), NOW)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_an_event_is_accepted_or_refused_with_its_reason_field_and_subcode(case: Case) -> None:
    broken = verdict(case)
    found = (broken.rule.reason, broken.field, broken.rule.subcode) if broken else (None, None, None)
    assert found == (case.reason, case.field, case.subcode)


def test_identifiers_are_the_names_of_all_that_is_there() -> None:
    something: dict[str, Any] = dict.fromkeys(UserData.__struct_fields__, "x")
    assert identifiers(UserData(**something)) == sorted(something)
    assert [identifiers(UserData(**{name: value})) for name, value in something.items()] == [
        [name] for name in something
    ]
    assert identifiers(UserData()) == []


def test_an_action_source_that_nobody_knows_is_refused_and_not_remembered() -> None:
    known = msgspec.convert(WEB, ServerEvent, strict=True)
    before = _applicable.cache_info().currsize
    for length in range(300):
        broken = first_broken(msgspec.structs.replace(known, action_source="x" * (100 + length)), NOW)
        assert broken is not None
        assert broken.field == "action_source"
    assert _applicable.cache_info().currsize <= before + 1


NEVER_BUILT = {
    *("fbc_invalid", "fbp_invalid", "client_ip_address_invalid", "lead_id_invalid", "madid_invalid", "anon_id_not_app"),
    *("hashed_where_plain_wanted", "value_not_a_number", "currency_unknown", "choice_unknown"),
    *("content_incomplete", "delivery_category_unknown"),
}
"""What the builders of user data and custom data make impossible, so that the quick question leaves it out."""


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_the_quick_question_never_hides_a_broken_rule(case: Case) -> None:
    if case.reason and case.reason not in NEVER_BUILT:
        assert not is_ordinary(msgspec.convert(case.event, ServerEvent), NOW)


@pytest.mark.parametrize(
    "base", [WEB, {**WEB, "event_name": "PageView", "custom_data": {}}, {**PLAIN, "event_time": NOW}]
)
def test_the_quick_question_spares_ordinary_events_the_rules(base: dict[str, Any]) -> None:
    assert is_ordinary(msgspec.convert(base, ServerEvent), NOW)


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
