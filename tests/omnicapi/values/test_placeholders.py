import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from omnicapi.values.placeholders import (
    LONGEST,
    NO_IDS,
    NOTHING,
    PLACEHOLDERS,
    REPEATED,
    is_hash_of_nothing,
    is_missing,
    is_no_id,
    is_no_name,
    is_template,
    is_usual_id,
    is_usual_name,
)

AROUND = st.sampled_from(["{}", " {} ", '"{}"', "'{}'", "({})", "<{}>", "[{}]", "`{}`", "\t{}\n", "\u00a0{}"])
CASES = st.sampled_from([str.lower, str.upper, str.title, str.capitalize])
TEMPLATES = [
    "%7B%7Bevent_id%7D%7D",
    "{{event_id}}",
    "{{ order.id }}",
    "${id}",
    "#{order.id}",
    "%%ORDER_ID%%",
    "%ORDER_ID%",
    "*|ORDER_ID|*",
    "{% id %}",
    "<%= id %>",
    "<?= $id ?>",
    "<order id>",
    "[order_id]",
    "{id}",
    "{id1}",
    "{0}",
    "order-{id}",
    "order-%s",
    "$order_id",
    "__ORDER_ID__",
    "[object HTMLInputElement]",
    "[object Object],[object Object]",
    "[Function: id]",
    "function () { return 1 }",
    "<Order object at 0x7f9760893070>",
]
JOINED = [
    "undefined-undefined",
    "null_null",
    "null,null",
    "unknown-unknown",
    "(not set)|(not set)",
    "true_false",
    "order_undefined",
    "purchase.(not set)",
    "purchase-",
    "generate_lead.undefined",
    "refund.0",
    "-order",
    "order_id",
    "YOUR_ORDER_ID",
    "%5Bobject%20Object%5D",
    "undefinedundefined",
    "nullundefined",
]
ZEROS = ["0", "000", "0.0", "00000000-0000-0000-0000-000000000000", "{00000000-0000-0000-0000-000000000000}"]
REAL = [
    "NULL-1001",
    "0815",
    "1",
    "-12",
    "A",
    "null1",
    "undefined-1796063000123",
    "none-of-the-above",
    "the-null-hypothesis",
    "nullarbor",
    "nullable",
    "blue-widget",
    "test-1",
    "order_7",
    "Purchase",
    "#A",
    "[1001]",
    "5%",
    "注文",
    "{3F2504E0-4F89-11D3-9A0C-0305E82C3301}",
    "3f2504e04f8911d39a0c0305e82c3301",
    "a" * 64,
    "x" * (LONGEST + 1),
]


@given(st.sampled_from(sorted(NO_IDS)), CASES, AROUND)
def test_a_word_for_nothing_is_no_id_however_it_is_written(word: str, case: object, around: str) -> None:
    assert callable(case)
    assert is_no_id(around.format(case(word)))


@given(st.sampled_from(sorted(NOTHING)), CASES, AROUND)
def test_what_programs_write_for_nothing_is_no_name_and_nobodys_either(word: str, case: object, around: str) -> None:
    assert callable(case)
    text = around.format(case(word))
    assert is_no_name(text)
    assert is_missing(text)


@given(st.lists(st.sampled_from(sorted(REPEATED)), min_size=1, max_size=4), st.sampled_from(["-", "_", " ", ", ", "|"]))
def test_nothing_several_times_over_is_nothing(words: list[str], join: str) -> None:
    assert is_missing(join.join(words))
    assert is_no_id(join.join(words))
    assert is_no_name(join.join(words))


@pytest.mark.parametrize("text", [*TEMPLATES, *JOINED, *ZEROS, "", " ", "-", "--", "?", "[]", "{}", "…"])
def test_what_nobody_filled_in_is_no_id(text: str) -> None:
    assert is_no_id(text)


@pytest.mark.parametrize("text", TEMPLATES)
def test_a_template_is_one_in_every_field(text: str) -> None:
    assert is_template(text)
    assert is_no_name(text)


@pytest.mark.parametrize("text", REAL)
def test_an_id_that_has_anything_of_its_own_is_one(text: str) -> None:
    assert not is_no_id(text)


@given(st.integers(1, 10**18), st.sampled_from(sorted(NO_IDS)), st.sampled_from("-_."))
def test_a_number_behind_a_word_makes_it_an_id(number: int, word: str, join: str) -> None:
    assert not is_no_id(f"{word.strip('#<>[](){}')}{join}{number}") or is_template(word)


@pytest.mark.parametrize("text", ["Purchase", "Test", "unknown", "0", "true", "Lead 2", "gtm.dom", "購入", "x"])
def test_a_name_may_be_any_word_but_a_programs_for_nothing(text: str) -> None:
    assert not is_no_name(text)


@given(
    st.sampled_from(["", *sorted(PLACEHOLDERS)]),
    st.sampled_from(["md5", "sha1", "sha224", "sha256", "sha384", "sha512"]),
    st.booleans(),
)
def test_the_hash_of_nothing_is_no_id_whatever_it_was_hashed_with(word: str, name: str, upper: bool) -> None:
    digest = hashlib.new(name, word.encode()).hexdigest()
    assert is_hash_of_nothing(digest)
    assert is_no_id(digest.upper() if upper else digest)


@given(st.text(max_size=8), st.sampled_from(["md5", "sha256"]))
def test_the_hash_of_anything_else_is_an_id(text: str, name: str) -> None:
    if text and not is_missing(text):
        assert not is_no_id(hashlib.new(name, f"{text}1".encode()).hexdigest())


def test_of_a_text_longer_than_any_placeholder_only_the_beginning_is_looked_at() -> None:
    assert LONGEST == 256
    assert is_no_id("{{" + "x" * 300)
    assert not is_no_id("x" * 300 + "{{id}}")
    assert not is_no_id("undefined-" * 30)


@given(st.one_of(st.sampled_from(sorted(NO_IDS)), st.text(max_size=40)), CASES, AROUND)
def test_what_is_proved_at_once_is_true(word: str, case: object, around: str) -> None:
    assert callable(case)
    for text in (case(word), around.format(case(word))):
        assert not (is_usual_id(text) and (is_hash_of_nothing(text) or is_missing(text, NO_IDS) or is_template(text)))
        assert not (is_usual_name(text) and (is_missing(text, NOTHING) or is_template(text)))
