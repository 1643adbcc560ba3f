"""One name of Meta's in all its spellings, and names that only look like one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from omnicapi.values.standard_names import (
    ACTION_SOURCES,
    EVENTS,
    LONGEST,
    MESSAGING,
    MESSAGING_EVENTS,
    standard_action_source,
    standard_event,
)

SEPARATORS = st.sampled_from(["", " ", "_", "-", "  ", "\u00a0", "\u200b", "\ufeff"])


@st.composite
def spellings(draw: st.DrawFn, names: frozenset[str]) -> tuple[str, str]:
    """Draw a name, and how somebody may write it: letters in either case, separators anywhere."""
    name = draw(st.sampled_from(sorted(names)))
    letters = (letter.upper() if draw(st.booleans()) else letter.lower() for letter in name)
    return name, "".join(draw(SEPARATORS) + letter for letter in letters)[:LONGEST]


@given(spellings(EVENTS))
def test_a_standard_event_is_known_in_every_spelling(drawn: tuple[str, str]) -> None:
    name, spelled = drawn
    if len(spelled) < LONGEST:
        assert standard_event(spelled) == name


@given(spellings(ACTION_SOURCES))
def test_an_action_source_is_known_in_every_spelling(drawn: tuple[str, str]) -> None:
    name, spelled = drawn
    if len(spelled) < LONGEST:
        assert standard_action_source(spelled) == name


@given(spellings(MESSAGING_EVENTS - EVENTS))
def test_a_name_of_message_threads_is_metas_only_there(drawn: tuple[str, str]) -> None:
    name, spelled = drawn
    if len(spelled) < LONGEST:
        assert standard_event(spelled, MESSAGING) == name
        assert standard_event(spelled, "website") == spelled


@pytest.mark.parametrize(
    "name", ["PURCHASE", "purchase", "Purchase ", "pur\u200bchase", "Ｐｕｒｃｈａｓｅ", "pURCHASE"]
)
def test_a_purchase_is_one_however_it_is_written(name: str) -> None:
    assert standard_event(name) == "Purchase"


@pytest.mark.parametrize(
    "name",
    [
        "Purchase2",
        "Purchases",
        "first_purchase",
        "PurchaseComplete",
        "Leads",
        "purchase.confirmed",
        "Compra",
        "",
        "_",
        "-" * LONGEST + "Purchase",
        "fb_mobile_purchase",
        "Pürchase",
    ],
)
def test_a_name_that_only_resembles_one_stays_a_custom_events(name: str) -> None:
    assert standard_event(name) == name


@given(st.text(max_size=80))
def test_what_is_metas_stays_and_a_second_look_changes_nothing(name: str) -> None:
    for standard in (standard_event, standard_action_source):
        assert standard(standard(name)) == standard(name)
    assert all(standard_event(own) == own for own in EVENTS)
