"""What a browser's own request says about its user, for the events in it (meta-capi.md §3)."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass
from typing import Any

import flask

from omnicapi.messages import Event

COOKIES = {"fbp": "_fbp", "fbc": "_fbc"}
"""Meta's first-party cookies by field; a browser sends them where the collector shares the site's domain."""


@dataclass(frozen=True, repr=False)
class Told:
    """What the request says; ``None`` where it says nothing usable."""

    client_ip_address: str | None
    client_user_agent: str | None
    fbp: str | None
    fbc: str | None

    def complete(self, event: Event) -> None:
        """Fill, in place, what the event does not say itself.

        To be called when it has its id: the same event sent again from another network is the same event.
        """
        for field in self.__dataclass_fields__:
            if getattr(event.user_data, field) is None:
                setattr(event.user_data, field, getattr(self, field))


def told_by(request: flask.Request, hop: int) -> Told:
    """Return what ``request`` says about its user. ``hop`` is the place of the address in ``X-Forwarded-For``.

    Counted from the right, because what stands further left is whatever the caller wrote: Cloud Run adds the caller's
    address last (1), a load balancer before it adds its own after that (2).
    """
    cookies: dict[str, Any] = {field: request.cookies.get(name) or None for field, name in COOKIES.items()}
    agent = request.headers.get("User-Agent", "").strip() or None
    return Told(_address(request.headers.get("X-Forwarded-For", ""), hop), agent, **cookies)


def _address(forwarded_for: str, hop: int) -> str | None:
    hops = [part.strip() for part in forwarded_for.split(",")]
    try:
        address = ipaddress.ip_address(hops[-hop])
    except (IndexError, ValueError):
        return None
    # Meta wants the user's: one that the Internet does not know is that of something between.
    return str(address) if address.is_global else None
