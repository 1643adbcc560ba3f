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
from handle.consent.gate import denial
from handle.customer.fields import FIELDS, FieldRule
from handle.customer.hashing import sha256_hex
from handle.customer.options import CustomerOptions
from handle.format.server_event import server_event
from handle.rules.ordinary import is_ordinary
from handle.step import Handled, signals
from handle.user_data import user_data
from omnicapi.garbage import spare_the_collector
from omnicapi.intake.push import PushMessage, items, stream
from omnicapi.messages import Event
from omnicapi.publishing.publisher import encode
from omnicapi.values.field_names import HASHED

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
        *(_field(name, events) for name in (*HASHED, "external_id", *TEXTS)),
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
    """Return the reading of one field in its usual form, its hash included."""
    rule, options = FIELDS[name], SETUP.reading.options.in_country("BR")
    given = [getattr(event.user_data, name) for event in events]
    values = [value[0] if isinstance(value, list) else value for value in given if value]
    return f"  {name}", lambda: [_settled(rule, value, options) for value in values]


def _settled(rule: FieldRule, value: str, options: CustomerOptions) -> str | None:
    plain = rule.ordinary(value, options)
    if plain is None or (rule.judge is not None and rule.judge(plain, NOW) is not None):
        return None
    return sha256_hex(plain) if rule.hashed else plain


def main() -> None:
    """Print each part's microseconds per event, the best of a few rounds."""
    found = parts()
    spare_the_collector()
    for name, run in found:
        seconds = min(timeit.repeat(run, number=1, repeat=REPEATS))
        print(f"{name:24} {seconds / EVENTS * 1e6:6.1f}")


if __name__ == "__main__":
    main()
