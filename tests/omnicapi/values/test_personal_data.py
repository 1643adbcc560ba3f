from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from omnicapi.values.personal_data import holds_email, impersonal

texts = st.text(st.characters(codec="utf-8"), max_size=20)


@given(texts, texts, st.emails(domains=st.just("shop.example")))
def test_an_address_is_found_wherever_it_stands(before: str, after: str, email: str) -> None:
    if not set(email) & set("\"'(),;:<>"):
        assert holds_email(f"{before} {email} {after}")


@pytest.mark.parametrize("text", ["order-ana%40shop.example", "https://a.example/?u=ana%40shop.example&x=1"])
def test_a_percent_encoded_address_is_found(text: str) -> None:
    assert holds_email(text)


@pytest.mark.parametrize("text", ["", "order-1", "@", "a@b", "3 @ 4.50", "%40", "x%40y", "@media print"])
def test_an_at_sign_alone_is_no_address(text: str) -> None:
    assert not holds_email(text)


def test_an_id_made_of_an_address_is_left_out_and_any_other_kept() -> None:
    assert impersonal("ana@shop.example-2026") is None
    assert impersonal("ATN-1") == "ATN-1"
    assert impersonal(None) is None


@pytest.mark.timeout(20)
@pytest.mark.parametrize("text", ["a@" + "b" * 600_000, "a" * 600_000 + "@b", "@" * 300_000, "a.b@" * 100_000])
def test_a_text_made_to_be_slow_is_read_in_time_that_grows_with_its_length_only(text: str) -> None:
    assert not holds_email(text)
