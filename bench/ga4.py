"""How fast GA4's events become canonical events on one core, and how fast a burst of them reaches Meta.

    python -m bench.ga4 [--json] [--events 4000] [--rounds 5] [--burst 2000]

*A core*: the body of a push with one event of a server container, as Pub/Sub posts it, to the event as it lies in the
``events`` queue. Beside it, in the same run: the same without the envelope, the Conversions API's own form through the
same room, a function that maps a dozen keys by hand, which knows one shape, no consent and no tables, and the wall,
which is base64, parsing and writing and nothing else. The implementations take turns, and of each event's rounds the
best counts.

*End to end*: the whole stack with its stand-ins on this machine; each event is a message of its own. The time of an
event is until it is in Meta's hands: from its own publishing one at a time, from the first's in a burst.
"""

from __future__ import annotations

import argparse
import base64
import json
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import msgspec
import orjson

from ingest.maps.folder import Folder, Maps
from ingest.topic.reader import TopicReader
from local.samples.messages import web_event
from local.samples.server_container import SCHEMA, envelope, event_data
from local.stack import Options, Stack
from omnicapi.intake.push import parse
from omnicapi.messages import Event
from omnicapi.publishing.publisher import encode

NOW = 1_795_435_200
ROOT = Path(__file__).parent.parent
READER = TopicReader(Maps(Folder(ROOT / "maps")))
DRAIN_SECONDS = 600.0


def ours(body: bytes) -> list[bytes]:
    """Read a push as ingest's store does."""
    return [encode(one) for one in READER.events(parse(body), NOW * 1000) if isinstance(one, Event)]


def by_hand(body: bytes) -> list[bytes]:
    """Map what is usual by hand, as a cloud function written in an afternoon does."""
    event = json.loads(base64.b64decode(json.loads(body)["message"]["data"]))["event"]
    user, address = event.get("user_data", {}), (event.get("user_data", {}).get("address") or [{}])[0]
    mapped = {
        "event_name": {"page_view": "PageView", "purchase": "Purchase"}.get(event["event_name"], event["event_name"]),
        "event_time": event["x-sst-system_properties"]["request_start_time_ms"] // 1000,
        "event_id": event["event_id"],
        "action_source": "website",
        "event_source_url": event["page_location"],
        "user_data": {
            "em": user.get("email_address"),
            "ph": user.get("phone_number"),
            "ct": address.get("city"),
            "country": address.get("country"),
            "external_id": event.get("user_id"),
            "client_ip_address": event["ip_override"],
            "client_user_agent": event["user_agent"],
        },
        "custom_data": {
            "value": event.get("value"),
            "currency": event.get("currency"),
            "contents": [
                {"id": item["item_id"], "quantity": item["quantity"], "item_price": item["price"]}
                for item in event.get("items", [])
            ],
        },
    }
    return [json.dumps(mapped).encode()]


def wall(body: bytes) -> list[bytes]:
    """Unpack, parse and write: what remains if the mapping were free."""
    return [orjson.dumps(orjson.loads(base64.b64decode(orjson.loads(body)["message"]["data"]))["event"])]


def push(data: dict[str, Any], **attributes: str) -> bytes:
    """Return the body of Pub/Sub's request."""
    message = {"data": base64.b64encode(json.dumps(data).encode()).decode(), "attributes": attributes, "messageId": "1"}
    return json.dumps({"message": message, "subscription": "projects/p/subscriptions/s"}).encode()


def enveloped(index: int) -> bytes:
    """Return a push request with an event in the envelope of the GTM tag."""
    return push(envelope(index, NOW), schema=SCHEMA, channel="web")


def bare(index: int) -> bytes:
    """Return a push request with GA4's event data alone."""
    return push(event_data(index, NOW, NOW * 1000 - index), channel="web")


def native(index: int) -> bytes:
    """Return a push request with an event of the Conversions API."""
    return push(web_event(index, NOW), channel="web")


OURS = "omnicapi, envelope"
IMPLEMENTATIONS: dict[str, tuple[Callable[[int], bytes], Callable[[bytes], list[bytes]]]] = {
    OURS: (enveloped, ours),
    "omnicapi, bare event data": (bare, ours),
    "omnicapi, Conversions API event": (native, ours),
    "mapped by hand": (enveloped, by_hand),
    "wall: base64 + orjson": (enveloped, wall),
}


def on_a_core(events: int, rounds: int) -> dict[str, float]:
    """Return the seconds each implementation takes for all events, as the sum of every event's best."""
    bodies = {name: [make(index) for index in range(events)] for name, (make, _) in IMPLEMENTATIONS.items()}
    best = {name: [float("inf")] * events for name in IMPLEMENTATIONS}
    for _ in range(rounds):
        for at in range(events):
            for name, (_, run) in IMPLEMENTATIONS.items():
                start = time.perf_counter()
                run(bodies[name][at])
                best[name][at] = min(best[name][at], time.perf_counter() - start)
    return {name: sum(seconds) for name, seconds in best.items()}


def check() -> None:
    """Stop unless every event is read without a warning: a benchmark of refusals would be quick."""
    for make, run in list(IMPLEMENTATIONS.values())[:3]:
        for index in range(10):
            (event,) = (msgspec.json.decode(made, type=Event) for made in run(make(index)))
            if event.warnings or event.event_id == "":
                raise SystemExit(f"event {index} was read with warnings: {event.warnings}")


@contextmanager
def stack() -> Iterator[Stack]:
    """Run the pipeline on this machine, its log files in a directory that goes with it."""
    with tempfile.TemporaryDirectory() as logs, Stack(Options(Path(logs), retry_scale=0.1)) as running:
        yield running


def burst(running: Stack, events: int, now: int) -> dict[str, Any]:
    """Publish the events as fast as they go, each in a message of its own; stop unless every one reaches Meta once."""
    made = [envelope(index, now) for index in range(events)]
    published = {event["event_id"] for event in made}
    bodies = [json.dumps(event).encode() for event in made]
    before = running.meta.summary().accepted_requests
    begun = time.time()
    running.publish("web", *bodies, schema=SCHEMA)
    publishing = time.time() - begun
    running.drained(DRAIN_SECONDS)
    taken = [one for one in running.meta.accepted() if one.event_id in published]
    if sorted(one.event_id or "" for one in taken) != sorted(published):
        raise SystemExit(f"Meta took {len(taken)} of {events} events")
    waits = sorted(one.received_ms / 1000 - begun for one in taken)
    return {
        "name": "omnicapi, end to end",
        "events": events,
        "published_s": round(publishing, 2),
        "events_per_s": round(events / waits[-1]),
        "p50_s": round(statistics.median(waits), 2),
        "p99_s": round(waits[int(events * 0.99)], 2),
        "last_s": round(waits[-1], 2),
        "requests": running.meta.summary().accepted_requests - before,
    }


def one_by_one(running: Stack, events: int, now: int) -> dict[str, Any]:
    """Publish an event every 50 ms and say how long each took to reach Meta."""
    published: dict[str, float] = {}
    for index in range(events):
        event = envelope(1_000_000 + index, now)
        published[event["event_id"]] = time.time() * 1000
        running.publish("web", json.dumps(event).encode(), schema=SCHEMA)
        time.sleep(0.05)
    running.drained(DRAIN_SECONDS)
    taken = [one for one in running.meta.accepted() if one.event_id in published]
    waits = sorted(one.received_ms - published[one.event_id or ""] for one in taken)
    return {
        "name": "omnicapi, one at a time",
        "events": len(waits),
        "p50_ms": round(statistics.median(waits)),
        "p99_ms": round(waits[int(len(waits) * 0.99)]),
    }


def main() -> None:
    """Measure on one core, then from end to end, and print one line for each."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--json", action="store_true", help="one JSON object an implementation")
    parser.add_argument("--events", type=int, default=4_000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--burst", type=int, default=2_000, help="events end to end; 0 leaves that out")
    arguments = parser.parse_args()
    check()
    seconds = on_a_core(arguments.events, arguments.rounds)
    for name, taken in seconds.items():
        rate, ratio = round(arguments.events / taken), round(seconds["mapped by hand"] / taken, 2)
        line = {"name": name, "events_per_core_s": rate, "ratio_to_by_hand": ratio}
        print(json.dumps(line) if arguments.json else f"{name:32} {rate:>8,} events/s a core {ratio:>6} x by hand")
    if arguments.burst:
        with stack() as running:
            now = int(time.time())
            for line in (one_by_one(running, 100, now), burst(running, arguments.burst, now)):
                print(json.dumps(line) if arguments.json else ", ".join(f"{k} {v}" for k, v in line.items()))


if __name__ == "__main__":
    main()
