"""Meta's data processing options: Limited Data Use for people in the United States (meta-capi.md §7.1)."""

from __future__ import annotations

GEOLOCATE = 0
"""Leaves a place to Meta, which finds it by the person's IP address."""

COUNTRIES = {"geolocate": GEOLOCATE, "US": 1}
"""Codes of ``data_processing_options_country``."""

STATES = {
    "geolocate": GEOLOCATE,
    "CA": 1000,
    "CO": 1001,
    "CT": 1002,
    "FL": 1003,
    "OR": 1004,
    "TX": 1005,
    "MT": 1006,
    "DE": 1007,
    "NE": 1008,
    "NH": 1009,
    "NJ": 1010,
    "MN": 1011,
    "MD": 1012,
    "RI": 1013,
}
"""Codes of ``data_processing_options_state``, from the fuller of Meta's two lists."""
