"""Asks the short cut of every hashed field that an event fills: most events need nothing else.

It says what a loop over :data:`~handle.customer.fields.FIELDS` would say, written out a field a line: a place in the
code that always calls the same function calls it more cheaply, and this is where most of handle's time goes
(docs/performance.md).
"""

from __future__ import annotations

from handle.customer import (
    birth_date,
    city,
    country,
    email_address,
    external_id,
    gender,
    names,
    phone,
    state,
    zip_code,
)
from handle.customer.options import Options
from omnicapi.messages import CustomerInformation


def plain_texts(info: CustomerInformation, options: Options, now: float) -> dict[str, str | None]:  # noqa: C901 - 11 times the same
    """Return for each hashed field with values the plain text of the only one, to be hashed and sent.

    ``None`` where there are several, or where the steps of the rule have to be asked. ``now`` is Unix seconds, UTC.
    """
    i, o = info, options
    found: dict[str, str | None] = {}
    if i.em:
        found["em"] = email_address.ordinary(i.em[0], o) if len(i.em) == 1 else None
    if i.ph:
        found["ph"] = phone.ordinary(i.ph[0], o) if len(i.ph) == 1 else None
    if i.fn:
        found["fn"] = names.ordinary(i.fn[0], o) if len(i.fn) == 1 else None
    if i.ln:
        found["ln"] = names.ordinary(i.ln[0], o) if len(i.ln) == 1 else None
    if i.ge:
        found["ge"] = gender.ordinary(i.ge[0], o) if len(i.ge) == 1 else None
    if i.db:
        day = birth_date.ordinary(i.db[0], o) if len(i.db) == 1 else None
        found["db"] = day if day is not None and birth_date.judge(day, now) is None else None
    if i.ct:
        found["ct"] = city.ordinary(i.ct[0], o) if len(i.ct) == 1 else None
    if i.st:
        found["st"] = state.ordinary(i.st[0], o) if len(i.st) == 1 else None
    if i.zp:
        found["zp"] = zip_code.ordinary(i.zp[0], o) if len(i.zp) == 1 else None
    if i.country:
        found["country"] = country.ordinary(i.country[0], o) if len(i.country) == 1 else None
    if i.external_id:
        found["external_id"] = external_id.ordinary(i.external_id[0], o) if len(i.external_id) == 1 else None
    return found
