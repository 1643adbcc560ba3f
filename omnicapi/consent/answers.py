"""What a name and a value say about consent, however a source spells them (docs/consent.md)."""

from __future__ import annotations

import unicodedata
from decimal import Decimal
from enum import Enum, auto
from functools import lru_cache
from typing import Any

from omnicapi.consent import names, words

LONGEST_NAME = 100
"""Characters of a signal's name; what is longer is none."""

_LONGEST_WORD = 40


class Answer(Enum):
    """What one value says of a signal.

    ``YES`` and ``NO`` say whether it is true; ``GRANTED`` and ``DENIED`` what the person did, which for a signal that
    is true where somebody opts out is another matter.
    """

    YES = auto()
    NO = auto()
    GRANTED = auto()
    DENIED = auto()
    SILENT = auto()
    UNREADABLE = auto()


@lru_cache(maxsize=4096)
def _squeezed(text: str) -> str:
    plain = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold())
    return "".join(character for character in plain if character.isalnum())


def squeezed(name: str) -> str:
    """Reduce a name or word to its letters and digits; what is too long for a signal to nothing."""
    return _squeezed(name) if len(name) <= LONGEST_NAME else ""


def _by_name(signals: tuple[str, ...], spellings: dict[str, str]) -> dict[str, str]:
    return {squeezed(name): name for name in signals} | {squeezed(other): name for other, name in spellings.items()}


def _decorated() -> dict[str, str]:
    """Return Google's signals with what flat exports write around their names: ``consent_ad_storage``."""
    forms = ("consent_{}", "{}_consent", "{}_status", "{}_state", "consent_mode_{}", "consent_state_{}")
    return {form.format(signal): signal for signal in names.GRANTS for form in forms}


SIGNALS = _by_name((names.CONSENT, *names.GRANTS, *names.OPT_OUTS), _decorated() | names.SPELLINGS)
"""Every signal that is known by name, by its squeezed spellings."""

FORMS = _by_name(tuple(names.FORMS), names.FORM_SPELLINGS)
"""Every encoding of several signals, by its squeezed spellings."""


def signal_name(name: str) -> str:
    """Return what the signal of this name is called: a known one by its usual name, another as it is written."""
    return SIGNALS.get(squeezed(name), name)


def _answers() -> dict[str, Answer]:
    lists = (
        (words.YES, Answer.YES),
        (words.NO, Answer.NO),
        (words.GRANTED, Answer.GRANTED),
        (words.DENIED, Answer.DENIED),
        (words.SILENT, Answer.SILENT),
    )
    return {_squeezed(word): meaning for said, meaning in lists for word in said.split()}


_ANSWERS = _answers()
_ASSENT = (Answer.YES, Answer.GRANTED)
_SEPARATORS = str.maketrans("", "", " _-")


def answer(value: Any) -> Answer:
    """Return what a value says: a boolean, a number, a word in one of the usual languages; ``None`` says nothing.

    A denial is seen through punctuation (``denied!``); a grant must be written as one.
    """
    if value is True:
        return Answer.YES
    if value is False:
        return Answer.NO
    if value is None or value == "":
        return Answer.SILENT
    if isinstance(value, str):
        return _word(value.strip()) if len(value) <= _LONGEST_WORD else Answer.UNREADABLE
    return _number(value) if isinstance(value, int | float | Decimal) else Answer.UNREADABLE


def _word(text: str) -> Answer:
    if not text:
        return Answer.SILENT
    if text[-1].isdigit():
        return _numeral(text)
    found = _ANSWERS.get(_squeezed(text), Answer.UNREADABLE)
    if found in _ASSENT and not text.translate(_SEPARATORS).isalnum():
        return Answer.UNREADABLE
    return found


def _numeral(text: str) -> Answer:
    try:
        return _number(Decimal(text))
    except ArithmeticError:
        return Answer.UNREADABLE


def _number(value: Decimal | float) -> Answer:
    if value == 1:
        return Answer.YES
    return Answer.NO if value == 0 else Answer.UNREADABLE
