"""Five hundred requests at once: no event and no count is lost."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import urllib3

from local.meta.control import MetaControl
from local.meta.examples.events import changed, website
from local.meta.faults.kinds import Latency, Refuse, When

Post = Callable[..., urllib3.BaseHTTPResponse]
REQUESTS = 500


def test_five_hundred_requests_at_once_are_all_answered_and_counted(post: Post, control: MetaControl, now: int) -> None:
    control.fault(Latency(300, 300), When(times=None))
    together = threading.Barrier(REQUESTS)

    def send(number: int) -> int:
        together.wait(timeout=60)
        return post(*[changed(website(now), {"event_id": f"{number}-{n}"}) for n in range(4)], timeout=60).status

    with ThreadPoolExecutor(REQUESTS) as senders:
        statuses = list(senders.map(send, range(REQUESTS)))
    summary = control.summary()
    assert statuses == [200] * REQUESTS
    assert (summary.requests, summary.answers, summary.batch_sizes) == (REQUESTS, {200: REQUESTS}, {4: REQUESTS})
    assert summary.accepted_events == summary.distinct_events == 4 * REQUESTS
    accepted = control.accepted()
    assert {event.event_id for event in accepted} == {f"{n}-{i}" for n in range(REQUESTS) for i in range(4)}
    assert all(event.decoded()["event_id"] == event.event_id for event in accepted)


def test_n_faults_strike_n_of_many_requests_at_once(post: Post, control: MetaControl, now: int) -> None:
    control.fault(Refuse(), When(times=37))
    with ThreadPoolExecutor(32) as senders:
        statuses = list(senders.map(lambda _: post(website(now), timeout=60).status, range(120)))
    assert (statuses.count(500), statuses.count(200)) == (37, 83)
