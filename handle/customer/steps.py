"""A field's rule is a short list of steps; this module runs it, and shows every step to whoever asks."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import msgspec

from handle.customer.hashing import sha256_hex
from handle.customer.reasons import Reason
from omnicapi.values.placeholders import PLACEHOLDER_HASHES


class Normalised(msgspec.Struct, frozen=True, gc=False):
    """What became of one value. It holds personal data, so its ``repr`` shows only the reason."""

    value: str | None = None
    """What is sent: the hash, or the text of a field that is not hashed. None: nothing is sent."""
    plain: str | None = None
    """The normalised text before hashing; None where it arrived hashed or is refused. Never to be logged."""
    reason: Reason | None = None
    """Why it is refused; or, for a value that is sent, what was mended."""

    def __repr__(self) -> str:
        return f"Normalised({'refused' if self.value is None else 'sent'}, reason={self.reason and self.reason.value})"

    def __rich_repr__(self) -> list[tuple[str, str | None]]:
        """Show rich what ``repr`` shows."""
        return [("reason", self.reason and self.reason.value)]


class Passed(msgspec.Struct, frozen=True, gc=False):
    """A step's text with something to say about it; like the text, never to be logged."""

    text: str
    note: Reason | None = None
    """What was mended, for the outcome to mention."""

    def __repr__(self) -> str:
        return f"Passed(note={self.note and self.note.value})"


Stepped = str | Passed | Normalised
"""What a step gives: text for the next step, or the end (refused, or already hashed)."""


class Step(NamedTuple):
    """One thing done to a value: ``name`` says it to a person; ``run`` promises never to raise for any text."""

    name: str
    run: Callable[[str], Stepped]


_REFUSALS = {reason: Normalised(reason=reason) for reason in Reason}


def refused(reason: Reason) -> Normalised:
    """End a rule: nothing is sent."""
    return _REFUSALS[reason]


def walk(steps: tuple[Step, ...], value: str, *, hashed: bool, seen: list[tuple[str, str]] | None = None) -> Normalised:
    """Take a value through its steps and hash what is left; ``seen`` collects each step and the text it gave."""
    text = value
    note: Reason | None = None
    for step in steps:
        result = step.run(text)
        if isinstance(result, str):  # asked first: nearly always so, and the cheapest question
            text = result
        elif isinstance(result, Passed):
            text, note = result.text, result.note or note
        else:
            return result
        if seen is not None:
            seen.append((step.name, text))
    return _hashed(text, note) if hashed else Normalised(text, text, note)


def _hashed(text: str, note: Reason | None) -> Normalised:
    digest = sha256_hex(text)
    # What is left of a value can be such a word though the value was not: '"null"' without its punctuation.
    return refused(Reason.PLACEHOLDER) if digest in PLACEHOLDER_HASHES else Normalised(digest, text, note)
