from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handle.format.personal_data import (
    cleaned,
    is_personal_name,
    link_without_email,
    phone_digits,
    shown,
)
from omnicapi.values.personal_data import holds_email

NOBODY: frozenset[str] = frozenset()
JANES = phone_digits(["+1 (650) 555-1212", "12"])

json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda members: st.lists(members, max_size=4) | st.dictionaries(st.text(), members, max_size=4),
    max_leaves=12,
)


@pytest.mark.parametrize(
    "text", ["jane@example.com", "Contact: jane.doe+x@mail.example.co.uk!", "jane%40example.com", "a@b.cz"]
)
def test_an_address_is_found_anywhere_in_a_text(text: str) -> None:
    assert holds_email(text)


@pytest.mark.parametrize("text", ["", "blue @ shop", "@acme", "50% off", "a@b", "x%40y", "2 @ 3.50 each"])
def test_an_at_sign_alone_is_no_address(text: str) -> None:
    assert not holds_email(text)


@pytest.mark.parametrize("key", ["email", "E-Mail", "First Name", "phone_number", "billing@x.example.com", "DOB"])
def test_a_property_is_personal_by_its_name(key: str) -> None:
    assert is_personal_name(key)


@pytest.mark.parametrize(
    "key", ["city", "region", "country", "postal_code", "brand", "name", "content_name", "email_opened"]
)
def test_a_place_of_intent_and_a_products_name_are_not_personal(key: str) -> None:
    assert not is_personal_name(key)


def test_members_of_objects_and_lists_go_and_the_rest_stays() -> None:
    value = {
        "tier": "gold",
        "contact": {"email": "a@example.com", "shop": "Berlin"},
        "notes": ["call 650-555-1212", "blue", "write to a@example.com"],
        "numbers": [16505551212, 7, True],
    }
    assert cleaned(value, JANES) == (
        {"tier": "gold", "contact": {"shop": "Berlin"}, "notes": ["blue"], "numbers": [7, True]},
        True,
    )


@pytest.mark.parametrize("value", ["16505551212", "+1 650 555 1212", 16505551212, "(650) 555-1212", 6505551212])
def test_the_persons_own_phone_is_found_in_any_writing(value: Any) -> None:
    assert cleaned(value, JANES) == (None, True)


@pytest.mark.parametrize("text", ["12", "order 12345678", "SKU-5551212", "9" * 30 + "05551212"])
def test_other_digits_are_nobodys_phone(text: str) -> None:
    assert cleaned(text, JANES) == (text, False)


def test_what_is_nested_too_deep_to_look_at_goes() -> None:
    deep: Any = "blue"
    for _ in range(40):
        deep = [deep]
    found, removed = cleaned(deep, NOBODY)
    assert removed
    assert "blue" not in str(found)


@given(json_values)
def test_cleaning_twice_is_cleaning_once(value: Any) -> None:
    once, _ = cleaned(value, JANES)
    assert cleaned(once, JANES) == (once, False)


@given(json_values)
def test_no_address_survives(value: Any) -> None:
    dirty = {"a": value, "b": ["jane@example.com", {"c": "mail jane@example.com"}], "jane@example.com": value}
    clean, removed = cleaned(dirty, NOBODY)
    assert removed
    assert "jane@example.com" not in str(clean)


@given(st.integers() | st.booleans() | st.none() | st.lists(st.integers()))
def test_what_is_not_personal_is_untouched(value: Any) -> None:
    assert cleaned(value, NOBODY) == (value, False)


@pytest.mark.parametrize(
    ("url", "clean"),
    [
        (
            "https://shop.example.com/x?email=jane@example.com&fbclid=AbC%2Fd&v=1#top",
            "https://shop.example.com/x?fbclid=AbC%2Fd&v=1#top",
        ),
        ("https://shop.example.com/x?u=jane%40example.com", "https://shop.example.com/x"),
        ("https://shop.example.com/u/jane@example.com/orders?a=1", "https://shop.example.com/?a=1"),
        ("https://shop.example.com/#/reset/jane@example.com", "https://shop.example.com/"),
        ("https://jane@example.com:pw@shop.example.com/x", "https://shop.example.com/x"),
        ("https://[jane@example.com", ""),
        ("mailto:jane@example.com", "mailto:/"),
    ],
)
def test_an_address_is_taken_out_of_a_link(url: str, clean: str) -> None:
    assert link_without_email(url) == clean


@given(st.text())
def test_no_link_keeps_an_address(text: str) -> None:
    clean = link_without_email(f"https://shop.example.com/{text}?m=jane@example.com{text}")
    assert not holds_email(clean)


def test_a_warning_shows_a_name_only_where_the_name_tells_nothing() -> None:
    assert shown("loyalty-tier") == "loyalty-tier"
    assert shown("jane@example.com") == "*"
