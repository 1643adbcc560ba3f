"""The forms of Meta's identifiers, each once (meta-capi.md §3.5–§3.7, §5).

What ingest tells columns by, handle sends and handle's rules ask is the same form. The stand-in of Meta's has its own,
so that a mistake here is seen (tests/test_identifiers_agree.py).
"""

from __future__ import annotations

import re

from omnicapi.window import DAY

APPENDIX = r"\.(?:[A-Za-z0-9_-]{8}|A[Qgw]|B[AQg])"
"""The token that capi-param-builder appends: 8 characters, or one of six pairs of old (§3.7). A pattern's text."""

LONGEST_CLICK_ID = 500
"""Characters of the longest ``fbclid``; Meta's param builder ignores longer ones."""

CLICK_LIFE = 90 * DAY
"""Seconds a click counts: the life of its cookie (§3.6)."""

EXTINFO_SLOTS = 16
"""Elements of ``app_data.extinfo`` (§5)."""

NO_DEVICE = "00000000-0000-0000-0000-000000000000"
"""The advertising id of a device whose owner does not allow tracking (§3.5)."""

_CLICK_ID = rf"[A-Za-z0-9_-]{{1,{LONGEST_CLICK_ID}}}"
_COOKIE = r"fb\.\d\.(?P<created_ms>\d{13})\."

FBC = re.compile(rf"{_COOKIE}(?P<click_id>{_CLICK_ID})(?:{APPENDIX})?", re.ASCII)
"""``fb.<subdomain index>.<creation time in ms>.<fbclid>``, with or without appendix."""

FBP = re.compile(rf"{_COOKIE}\d{{1,20}}(?:{APPENDIX})?", re.ASCII)
"""``fb.<subdomain index>.<creation time in ms>.<random number>``: 10 digits in Meta's page, 17 and 18 in browsers."""

IN_SECONDS = re.compile(r"fb\.\d\.\d{10}\.(?P<id>[A-Za-z0-9_.-]+)", re.ASCII)
"""A cookie that somebody built with seconds where milliseconds belong; Meta refuses it."""

CLICK_ID = re.compile(_CLICK_ID)
"""The ``fbclid`` of a click."""

SHA256 = re.compile(rf"(?P<digest>[0-9A-Fa-f]{{64}})(?P<appendix>{APPENDIX})?")
"""A hash in hex of any case, with or without appendix."""

UUID = re.compile(r"[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}")
"""The form of an advertising id."""

LEAD_ID = re.compile(r"[1-9]\d{14,16}", re.ASCII)
"""The id of a lead of Meta's: 15 to 17 digits."""
