"""Asks the short cut of every hashed field that an event fills: most events need nothing else.

It says what a loop over :data:`~handle.customer.fields.FIELDS` would say, written out a field a line: a place in the
code that always calls the same function calls it more cheaply, and this is where most of handle's time goes
(docs/performance.md).
"""

from __future__ import annotations

from handle.customer import birth_date, email_address, external_id, gender, names
from handle.customer.options import CustomerOptions
from handle.customer.phones import phone
from handle.customer.places import city, country, state, zip_code
from omnicapi.messages import CustomerInformation


def plain_texts(info: CustomerInformation, options: CustomerOptions, now: float) -> dict[str, str | None]:  # noqa: C901 - 11 times the same
    """Return for each hashed field with values the plain text of the only one, to be hashed and sent.

    ``None`` where there are several, or where the steps of the rule have to be asked. ``now`` is Unix seconds, UTC.
    """
    i, o = info, options
    found: dict[str, str | None] = {}
    if values := i.em:
        found["em"] = email_address.ordinary(values[0], o) if len(values) == 1 else None
    if values := i.ph:
        found["ph"] = phone.ordinary(values[0], o) if len(values) == 1 else None
    if values := i.fn:
        found["fn"] = names.ordinary(values[0], o) if len(values) == 1 else None
    if values := i.ln:
        found["ln"] = names.ordinary(values[0], o) if len(values) == 1 else None
    if values := i.ge:
        found["ge"] = gender.ordinary(values[0], o) if len(values) == 1 else None
    if values := i.db:
        day = birth_date.ordinary(values[0], o) if len(values) == 1 else None
        found["db"] = day if day is not None and birth_date.judge(day, now) is None else None
    if values := i.ct:
        found["ct"] = city.ordinary(values[0], o) if len(values) == 1 else None
    if values := i.st:
        found["st"] = state.ordinary(values[0], o) if len(values) == 1 else None
    if values := i.zp:
        found["zp"] = zip_code.ordinary(values[0], o) if len(values) == 1 else None
    if values := i.country:
        found["country"] = country.ordinary(values[0], o) if len(values) == 1 else None
    if values := i.external_id:
        found["external_id"] = external_id.ordinary(values[0], o) if len(values) == 1 else None
    return found
