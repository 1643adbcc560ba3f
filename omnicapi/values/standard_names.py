"""Meta's own names of events and of where they happen, in whatever spelling a source uses.

Meta compares names letter by letter and takes any other name as a custom event, to which none of a standard event's
rules applies and which no campaign for purchases counts. Case, blanks, ``-`` and ``_`` therefore do not count here:
``PURCHASE`` and ``add_to_cart`` are meant. A name with anything else in it (``Purchase2``, ``first_purchase``) is a
custom event's.
"""

from __future__ import annotations

import unicodedata
from functools import lru_cache

_EVENTS = """
    AddPaymentInfo AddToCart AddToWishlist CompleteRegistration Contact CustomizeProduct Donate FindLocation
    InitiateCheckout Lead PageView Purchase Schedule Search StartTrial SubmitApplication Subscribe ViewContent
    AppendAttribution AppendValue MobileAppInstall
"""
EVENTS = frozenset(_EVENTS.split())
"""Standard events, and the special ones of any action source (meta-capi.md §6.1)."""

_MESSAGING_EVENTS = """
    Purchase LeadSubmitted InitiateCheckout AddToCart ViewContent OrderCreated OrderShipped OrderDelivered
    OrderCanceled OrderReturned CartAbandoned QualifiedLead RatingProvided ReviewProvided
"""
MESSAGING_EVENTS = frozenset(_MESSAGING_EVENTS.split())
"""Events that business messaging supports (meta-capi.md §2.6). Elsewhere a name like these is a custom event's."""

MESSAGING = "business_messaging"
"""The action source of message threads."""

_ACTION_SOURCES = "email website app phone_call chat physical_store system_generated other"
ACTION_SOURCES = frozenset({*_ACTION_SOURCES.split(), MESSAGING})
"""Where events happen (meta-capi.md §2.2)."""

LONGEST = 64
"""Characters of a name that may be one of Meta's in another spelling; the longest of Meta's own has 20."""

_SEPARATORS = "-_"
_INVISIBLE = "Cf"  # Unicode's category of zero-width characters, which come along with copied text


def standard_event(name: str, action_source: str = "") -> str:
    """Return Meta's name of the event that ``name`` spells, or ``name`` itself where it is a custom event's."""
    if name in EVENTS or len(name) > LONGEST:
        return name
    found = _EVENT_OF.get(key_of(name))
    return found or (_MESSAGING_EVENT_OF.get(key_of(name), name) if action_source == MESSAGING else name)


def standard_action_source(name: str) -> str:
    """Return Meta's name of the action source that ``name`` spells, or ``name`` itself where it is none."""
    return name if name in ACTION_SOURCES or len(name) > LONGEST else _ACTION_SOURCE_OF.get(key_of(name), name)


@lru_cache(maxsize=1024)
def key_of(name: str) -> str:
    """Return what of a name counts: the same for all its spellings. For names of at most :data:`LONGEST` characters."""
    letters = unicodedata.normalize("NFKC", name).casefold()
    return "".join(
        letter
        for letter in letters
        if not (letter in _SEPARATORS or letter.isspace() or unicodedata.category(letter) == _INVISIBLE)
    )


_EVENT_OF = {key_of(name): name for name in EVENTS}
_MESSAGING_EVENT_OF = {key_of(name): name for name in MESSAGING_EVENTS}
_ACTION_SOURCE_OF = {key_of(name): name for name in ACTION_SOURCES}
