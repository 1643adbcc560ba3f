"""Refuses values that stand for a missing one: words, template text, masks (meta-capi.md §3.1.6)."""

from __future__ import annotations

import re
from collections.abc import Callable

from handle.customer.missing_words import PLACEHOLDERS
from handle.customer.reasons import Reason
from handle.customer.steps import Stepped, refused

# A brace pair, a percent pair and the like, or a call with empty brackets such as sha256hex(lowercase()).
_TEMPLATE = re.compile(r"\{\{|\}\}|\$\{|%%|<%|%>|^[{<\[]\w+[}>\]]$|^%\w+%$|[A-Za-z_]\(\)|^sha-?256\w*\(", re.IGNORECASE)
_SIGNS = re.compile(r"[{<\[%(*•●]")


def refuse_placeholder(*more: str) -> Callable[[str], Stepped]:
    """Make the step for a field; ``more`` are words that mean nothing there, though they do elsewhere."""
    words = PLACEHOLDERS.union(more)

    def not_a_placeholder(text: str) -> Stepped:
        # Quotation marks are what a file read with the wrong delimiter leaves around a word.
        if text.strip("\"'").lower() in words or not (text[0].isalnum() or any(map(str.isalnum, text))):
            return refused(Reason.PLACEHOLDER)
        return _template_or_masked(text) if _SIGNS.search(text) else text

    return not_a_placeholder


def _template_or_masked(text: str) -> Stepped:
    if _TEMPLATE.search(text):
        return refused(Reason.TEMPLATE)
    if any(mask in text for mask in ("**", "••", "●●")):
        return refused(Reason.MASKED)
    return text
