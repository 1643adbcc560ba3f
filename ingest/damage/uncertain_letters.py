"""Letters that were lost, or that are others in each encoding that the file may be in.

A name with one is left out: hashed with a wrong letter it matches nobody, and nobody notices. What tells events,
orders, products or addresses apart, and what a person decided, is asked about.
"""

from __future__ import annotations

from ingest.damage.kinds import Mended, Refusal, Site
from ingest.readers.encodings.decoding import UNCERTAIN

_EMAIL = "user_data.em"


def mend(cell: str, site: Site) -> Mended | None:
    """Leave a cell out that has such letters; refuse its row where it cannot go on without."""
    if UNCERTAIN not in cell:
        return None
    if site.is_needed or site.is_any_id or site.is_decision or site.field.path == _EMAIL:
        raise refusal()
    return Mended("", "encoding_uncertain")


def refusal() -> Refusal:
    """Return why a row cannot be read that has such letters where they decide something."""
    return Refusal(
        "encoding_uncertain",
        "letters were lost, or are others in each encoding that the file may be in; save the file as CSV UTF-8, or say "
        'in the map which it is, such as "encoding": "cp1250".',
    )
