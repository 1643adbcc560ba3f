"""What a browser's own request says about its user, for the events in it (meta-capi.md §3)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from starlette.requests import Request as HttpRequest

from ingest.consent.forms import gpc
from ingest.consent.signals import ConsentSignals
from omnicapi.http.asgi import header
from omnicapi.messages import Event
from omnicapi.values.ip_address import is_public, parsed
from omnicapi.values.placeholders import is_missing

_FILLED = ("client_ip_address", "client_user_agent", "fbp", "fbc")

COOKIES = {"fbp": "_fbp", "fbc": "_fbc"}
"""Meta's first-party cookies by field; a browser sends them where the collector shares the site's domain."""


@dataclass(frozen=True, repr=False)
class Request:
    """What the request says; ``None`` where it says nothing usable."""

    client_ip_address: str | None
    client_user_agent: str | None
    fbp: str | None
    fbc: str | None
    opts_out_of_sale: bool = False
    """Whether it carries Global Privacy Control."""

    def complete(self, event: Event) -> None:
        """Fill, in place, what the event does not say itself, and add an IPv6 address to whatever it says.

        To be called when it has its id: the same event sent again from another network is the same event.
        """
        user = event.user_data
        for field in _FILLED:
            said = getattr(user, field)
            if said is None or (isinstance(said, str) and is_missing(said)):
                setattr(user, field, getattr(self, field) or said)
            elif field == "client_ip_address":
                user.client_ip_address = _with_ipv6(said, self.client_ip_address)
        if self.opts_out_of_sale:
            consent = ConsentSignals()
            gpc(True, consent)
            consent.fill(event)


def caller_address(request: HttpRequest, hop: int) -> str:
    """Return the address that a request comes from, in ``X-Forwarded-For`` or, without it, at the other end.

    ``hop`` is its place there, counted from the right, because what stands further left is whatever the caller wrote:
    Cloud Run adds the caller's address last (1), a load balancer before it adds its own after that (2).
    """
    return _forwarded_for(request, hop) or (request.client.host if request.client else "")


def read_request(request: HttpRequest, hop: int) -> Request:
    """Return what ``request`` says about its user. ``hop`` is that of :func:`caller_address`."""
    cookies: dict[str, Any] = {field: request.cookies.get(name) or None for field, name in COOKIES.items()}
    agent = (header(request.scope, b"user-agent") or "").strip() or None
    address = _public(_forwarded_for(request, hop))
    opts_out = (header(request.scope, b"sec-gpc") or "").strip() == "1"
    return Request(address, agent, **cookies, opts_out_of_sale=opts_out)


def _forwarded_for(request: HttpRequest, hop: int) -> str:
    hops = (header(request.scope, b"x-forwarded-for") or "").split(",")
    return hops[-hop].strip() if hop <= len(hops) else ""


def _public(text: str) -> str | None:
    address = parsed(text)
    # Meta wants the user's: one that the Internet does not know is that of something between.
    return str(address) if address is not None and is_public(address) else None


def _with_ipv6(given: str | list[str], seen: str | None) -> str | list[str]:
    """Return the event's address, and beside it that of the request where it is IPv6, which Meta prefers (§3.5)."""
    if seen is None or ":" not in seen:
        return given
    return [given, seen] if isinstance(given, str) else [*given, seen]
