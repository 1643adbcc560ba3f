"""Keys and columns that are about consent, as what a plan reads: those of messages, and those of a file's header."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

from ingest.consent.forms import FORM_OF
from ingest.consent.reading import is_known
from ingest.events.filling import Column
from ingest.values.fields import CONSENT, Field, Kind, find
from ingest.values.places import letters
from omnicapi.consent.answers import FORMS, signal_name, squeezed


def consent_field(name: str) -> Field:
    """Return the field of the signal that a map calls ``name``: yes or no, or one of the encodings."""
    in_a_form = squeezed(name) in FORMS or signal_name(name) in {CONSENT, *FORM_OF}
    kind = Kind.CONSENT if in_a_form else Kind.SIGNAL
    return find(f"{CONSENT}.{name}") or Field(CONSENT, name, kind, f"{CONSENT}.{name}")


def consent_field_of_key(key: str) -> Field | None:
    """Return the field of a message's dotted key that is about consent, or ``None`` for any other key."""
    if is_known(key) or any(map(is_known, key.split("."))):
        return Field(CONSENT, key, Kind.CONSENT, key)
    return None


def unnamed_columns(header: Sequence[str], taken: Collection[int]) -> Iterator[Column]:
    """Yield the columns of a file whose header is about consent by name, and which its map does not look at.

    A map may forget one; what a person refused there must not be sent for it.
    """
    for index, cell in enumerate(header):
        name = _without_explanation(cell)
        if index not in taken and is_known(name):
            yield Column(index, Field(CONSENT, name, Kind.CONSENT, f"{CONSENT}.{signal_name(name)}"), letters(index))


def _without_explanation(header: str) -> str:
    """Return a header without what it says of its answers: ``Marketing Consent (yes/no)``."""
    bare = header.rstrip(" ?")
    return bare.rpartition("(")[0] or bare if bare.endswith(")") else bare
