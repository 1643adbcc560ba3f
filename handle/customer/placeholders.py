"""Refuses values that stand for a missing one: words, template text, masks (meta-capi.md §3.1.6)."""

from __future__ import annotations

import re
from collections.abc import Callable

from handle.customer.reasons import Reason
from handle.customer.steps import Stepped, refused
from omnicapi.values.placeholders import PLACEHOLDERS, is_hash_of_nothing, is_missing, is_no_id, is_template

_SIGNS = re.compile(r"[{}<>\[%$_|?(*•●]")
_MASKS = ("**", "••", "●●")


def refuse_placeholder(*more: str) -> Callable[[str], Stepped]:
    """Make the step for a field; ``more`` are words that mean nothing there, though they do elsewhere."""
    words = PLACEHOLDERS.union(more)

    def not_a_placeholder(text: str) -> Stepped:
        if is_missing(text, words):
            return refused(Reason.PLACEHOLDER)
        return _template_or_masked(text) if _SIGNS.search(text) else text

    return not_a_placeholder


def refuse_no_id(text: str) -> Stepped:
    """Refuse a text that identifies nobody: a placeholder of any kind, zeros only, or an id without its own part."""
    if is_hash_of_nothing(text):
        return refused(Reason.HASH_OF_PLACEHOLDER)
    masked = _template_or_masked(text)
    return refused(Reason.PLACEHOLDER) if isinstance(masked, str) and is_no_id(text) else masked


def _template_or_masked(text: str) -> Stepped:
    if is_template(text):
        return refused(Reason.TEMPLATE)
    return refused(Reason.MASKED) if any(mask in text for mask in _MASKS) else text
