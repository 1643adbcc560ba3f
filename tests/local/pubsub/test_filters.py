from collections.abc import Callable, Mapping
from dataclasses import dataclass

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from local.pubsub.errors import InvalidArgumentError
from local.pubsub.filters import MAX_FILTER_BYTES, parse_filter

MESSAGES: dict[str, Mapping[str, str]] = {
    "com": {"name": "com", "iana.org/language_tag": "en"},
    "org": {"name": "org", "iana.org/language_tag": "en"},
    "plain": {"iana.org/language_tag": "en"},
    "empty": {"name": ""},
    "none": {},
}


def matching(text: str) -> set[str]:
    matches = parse_filter(text)
    return {name for name, attributes in MESSAGES.items() if matches(attributes)}


@pytest.mark.parametrize(
    ("text", "matched"),
    [
        ("", {"com", "org", "plain", "empty", "none"}),
        ("attributes:name", {"com", "org", "empty"}),
        ("NOT attributes:name", {"plain", "none"}),
        ("-attributes:name", {"plain", "none"}),
        ('attributes.name = "com"', {"com"}),
        ('attributes.name="com"', {"com"}),
        ('attributes.name != "com"', {"org", "plain", "empty", "none"}),
        ('hasPrefix(attributes.name, "co")', {"com"}),
        ('hasPrefix(attributes.name, "")', {"com", "org", "empty"}),
        ('NOT hasPrefix(attributes.name, "co")', {"org", "plain", "empty", "none"}),
        ('attributes."iana.org/language_tag" = "en"', {"com", "org", "plain"}),
        ('attributes:"iana.org/language_tag" AND NOT attributes.name = "com"', {"org", "plain"}),
        ('attributes:name AND (attributes.name = "net" OR attributes.name = "org")', {"org"}),
        ('attributes.name = "com" OR attributes.name = "org" OR attributes.name = ""', {"com", "org", "empty"}),
        ("NOT NOT attributes:name", {"com", "org", "empty"}),
        ("  ( attributes : name )  ", {"com", "org", "empty"}),
    ],
)
def test_the_forms_that_google_documents(text: str, matched: set[str]) -> None:
    assert matching(text) == matched


@pytest.mark.parametrize(
    ("literal", "value"),
    [
        (r'"\u307F\u3093"', "みん"),
        (r'"\x41\101"', "AA"),
        (r'"say \"hi\" \\ there"', 'say "hi" \\ there'),
        (r'"line\nbreak\ttab"', "line\nbreak\ttab"),
        ('"ü"', "ü"),
    ],
)
def test_a_string_may_hold_escapes_as_key_and_as_value(literal: str, value: str) -> None:
    assert parse_filter(f"attributes:{literal}")({value: "any"})
    assert parse_filter(f"attributes.key = {literal}")({"key": value})


def test_case_matters() -> None:
    matches = parse_filter('attributes.Name = "Com"')
    assert matches({"Name": "Com"})
    assert not matches({"name": "Com"})
    assert not matches({"Name": "com"})


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("attributes:a AND attributes:b OR attributes:c", "need parentheses"),
        ("attributes:a OR attributes:b AND attributes:c", "need parentheses"),
        ("(attributes:a OR attributes:b AND attributes:c)", "need parentheses"),
        ('"com" = attributes.name', "character 1"),
        ("attributes.name = attributes.website", "character 18: expected a string"),
        ('attributes.name = "com" AND ("net" OR "org")', "character 30"),
        (r"attributes:\u307F", "character 12: expected an attribute key"),
        ('attributes.name = "com', "expected a string"),
        ("attributes.name", "expected = or !="),
        ("attributes", "character 1"),
        ("attributes:a and attributes:b", "character 13: unexpected text"),
        ("attributes:a attributes:b", "unexpected text"),
        ("(attributes:a", "closing parenthesis"),
        ("attributes:a)", "unexpected text"),
        ("hasPrefix(attributes.name)", "expected a comma"),
        ('hasPrefix(attributes.name, "co"', "closing parenthesis"),
        ('hasSuffix(attributes.name, "co")', "character 1"),
        ("NOT", "character 4"),
    ],
)
def test_what_is_not_a_filter_is_refused_with_its_place(text: str, problem: str) -> None:
    with pytest.raises(InvalidArgumentError, match="Bad filter") as refused:
        parse_filter(text)
    assert problem in str(refused.value)
    assert text in str(refused.value)


def test_a_filter_has_at_most_256_bytes() -> None:
    parse_filter("attributes:" + "a" * 245)
    with pytest.raises(InvalidArgumentError, match="258 bytes"):
        parse_filter('attributes:"' + "ü" * 122 + '"a')


@dataclass(frozen=True)
class Expression:
    """A filter as text, and what it must say of a message."""

    text: str
    holds: Callable[[Mapping[str, str]], bool]


KEYS = st.sampled_from(["a", "b-c", "d e", 'q"'])
VALUES = st.sampled_from(["", "x", "xy", "ä\\"])


def quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def has(key: str) -> Expression:
    return Expression(f"attributes:{quoted(key)}", lambda attributes: key in attributes)


def equals(key: str, value: str) -> Expression:
    return Expression(f"attributes.{quoted(key)} = {quoted(value)}", lambda attributes: attributes.get(key) == value)


def begins(key: str, value: str) -> Expression:
    text = f"hasPrefix(attributes.{quoted(key)}, {quoted(value)})"
    return Expression(text, lambda attributes: key in attributes and attributes[key].startswith(value))


def negated(one: Expression) -> Expression:
    return Expression(f"NOT ({one.text})", lambda attributes: not one.holds(attributes))


def both(one: Expression, other: Expression) -> Expression:
    text = f"({one.text}) AND ({other.text})"
    return Expression(text, lambda attributes: one.holds(attributes) and other.holds(attributes))


def either(one: Expression, other: Expression) -> Expression:
    text = f"({one.text}) OR ({other.text})"
    return Expression(text, lambda attributes: one.holds(attributes) or other.holds(attributes))


EXPRESSIONS = st.recursive(
    st.builds(has, KEYS) | st.builds(equals, KEYS, VALUES) | st.builds(begins, KEYS, VALUES),
    lambda inner: st.builds(negated, inner) | st.builds(both, inner, inner) | st.builds(either, inner, inner),
    max_leaves=4,
)


@given(EXPRESSIONS, st.dictionaries(KEYS, VALUES))
def test_every_combination_means_what_logic_says(expression: Expression, attributes: dict[str, str]) -> None:
    assume(len(expression.text.encode()) <= MAX_FILTER_BYTES)
    assert parse_filter(expression.text)(attributes) is expression.holds(attributes)


@given(st.text(alphabet='atribues.:="() ANDORT-hasPrefix,\\x', max_size=80))
def test_any_text_is_a_filter_or_is_refused(text: str) -> None:
    try:
        matches = parse_filter(text)
    except InvalidArgumentError:
        return
    assert matches({"a": "b"}) in {True, False}


def test_256_parentheses_are_refused_like_any_other_text() -> None:
    with pytest.raises(InvalidArgumentError):
        parse_filter("(" * 256)
