"""What an event shows of why Meta may call a parameter of it invalid; never what stands in it."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from forward.meta.explanation import NOTHING_SHOWS, SUSPICIONS, explanation

NOW = 1_796_083_200
FINE: dict[str, Any] = {
    "event_name": "Purchase",
    "event_time": NOW - 60,
    "event_id": "1",
    "action_source": "website",
    "event_source_url": "https://shop.example/thanks",
    "user_data": {"em": ["62a14e44f765419d10fea99367361a727c12365e2520f32218d505ed9aa0f62f"], "fbp": "fb.1.1.1"},
    "custom_data": {"currency": "EUR", "value": 1, "contents": [{"id": "a"}], "content_ids": ["a"], "brand": "Acme"},
}
SHOWING: list[tuple[dict[str, Any], str]] = [
    ({"planted_key": 1}, "none of Meta's for an event"),
    ({"user_data": {"planted_key": "planted"}}, "user_data has keys"),
    ({"user_data": {"em": ["planted@mail.example"]}}, "no SHA-256 hashes"),
    ({"event_time": NOW + 301}, "event_time is ahead"),
    ({"custom_data": {"currency": "planted", "value": 1}}, "custom_data.currency"),
    ({"event_source_url": None}, "event_source_url is missing"),
    ({"data_processing_options": ["LDU"]}, "Limited Data Use"),
    ({"custom_data": {"planted": {"planted": 1}}}, "lists or objects"),
]


def shown(*events: Any) -> str:
    return explanation([msgspec.json.encode(event) for event in events], NOW)


def test_an_event_that_nothing_is_wrong_with_shows_nothing() -> None:
    assert shown(FINE) == NOTHING_SHOWS
    assert shown({**FINE, "event_time": NOW + 300, "data_processing_options": []}) == NOTHING_SHOWS


@pytest.mark.parametrize(("change", "told"), SHOWING)
def test_what_may_be_wrong_is_named_and_never_repeated(change: dict[str, Any], told: str) -> None:
    text = shown({**FINE, **change})
    assert text.startswith("What may be wrong: ")
    assert told in text
    assert text.count(";") == 0
    assert "planted" not in text


def test_every_suspicion_has_its_example() -> None:
    assert len(SHOWING) == len(SUSPICIONS)
    assert all(any(told in one.text for _, told in SHOWING) for one in SUSPICIONS)


def test_of_several_events_only_what_all_have_is_told() -> None:
    limited = {**FINE, "data_processing_options": ["LDU"]}
    assert "Limited Data Use" in shown(limited, {**limited, "event_time": NOW + 301})
    assert "ahead" not in shown(limited, {**limited, "event_time": NOW + 301})
    assert shown(limited, FINE) == ""


def test_the_longest_explanation_is_bounded() -> None:
    everything = {
        **FINE,
        **dict(SHOWING[0][0] | SHOWING[3][0] | SHOWING[5][0] | SHOWING[6][0]),
        "user_data": {"em": "planted", "planted_key": 1},
        "custom_data": {"currency": "planted", "planted": []},
    }
    assert shown(everything) == f"What may be wrong: {'; '.join(one.text for one in SUSPICIONS)}."
    assert len(shown(everything)) == 550


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=8,
)


@given(st.dictionaries(st.sampled_from([*FINE, "data_processing_options"]), _JSON), st.integers())
def test_no_event_makes_it_raise(event: dict[str, Any], time: int) -> None:
    assert shown({**event, "event_time": time})


@pytest.mark.parametrize(
    "data", [b'{"event_time": 1, "custom_data": ' + b"[" * 5000 + b"]" * 5000 + b"}", b"\xff", b"1"]
)
def test_what_cannot_be_read_shows_nothing(data: bytes) -> None:
    assert explanation([data], NOW) == NOTHING_SHOWS
