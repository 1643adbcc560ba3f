"""``external_id``: the client's own id in one form on every channel (meta-capi.md §3.4 external_id; CIP, EX).

Why this form: docs/adr/0014. Leading zeros stay, since an id is text; an id of zeros only is a system's guest.
"""

from __future__ import annotations

import re

from handle.customer.already_hashed import SHORTEST_HASH, pass_hashed_id, refuse_damaged
from handle.customer.options import CustomerOptions
from handle.customer.placeholders import refuse_no_id
from handle.customer.spreadsheets import whole_number
from handle.customer.steps import Normalised, Step
from handle.customer.text import lower_case, readable, without_spaces

# With a digit that is no zero, an id has a part of its own.
_is_ordinary = re.compile(rf"(?=[^1-9]*+[1-9])[A-Za-z0-9][A-Za-z0-9_-]{{0,{SHORTEST_HASH - 2}}}").fullmatch


def steps(options: CustomerOptions) -> tuple[Step, ...]:
    """Give the steps of the rule."""
    if options.external_id_form == "as_is":
        return (*_ARRIVED, Step("no damaged hash", refuse_damaged), Step("as it is, not hashed", _as_it_is))
    return (
        *_ARRIVED,
        Step("undo the spreadsheet", whole_number),
        Step("no white space", without_spaces),
        Step("already hashed?", pass_hashed_id),
        Step("lower case", lower_case),
        Step("still an id?", refuse_no_id),
    )


def ordinary(text: str, options: CustomerOptions) -> str | None:
    """Settle an id of ASCII letters and digits at once."""
    return text.lower() if options.external_id_form == "lower" and _is_ordinary(text) else None


def _as_it_is(text: str) -> Normalised:
    return Normalised(text, text)


_ARRIVED = (
    Step("trim, Unicode NFC", readable),
    Step("placeholder?", refuse_no_id),
)
