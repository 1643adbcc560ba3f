"""Whether Meta would take what forward sends: token, dataset, API version, and the clock that dates events.

A token is tried with one event that Meta must refuse for its age, after it has looked at the token: nothing is counted
anywhere. That answer has a subcode of its own (meta-capi.md §9.1), so it cannot be taken for a missing permission.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator
from email.utils import parsedate_to_datetime

import msgspec
import urllib3

from cli.doctor.finding import Finding, failed, passed
from forward.meta.answer import Answer
from forward.meta.client import Meta
from forward.meta.errors import BARE_REFUSAL, TOO_OLD, Kind
from forward.meta.expiry import VERSION_WARN_DAYS, version_days_left
from omnicapi.errors import MetaRefusedUs, MetaUnavailable

PROBE_AGE = 30 * 86_400
"""Seconds. Meta refuses a website event after 7 days (meta-capi.md §2.3)."""

MOST_SECONDS_APART = 60
"""How far this clock may be from Meta's: event times from here are then right enough."""

_STOPS = {Kind.CONFIGURATION, Kind.MALFORMED}


def tokens(meta: Meta, datasets: Iterable[str], now: float) -> Iterator[Finding]:
    """Say of each dataset whether its token may send to it. ``now`` is Unix seconds, UTC."""
    probe = msgspec.json.encode(_too_old_event(int(now)))
    for dataset in datasets:
        check = f"token of dataset {dataset}"
        try:
            yield _judged(check, meta.send(dataset, [probe]))
        except MetaRefusedUs as error:
            yield failed(check, str(error), "Set META_ACCESS_TOKEN or META_ACCESS_TOKENS_DIR, as forward has it.")
        except MetaUnavailable as error:
            yield Finding("warn", check, str(error), "Check the network and META_PROXY_URL; run the doctor again.")


def _judged(check: str, answer: Answer) -> Finding:
    refusal = answer.refusal
    if refusal is None:
        return Finding(
            "warn", check, "Meta took an event of 30 days ago; its rules have changed", "Tell the maintainers."
        )
    if refusal == TOO_OLD:
        return passed(check, "Meta knows the token and lets it write to the dataset")
    trace = f", fbtrace_id {answer.fbtrace_id}" if answer.fbtrace_id else ""
    text = f"Meta answers {answer.code or answer.status} ({refusal.reason}{trace})"
    if refusal.kind in _STOPS:
        return failed(check, text, refusal.remedy)
    if refusal.kind is Kind.EVENT:
        return failed(check, text, BARE_REFUSAL.remedy)
    return Finding("warn", check, text, refusal.remedy)


def _too_old_event(now: int) -> dict[str, object]:
    return {
        "event_name": "PageView",
        "event_time": now - PROBE_AGE,
        "event_id": "omnicapi-doctor",
        "action_source": "website",
        "event_source_url": "https://example.com/",
        "user_data": {
            "external_id": [hashlib.sha256(b"omnicapi-doctor").hexdigest()],
            "client_user_agent": "omnicapi-doctor",
        },
    }


def api_version(version: str, now: float) -> Iterator[Finding]:
    """Say whether the Graph API version still has time."""
    left = version_days_left(version, now)
    check, fix = "Graph API version", "Raise META_API_VERSION (settings of forward in Terraform)."
    if left is None:
        yield passed(check, f"{version} has no known end")
    elif left < 0:
        yield failed(check, f"{version} has ended", fix)
    elif left < VERSION_WARN_DAYS:
        yield Finding("warn", check, f"{version} ends in {left} days", fix)
    else:
        yield passed(check, f"{version} has {left} days left")


def clock(pool: urllib3.PoolManager, address: str, now: Callable[[], float]) -> Iterator[Finding]:
    """Compare this machine's clock with the ``Date`` that ``address`` answers with."""
    check = "clock"
    try:
        answered = pool.request("HEAD", address, retries=False, redirect=False).headers.get("Date")
    except urllib3.exceptions.HTTPError as error:
        yield Finding("warn", check, f"{address} did not answer ({type(error).__name__})", "Check the network.")
        return
    if answered is None:
        yield Finding("skip", check, f"{address} does not say what time it is")
        return
    apart = now() - parsedate_to_datetime(answered).timestamp()
    if abs(apart) > MOST_SECONDS_APART:
        yield failed(
            check, f"is {apart:+.0f} s off", "Synchronise this machine's clock: Meta refuses events from the future."
        )
    else:
        yield passed(check, f"agrees with {address}")
