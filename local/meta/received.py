"""What the stand-in remembers: a line for every request, and the accepted events."""

import threading
from collections import Counter
from collections.abc import Sequence
from typing import Any

import msgspec

from local.meta.accepted_events import Accepted, AcceptedEvents, Query, Receipt


class RequestRecord(msgspec.Struct, frozen=True, gc=False):
    """One request: when it came (ms since 1970, UTC), what it was and how it was answered. Never the token.

    `status` 0 means that the connection was cut. `took_ms` runs from the arrival to the answer, commanded delays
    included; `body_bytes` is the size unpacked. `accepted` says whether its events were recorded: true with status 0
    for a lost answer.
    """

    received_ms: int
    took_ms: float
    version: str
    dataset: str
    events: int
    body_bytes: int
    content_type: str
    user_agent: str
    fbtrace_id: str
    status: int
    code: int | None
    subcode: int | None
    accepted: bool


class Duplicate(msgspec.Struct, frozen=True):
    """An event accepted more than once, and how often."""

    dataset: str
    event_name: str
    event_id: str
    times: int


class Summary(msgspec.Struct, frozen=True):
    """The counts: `answers` by HTTP status (0: cut), `refused` by `code/subcode`, `batch_sizes` of accepted requests.

    `distinct_events` counts (dataset, event name, event id) once each; `duplicates` lists those accepted again.
    """

    requests: int
    accepted_requests: int
    accepted_events: int
    distinct_events: int
    duplicates: list[Duplicate]
    batch_sizes: dict[int, int]
    answers: dict[int, int]
    refused: dict[str, int]


class Received:
    """The memory of a stand-in. Safe for many threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._accepted = AcceptedEvents()
        self._requests: list[RequestRecord] = []

    def reset(self) -> None:
        """Forget everything."""
        with self._lock:
            self._accepted = AcceptedEvents()
            self._requests = []

    def accept(self, receipt: Receipt, events: Sequence[dict[str, Any]], texts: Sequence[bytes]) -> None:
        """Record the events of an accepted batch."""
        with self._lock:
            self._accepted.append(receipt, events, texts)

    def log(self, request: RequestRecord) -> None:
        """Record a request and its answer."""
        with self._lock:
            self._requests.append(request)

    def accepted(self, query: Query) -> list[Accepted]:
        """Find accepted events."""
        with self._lock:
            return list(self._accepted.find(query))

    def requests(self, skip: int = 0, limit: int = 1000) -> list[RequestRecord]:
        """List requests in the order of their answers, without the first `skip`."""
        with self._lock:
            return self._requests[skip : skip + limit]

    def summary(self) -> Summary:
        """Count everything."""
        with self._lock:
            requests, times = list(self._requests), self._accepted.times_accepted()
            accepted_events = len(self._accepted)
        accepted = [request for request in requests if request.accepted]
        return Summary(
            requests=len(requests),
            accepted_requests=len(accepted),
            accepted_events=accepted_events,
            distinct_events=len(times),
            duplicates=[Duplicate(*event, count) for event, count in times.items() if count > 1],
            batch_sizes=dict(Counter(request.events for request in accepted)),
            answers=dict(Counter(request.status for request in requests)),
            refused=dict(Counter(map(_error_code, (r for r in requests if r.code is not None)))),
        )


def _error_code(request: RequestRecord) -> str:
    return f"{request.code}" if request.subcode is None else f"{request.code}/{request.subcode}"
