"""Nothing an outcome or an attribute says can outgrow a message, and what is left out is counted."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from omnicapi.bounds import LONGEST_NAME, LONGEST_TEXT, MOST_ROWS, MOST_WARNINGS, attribute, bounded, few, parts, short
from omnicapi.messages import Origin, Outcome
from omnicapi.publishing.publisher import encode

MOST_BYTES = 100_000
"""Bytes of the largest outcome that names no rows."""


def outcome(**fields: Any) -> Outcome:
    given: dict[str, Any] = {"stage": "forward", "verdict": "sent", "channel": "web", "origin": Origin(), **fields}
    return Outcome(**given)


def test_a_list_shows_its_first_entries_and_how_many_more_there_are() -> None:
    assert few([f"w{number}" for number in range(32)]) == [*(f"w{number}" for number in range(20)), "and 12 more"]
    assert few(["a", "b"]) == ["a", "b"]
    assert few(["a"] * 900 + ["b"]) == ["a", "b"]


def test_a_text_that_is_cut_shows_it() -> None:
    assert short("x" * LONGEST_TEXT) == "x" * 500
    assert short("x" * (LONGEST_TEXT + 1)) == "x" * 499 + "…"


@given(st.text(st.characters(), max_size=2000), st.lists(st.text(max_size=900), max_size=60), st.integers(1, 3000))
def test_no_outcome_can_outgrow_its_bounds(text: str, texts: list[str], length: int) -> None:
    long = (text or "x") * length
    texts = [f"{number}{one}" * 20 for number, one in enumerate(texts)]
    names = ("event_id", "event_name", "order_id", "dataset", "reason", "field", "message", "code", "fbtrace_id")
    origin = Origin(bucket=long, object=long, sheet=long, message_id=long, request_id=long, generation=long)
    made = bounded(
        outcome(**dict.fromkeys(names, long), channel=long, origin=origin, warnings=texts, identifiers=texts)
    )
    assert len(encode(made)) < MOST_BYTES
    assert len(made.warnings) <= MOST_WARNINGS + 1
    assert max(len(getattr(made, name) or "") for name in names) <= LONGEST_TEXT
    assert len(made.origin.object or "") <= LONGEST_NAME


def test_a_name_of_an_object_is_never_cut_and_rows_are_all_kept() -> None:
    origin = Origin(bucket="b", object="ä" * 512, row=1, rows=tuple(range(1, 5000)))
    assert bounded(outcome(origin=origin)).origin == origin


def test_a_text_that_utf8_cannot_write_is_written_all_the_same() -> None:
    assert msgspec.json.decode(encode(bounded(outcome(event_id="a\ud800b"))))["event_id"] == "a?b"


@pytest.mark.parametrize("count", [2, MOST_ROWS, MOST_ROWS + 1, 250_000])
def test_rows_that_one_outcome_cannot_name_are_shared_by_several(count: int) -> None:
    rows = tuple(range(7, 7 + count))
    found = parts(outcome(origin=Origin(object="a.csv", row=7, rows=rows)))
    assert [row for part in found for row in part.origin.rows] == list(rows)
    assert [part.origin.row for part in found] == [part.origin.rows[0] for part in found]
    assert max(len(part.origin.rows) for part in found) <= MOST_ROWS == 100_000


@given(st.text(max_size=1500))
def test_an_attribute_fits_and_is_cut_only_where_it_must_be(value: str) -> None:
    cut = attribute(value)
    assert len(cut.encode()) <= 1024
    assert value.startswith(cut)
    assert cut == value or len(value.encode()) > 1024
