"""Subscription filters: Google's filter language over a message's attributes.

The grammar of cloud.google.com/pubsub/docs/subscription-message-filter, upper-case operators only:

    expression = term { "AND" term } | term { "OR" term }      mixing the two needs parentheses
    term       = ( "NOT" | "-" ) term | "(" expression ")" | condition
    condition  = "attributes" ":" key
               | "attributes" "." key ( "=" | "!=" ) string
               | "hasPrefix" "(" "attributes" "." key "," string ")"
    key        = letters, digits, "_", "-" | string
"""

import re
from collections.abc import Callable, Mapping

from local.pubsub.errors import InvalidArgumentError

Attributes = Mapping[str, str]
Filter = Callable[[Attributes], bool]

MAX_FILTER_BYTES = 256

_KEY = r"[A-Za-z0-9_-]+"
_STRING = r'"(?:[^"\\]|\\.)*"'
_ESCAPE = re.compile(r"\\(?:u([0-9A-Fa-f]{4})|x([0-9A-Fa-f]{2})|([0-7]{1,3})|(.))")
_CONTROL = {"n": "\n", "r": "\r", "t": "\t"}


def parse_filter(text: str) -> Filter:
    """Make the predicate that ``text`` describes; the empty filter matches every message.

    Raises InvalidArgumentError that shows where the expression stops being a filter.
    """
    if len(text.encode()) > MAX_FILTER_BYTES:
        raise InvalidArgumentError(f"The filter has {len(text.encode())} bytes; the maximum is {MAX_FILTER_BYTES}.")
    return _Parser(text).parse() if text.strip() else lambda _attributes: True


class _Parser:
    """Recursive descent over the text; ``_at`` is the next character to read."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._at = 0

    def parse(self) -> Filter:
        found = self._expression()
        if self._accept(r"AND\b|OR\b"):
            raise self._error("AND and OR together need parentheses")
        if self._accept(r"\Z") is None:
            raise self._error("unexpected text")
        return found

    def _expression(self) -> Filter:
        terms = [self._term()]
        for operator, combine in (("AND", all), ("OR", any)):
            while self._accept(rf"{operator}\b"):
                terms.append(self._term())
            if len(terms) > 1:
                return _combined(combine, terms)
        return terms[0]

    def _term(self) -> Filter:
        if self._accept(r"NOT\b|-"):
            denied = self._term()
            return lambda attributes: not denied(attributes)
        if self._accept(r"\("):
            inner = self._expression()
            self._expect(r"\)", "a closing parenthesis; AND and OR together need parentheses of their own")
            return inner
        return self._condition()

    def _condition(self) -> Filter:
        if self._accept(r"hasPrefix\s*\("):
            return self._prefix()
        if self._accept(r"attributes\s*:"):
            key = self._key()
            return lambda attributes: key in attributes
        key = self._member()
        operator = self._expect(r"!=|=", "= or !=")
        value = self._string()
        # A message without the attribute matches "!=": Google describes it as without that key and value together.
        return lambda attributes: (attributes.get(key) == value) is (operator == "=")

    def _prefix(self) -> Filter:
        key = self._member()
        self._expect(",", "a comma")
        prefix = self._string()
        self._expect(r"\)", "a closing parenthesis")
        return lambda attributes: key in attributes and attributes[key].startswith(prefix)

    def _member(self) -> str:
        self._expect(r"attributes\s*\.", "attributes.KEY, attributes:KEY or hasPrefix(attributes.KEY, ...)")
        return self._key()

    def _key(self) -> str:
        found = self._expect(rf"{_STRING}|{_KEY}", "an attribute key")
        return _unquoted(found) if found.startswith('"') else found

    def _string(self) -> str:
        return _unquoted(self._expect(_STRING, "a string in double quotes"))

    def _expect(self, pattern: str, wanted: str) -> str:
        found = self._accept(pattern)
        if found is None:
            raise self._error(f"expected {wanted}")
        return found

    def _accept(self, pattern: str) -> str | None:
        found = re.compile(rf"\s*({pattern})").match(self._text, self._at)
        if not found:
            return None
        self._at = found.end()
        return found.group(1)

    def _error(self, problem: str) -> InvalidArgumentError:
        return InvalidArgumentError(f"Bad filter at character {self._at + 1}: {problem} in: {self._text}")


def _combined(combine: Callable[[list[bool]], bool], terms: list[Filter]) -> Filter:
    return lambda attributes: combine([term(attributes) for term in terms])


def _unquoted(literal: str) -> str:
    return _ESCAPE.sub(_unescaped, literal[1:-1])


def _unescaped(found: re.Match[str]) -> str:
    unicode, hexadecimal, octal, other = found.groups()
    if octal:
        return chr(int(octal, 8))
    if other:
        return _CONTROL.get(other, other)
    return chr(int(unicode or hexadecimal, 16))
