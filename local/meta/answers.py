"""The answer to one call, before it becomes HTTP: the documented bodies and headers, or a cut connection."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from http import HTTPStatus

import msgspec

from local.meta.errors import GraphError

_JSON = {"Content-Type": "application/json; charset=UTF-8"}


@dataclass(frozen=True, slots=True)
class Answer:
    """Status, body and headers; status 0 stands for a connection cut without an answer.

    `code` and `subcode` repeat the Graph error of the body, `accepted` says that the events were recorded.
    """

    status: int
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)
    code: int | None = None
    subcode: int | None = None
    accepted: bool = False


def new_fbtrace_id() -> str:
    """Make an id of Meta's form: `A` and 22 URL-safe characters, unique."""
    return f"A{secrets.token_urlsafe(16)}"


def success(events_received: int, fbtrace_id: str) -> Answer:
    """Word the success answer (meta-capi.md §1.4)."""
    body = {"events_received": events_received, "messages": [], "fbtrace_id": fbtrace_id}
    return Answer(200, msgspec.json.encode(body), _JSON, accepted=True)


def failure(error: GraphError, fbtrace_id: str) -> Answer:
    """Word an error answer, with the `WWW-Authenticate` header Graph gives it."""
    why = "invalid_token" if error.status == HTTPStatus.UNAUTHORIZED else "invalid_request"
    challenge = {"WWW-Authenticate": f'OAuth "Facebook Platform" "{why}" "{header_safe(error.message)}"'}
    body = msgspec.json.encode(error.body(fbtrace_id))
    return Answer(error.status, body, {**_JSON, **challenge, **error.headers}, error.code, error.subcode)


def header_safe(text: str) -> str:
    """Escape what an HTTP header cannot hold: line ends and letters beyond ASCII, which a path may bring."""
    return ascii(text)[1:-1]


def cut(*, accepted: bool = False) -> Answer:
    """Give no answer at all."""
    return Answer(0, accepted=accepted)


def proxy_page(status: int) -> Answer:
    """Write the page of a proxy that could not reach Meta."""
    body = f"<!DOCTYPE html><html><head><title>Error {status}</title></head><body>Sorry.</body></html>"
    return Answer(status, body.encode(), {"Content-Type": "text/html; charset=utf-8"})


def usage_headers(percent: int, regain_minutes: int, business_id: str) -> dict[str, str]:
    """Write the three usage headers of meta-capi.md §9.2."""
    shares = {"call_count": percent, "total_cputime": percent, "total_time": percent}
    tier = {"ads_api_access_tier": "standard_access"}
    case = {"type": "ads_management", **shares, "estimated_time_to_regain_access": regain_minutes, **tier}
    account = {"acc_id_util_pct": percent, "reset_time_duration": regain_minutes * 60, **tier}
    return {
        "X-App-Usage": msgspec.json.encode(shares).decode(),
        "X-Business-Use-Case-Usage": msgspec.json.encode({business_id: [case]}).decode(),
        "X-Ad-Account-Usage": msgspec.json.encode(account).decode(),
    }
