"""Addresses of web pages: what is one, and what an address without a page looks like (meta-capi.md §2.1)."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from omnicapi.values.placeholders import NOTHING, is_missing, is_template

SCHEMES = ("https://", "http://")

_is_usual = re.compile(r"https?://[a-z0-9-]++\.[a-z0-9-]++(?:\.[a-z0-9-]++)*+(?=[/?#]|\Z)").match
_is_host = re.compile(r"[\w-]+(?:\.[\w-]+)*\.?|[0-9A-Fa-f:.]{2,45}").fullmatch


def is_page(url: str) -> bool:
    """Tell whether ``url`` is the address of a page: ``https://`` or ``http://``, and a host that is no template."""
    if _is_usual(url):
        return True
    if not url.startswith(SCHEMES):
        return False
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname or "", parts.port
    except ValueError:
        return False
    return _is_host(host) is not None and not is_missing(host, NOTHING)


def with_scheme_in_lower_case(url: str) -> str:
    """Return ``url`` with its scheme as Meta writes it; ``HTTPS://`` is the same (RFC 3986 §3.1)."""
    scheme, colon, rest = url.partition("://")
    return f"{scheme.lower()}{colon}{rest}" if colon else url


def is_no_referrer(url: str) -> bool:
    """Tell whether a referrer is a placeholder, or the beginning of an address; an app's (``android-app:``) is one."""
    begins = url.startswith(SCHEMES) and not is_page(url)
    return begins or is_missing(url, NOTHING) or ("/" not in url and is_template(url))
