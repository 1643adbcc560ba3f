"""``fn`` and ``ln``: lower case, without white space and punctuation (meta-capi.md §3.4 fn, ln; CIP; docs/adr/0010).

Full names are not split: no rule of splitting holds for every culture.
"""

from __future__ import annotations

from handle.customer.already_hashed import pass_hashed
from handle.customer.options import Options
from handle.customer.placeholders import refuse_placeholder
from handle.customer.reasons import Reason
from handle.customer.steps import Step
from handle.customer.text import lower_case, readable, refuse_email, with_a_letter, without_punctuation, words


def steps(options: Options) -> tuple[Step, ...]:
    """Give the steps of the rule."""
    google = Reason.GOOGLE_HASHED if options.google_hashed else None
    return (
        Step("trim, Unicode NFC", readable),
        Step("already hashed?", pass_hashed(google=google)),
        Step("placeholder?", refuse_placeholder()),
        Step("not another field?", refuse_email),
        Step("lower case", lower_case),
        Step("no white space, no punctuation", without_punctuation),
        Step("a letter left?", with_a_letter),
    )


ordinary = words
"""Settle names in Latin letters at once."""
