"""All fields at once say what each says alone."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handle.customer.fast_paths import plain_texts
from handle.customer.fields import FIELDS
from handle.customer.options import CustomerOptions
from omnicapi.messages import CustomerInformation
from omnicapi.values.field_names import HASHED
from tests.cases.server_events import NOW
from tests.examples import examples
from tests.handle.customer.test_short_cuts import ORDINARY, VALUES, missing, options, phones

HASHED_FIELDS = (*HASHED, "external_id")
TOMORROW = "2026-09-22"  # NOW is the day before


def one_by_one(field: str, value: str, chosen: CustomerOptions) -> str | None:
    """Ask the rule of the field what it settles at once."""
    rule = FIELDS[field]
    plain = rule.ordinary(value, chosen)
    return None if plain is None or (rule.judge and rule.judge(plain, NOW)) else plain


def people(draw: st.DrawFn) -> dict[str, Any]:
    fields = draw(st.sets(st.sampled_from(HASHED_FIELDS)))
    values = {field: phones() if field == "ph" else VALUES[field] for field in fields}
    return {field: [draw(st.just(ORDINARY[field]) | values[field] | missing)] for field in sorted(fields)}


@examples(300)
@given(st.composite(people)(), options)
def test_every_field_is_settled_by_its_own_short_cut(person: dict[str, Any], chosen: CustomerOptions) -> None:
    alone = {field: one_by_one(field, value, chosen) for field, (value,) in person.items()}
    assert plain_texts(CustomerInformation(**person), chosen, NOW) == alone


@pytest.mark.parametrize("field", HASHED_FIELDS)
def test_the_usual_form_is_settled_where_it_is_the_only_value(field: str) -> None:
    one, two = [ORDINARY[field]], [ORDINARY[field]] * 2
    chosen = CustomerOptions(country="BR")
    settled = one_by_one(field, ORDINARY[field], chosen)
    assert settled is not None
    assert plain_texts(CustomerInformation(**{field: one}), chosen, NOW) == {field: settled}  # type: ignore[arg-type]  # a list field
    assert plain_texts(CustomerInformation(**{field: two}), chosen, NOW) == {field: None}  # type: ignore[arg-type]  # a list field


def test_a_birth_date_after_today_is_left_to_the_rule() -> None:
    assert plain_texts(CustomerInformation(db=[TOMORROW]), CustomerOptions(), NOW) == {"db": None}


def test_nobody_has_nothing() -> None:
    assert plain_texts(CustomerInformation(), CustomerOptions(), NOW) == {}
