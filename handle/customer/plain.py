"""What Meta takes unhashed and as it is: user agent, device and account identifiers (meta-capi.md §3.5; CIP, MSG)."""

from __future__ import annotations

import re

from handle.customer.already_hashed import refuse_hashed
from handle.customer.forms import of_the_form
from handle.customer.options import CustomerOptions
from handle.customer.placeholders import refuse_placeholder
from handle.customer.reasons import Reason
from handle.customer.spreadsheets import whole_number
from handle.customer.steps import Step, Stepped, refused
from handle.customer.text import opaque
from omnicapi.values.identifiers import LEAD_ID, UUID

_USER_ID = re.compile(r"[1-9]\d{0,19}", re.ASCII)
_BROWSER = re.compile(r"Mozilla/5\.0 \([A-Za-z0-9 ;:,._/()+=-]{1,400}(?<! )")


def user_agent_steps(_: CustomerOptions) -> tuple[Step, ...]:
    """Give the steps for ``client_user_agent``: verbatim."""
    return _arrived()


def user_agent_ordinary(text: str, _: CustomerOptions) -> str | None:
    """Settle a browser's user agent at once."""
    return text if _BROWSER.fullmatch(text) and "()" not in text else None


def id_steps(_: CustomerOptions) -> tuple[Step, ...]:
    """Give the steps for ids of accounts and people, which Meta types as strings: one word, its case kept."""
    return (*_arrived(), Step("undo the spreadsheet", whole_number), Step("one word?", _one_word))


def click_to_whatsapp_steps(_: CustomerOptions) -> tuple[Step, ...]:
    """Give the steps for ``ctwa_clid``: opaque, unaltered."""
    return (*_arrived(), Step("one word?", _one_word))


def lead_id_steps(_: CustomerOptions) -> tuple[Step, ...]:
    """Give the steps for ``lead_id``: an integer of 15 to 17 digits (CRM); exports of lead forms write ``l:`` first."""
    return (
        Step("trim", opaque),
        Step("undo the spreadsheet", whole_number),
        Step("without l:", _without_prefix),
        Step("15 to 17 digits?", of_the_form(LEAD_ID)),
    )


def user_id_steps(_: CustomerOptions) -> tuple[Step, ...]:
    """Give the steps for ``fb_login_id``: an integer."""
    return (Step("trim", opaque), Step("undo the spreadsheet", whole_number), Step("digits?", of_the_form(_USER_ID)))


def madid_steps(_: CustomerOptions) -> tuple[Step, ...]:
    """Give the steps for ``madid``: a UUID as the device gives it; zeros only stand for tracking not allowed."""
    return (Step("trim", str.strip), Step("a UUID?", of_the_form(UUID)), Step("not only zeros?", _not_zeros))


def _arrived() -> tuple[Step, ...]:
    return (
        Step("trim", opaque),
        Step("not hashed?", refuse_hashed),
        Step("placeholder?", refuse_placeholder()),
    )


def _one_word(text: str) -> Stepped:
    return text if len(text.split()) == 1 else refused(Reason.NOT_AN_ID)


def _without_prefix(text: str) -> str:
    return text.removeprefix("l:")


def _not_zeros(text: str) -> Stepped:
    return text if text.strip("0-") else refused(Reason.PLACEHOLDER)
