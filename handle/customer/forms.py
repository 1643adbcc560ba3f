"""Fields whose values have one strict form, so that everything else about them is asked only when the form fails."""

from __future__ import annotations

import re
from collections.abc import Callable

from handle.customer.already_hashed import refuse_hashed
from handle.customer.placeholders import refuse_placeholder
from handle.customer.reasons import Reason
from handle.customer.steps import Normalised, Stepped, refused
from handle.customer.text import opaque

_refuse_placeholder = refuse_placeholder()


def of_the_form(pattern: re.Pattern[str], otherwise: Reason = Reason.NOT_AN_ID) -> Callable[[str], Stepped]:
    """Make the step that passes a full match and refuses all else: as hashed, as a placeholder, or ``otherwise``."""

    def checked(text: str) -> Stepped:
        return text if pattern.fullmatch(text) else why_not(text, otherwise)

    return checked


def why_not(text: str, otherwise: Reason) -> Normalised:
    """Say as exactly as possible why a value has not the form of its field."""
    for ask in (opaque, refuse_hashed, _refuse_placeholder):
        answer = ask(text)
        if isinstance(answer, Normalised):
            return answer
    return refused(otherwise)
