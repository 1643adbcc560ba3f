"""Errors are understood by code, subcode and is_transient, and handle and forward call the same thing by one name."""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forward.meta.errors import BY_CODE, BY_SUBCODE, Kind, meaning
from forward.meta.errors_page import page
from handle.rules import RULES
from handle.rules.rule import REQUIRED_OR_UNEXPECTED

CODES = st.one_of(st.sampled_from(sorted(BY_CODE)), st.integers(1, 10**7))


@pytest.mark.parametrize(
    ("status", "code", "subcode", "kind"),
    [
        (500, 2, None, Kind.TRANSIENT),
        (400, 4, None, Kind.THROTTLED),
        (400, 17, 2446079, Kind.THROTTLED),
        (400, 80004, 2446079, Kind.THROTTLED),
        (400, 80014, None, Kind.THROTTLED),
        (403, 613, 1487742, Kind.THROTTLED),
        (401, 190, 463, Kind.CONFIGURATION),
        (401, 190, 999_999, Kind.CONFIGURATION),
        (400, 102, None, Kind.CONFIGURATION),
        (400, 294, None, Kind.CONFIGURATION),
        (400, 100, 33, Kind.CONFIGURATION),
        (403, 368, None, Kind.CONFIGURATION),
        (400, 2635, None, Kind.CONFIGURATION),
        (400, 100, 2804003, Kind.EVENT),
        (400, 100, 2804050, Kind.EVENT),
        (400, 100, 2804007, Kind.EVENT),
        (400, 100, None, Kind.EVENT),
        (400, 105, None, Kind.MALFORMED),
        (500, 1, 99, Kind.UNCLEAR),
        (400, 987654, None, Kind.UNCLEAR),
        (413, None, None, Kind.TOO_LARGE),
        (413, 100, None, Kind.TOO_LARGE),
        (429, None, None, Kind.THROTTLED),
        (502, None, None, Kind.TRANSIENT),
        (200, None, None, Kind.TRANSIENT),
        (400, None, None, Kind.TRANSIENT),
        (400, -3, None, Kind.TRANSIENT),
    ],
)
def test_an_error_is_of_the_kind_that_the_reference_says(
    status: int, code: int | None, subcode: int | None, kind: Kind
) -> None:
    assert meaning(status, code, subcode, is_transient=False).kind is kind


@given(st.sampled_from([400, 401, 403, 500, 503]), CODES, st.none() | st.integers(1, 3_000_000))
def test_what_meta_calls_transient_costs_no_event_and_stops_no_dataset(
    status: int, code: int, subcode: int | None
) -> None:
    assert meaning(status, code, subcode, is_transient=True).kind in {Kind.TRANSIENT, Kind.THROTTLED}


@given(st.sampled_from([400, 401, 403, 404, 500, 503]), CODES, st.none() | st.integers(1, 3_000_000))
def test_the_status_does_not_decide_where_meta_gave_a_code(status: int, code: int, subcode: int | None) -> None:
    assert meaning(status, code, subcode, is_transient=False) == meaning(418, code, subcode, is_transient=False)


def test_handle_and_forward_give_the_same_reason_for_the_same_rule_of_metas() -> None:
    by_handle = defaultdict(set)
    for rule in RULES:
        if rule.subcode is not None and rule.subcode != REQUIRED_OR_UNEXPECTED:
            by_handle[rule.subcode].add(rule.reason)
    for subcode, reasons in by_handle.items():
        assert BY_SUBCODE[100, subcode].reason in reasons


def test_every_field_is_a_field_of_a_rule_of_handles_or_holds_one() -> None:
    known = {rule.field for rule in RULES} | {rule.field.split(".")[0] for rule in RULES}
    assert {error.field for error in BY_SUBCODE.values() if error.field} <= known


def test_no_reason_stands_for_two_kinds() -> None:
    kinds = defaultdict(set)
    for error in [*BY_SUBCODE.values(), *BY_CODE.values()]:
        kinds[error.reason].add(error.kind)
    assert all(len(found) == 1 for found in kinds.values())


def test_the_page_for_users_is_up_to_date() -> None:
    path = Path(__file__).parents[3] / "docs" / "errors-of-meta.md"
    hint = "run `python -m forward.meta.errors_page docs/errors-of-meta.md`"
    assert path.read_text(encoding="utf-8") == page(), hint


def test_the_page_tells_every_error() -> None:
    text = page()
    for code, subcode in BY_SUBCODE:
        assert f"| {code} | {subcode} |" in text
    assert "| 80000–80014 | | throttled |" in text
    assert "| 200–299 | | configuration |" in text
    assert "| 190 | | configuration | token_invalid |" in text
