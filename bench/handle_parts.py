"""Where handle's time goes: each part of the step alone, on the events of the benchmark, in µs an event.

Run it with ``python -m bench.handle_parts``. A part alone runs warm, so the parts together come to less than the whole:
what is left is what their meeting costs, in loops and in the processor's caches.
"""

from __future__ import annotations

import timeit
from collections import Counter
from collections.abc import Callable
from hashlib import sha256

from bench.handle import NOW, SETUP, messages, ours, sdk, wall
from handle.app import spare_the_collector
from handle.consent.gate import denial
from handle.customer.fields import FIELDS
from handle.format.server_event import server_event
from handle.reader import HASHED, Reader
from handle.rules.ordinary import is_ordinary
from handle.step import Handled, signals
from handle.user_data import user_data
from omnicapi.messages import Event
from omnicapi.publisher import encode
from omnicapi.push import PushMessage, items, stream

EVENTS = 100
"""So few fit into a processor's cache."""
REPEATS = 200
TEXTS = ("client_ip_address", "client_user_agent", "fbc", "fbp")

Part = tuple[str, Callable[[], object]]


def parts() -> list[Part]:
    """Return every part of the step by name, and at the end the whole, the SDK and the wall."""
    data = messages(EVENTS, 1)[0]
    message = PushMessage(data)
    events = items(message, Event)
    (destination,) = SETUP.datasets.destinations("web", "Purchase", None, None)
    policy, added = SETUP.consent.of("web"), Counter[str]()
    users = [user_data(event, destination.defaults, SETUP.reading, NOW, [], added) for event in events]
    pairs = list(zip(events, users, strict=True))
    made = [server_event(event, user, None, None, NOW, []) for event, user in pairs]
    ready = list(signals(events, SETUP, NOW, Handled()))
    return [
        ("decode", lambda: [None for _ in stream(message, Event)]),
        ("consent", lambda: [denial(event, policy) for event in events]),
        *(_field(name, events) for name in (*HASHED, *TEXTS)),
        ("one SHA-256 of those", lambda: [sha256(event.event_id.encode()).hexdigest() for event in events]),
        (
            "customer information",
            lambda: [user_data(e, destination.defaults, SETUP.reading, NOW, [], added) for e in events],
        ),
        ("server event", lambda: [server_event(event, user, None, None, NOW, []) for event, user in pairs]),
        ("rules", lambda: [is_ordinary(event, NOW) for event in made]),
        ("encode", lambda: [encode(signal) for signal in ready]),
        ("the whole step", lambda: ours(data)),
        ("facebook-business", lambda: sdk(data)),
        ("wall", lambda: wall(data)),
    ]


def _field(name: str, events: list[Event]) -> Part:
    """Return the reading of one field, its hash included."""
    rule, reader = FIELDS[name], Reader(SETUP.reading.options.in_country("BR"), [], NOW, [])
    people = [event.user_data for event in events]
    if rule.hashed:
        return f"  {name}", lambda: [reader.hashes(person, (name,)) for person in people]
    values = [getattr(person, name) for person in people]
    return f"  {name}", lambda: [reader.text(rule, value) for value in values]


def main() -> None:
    found = parts()
    spare_the_collector()
    for name, run in found:
        seconds = min(timeit.repeat(run, number=1, repeat=REPEATS))
        print(f"{name:24} {seconds / EVENTS * 1e6:6.1f}")


if __name__ == "__main__":
    main()
