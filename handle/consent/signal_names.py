"""Names of signals in a policy: the usual ones for known signals, and a refusal of those that no event can carry."""

from __future__ import annotations

from omnicapi.consent import names
from omnicapi.consent.answers import FORMS, LONGEST_NAME, SIGNALS, squeezed
from omnicapi.values.field_names import field_names

_FIELDS = frozenset(map(squeezed, field_names()))
_WHOLE = frozenset(map(squeezed, (*names.WHOLE, *names.AGREED, *names.REFUSED)))
_NO_SIGNALS = frozenset(map(squeezed, names.NO_SIGNALS))


def why_not_a_signal(name: str) -> str | None:
    """Return why no source could say the signal that a policy calls ``name``, or ``None`` where every source can."""
    key = squeezed(name)
    if not key or "." in name:
        return f"is no name of a key: write letters and digits, at most {LONGEST_NAME}, without a point"
    if key in SIGNALS:
        return None
    if key in FORMS:
        return f"says several signals at once: name {names.FORMS[FORMS[key]]}"
    if key in _FIELDS:
        return "is a field of the event, which no source can use for consent: give the signal another name"
    if key in _WHOLE or key in _NO_SIGNALS:
        return f"is no signal among what is said of consent: name the signal, or {names.CONSENT!r} for all of them"
    return None
