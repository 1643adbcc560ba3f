"""``country``: ISO 3166-1 alpha-2 in lower case, from any code or name known here (meta-capi.md §3.4 country; CIP)."""

from __future__ import annotations

from handle.customer.already_hashed import pass_hashed
from handle.customer.options import CustomerOptions
from handle.customer.placeholders import refuse_placeholder
from handle.customer.places.country_codes import COUNTRIES, alpha2
from handle.customer.reasons import Reason
from handle.customer.steps import Step, Stepped, refused
from handle.customer.text import readable


def steps(_: CustomerOptions) -> tuple[Step, ...]:
    """Give the steps of the rule."""
    return (
        Step("trim, Unicode NFC", readable),
        Step("already hashed?", pass_hashed()),
        Step("placeholder?", refuse_placeholder()),
        Step("ISO 3166-1 alpha-2", _code),
    )


def ordinary(text: str, _: CustomerOptions) -> str | None:
    """Settle an alpha-2 code at once."""
    # ``ß`` would be SS in capitals, which is South Sudan.
    return text.lower() if text.isascii() and text.upper() in COUNTRIES else None


def _code(text: str) -> Stepped:
    code = alpha2(text)
    return refused(Reason.NOT_A_COUNTRY) if code is None else code.lower()
