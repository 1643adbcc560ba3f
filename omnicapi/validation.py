"""What msgspec says about data that does not fit, without the data."""

from __future__ import annotations

import re

import msgspec

NOT_JSON = (msgspec.DecodeError, UnicodeDecodeError, RecursionError)
"""What decoding raises where data is no JSON, or does not fit its type."""

_PLACE = re.compile(r" - at `(?:key` in `)?\$[\w.\[\]]*`$")


def without_value(error: Exception) -> str:
    """Say what was expected and at which path; never quote the value, which may be personal data or a token.

    ``error`` is what decoding or converting raised. Of msgspec's texts those on
    values outside an enumeration quote one.
    """
    if isinstance(error, RecursionError):
        return "Nested too deeply"
    if not isinstance(error, msgspec.DecodeError):
        return "Not text in UTF-8"
    text = str(error)
    if text.startswith(("Invalid value ", "Invalid enum value ")):
        place = _PLACE.search(text)
        return "Not one of the accepted values" + (place[0] if place else "")
    return text
