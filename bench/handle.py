"""How fast handle is on one core: an ``events`` message in, a ``signals`` message out, everything on.

Beside it, in the same run and on the same events: Meta's own SDK (build, normalise, JSON), and the wall that no Python
implementation can pass, which is parsing, nine SHA-256 and writing, and nothing else::

    python -m bench.handle [--json] [--events 10000] [--rounds 5]

Every round has customers of its own, so that nothing is remembered of them; names and places recur, as they do. The
implementations take turns message by message, and of each message's rounds the best counts: a busy machine then slows
all of them alike, and little. All run with the service's own setting of the garbage collector.
"""

from __future__ import annotations

import argparse
import asyncio
import hashlib
import json
import random
import time
from collections.abc import Callable
from concurrent.futures import Future
from decimal import Decimal
from typing import Any

import msgspec
import orjson
from facebook_business.adobjects.serverside.action_source import ActionSource
from facebook_business.adobjects.serverside.content import Content as SdkContent
from facebook_business.adobjects.serverside.custom_data import CustomData as SdkCustomData
from facebook_business.adobjects.serverside.event import Event as SdkEvent
from facebook_business.adobjects.serverside.user_data import UserData as SdkUserData

from handle.app import Handle
from handle.datasets import only_dataset
from handle.step import Setup
from omnicapi.garbage import spare_the_collector
from omnicapi.http.admission import Admission
from omnicapi.intake.push import PushMessage
from omnicapi.messages import Content, CustomData, CustomerInformation, Event, Origin
from omnicapi.outcomes import OutcomeWriter
from omnicapi.publishing.publisher import Publisher, encode
from omnicapi.settings import ServiceSettings

NOW = 1_790_000_000
PER_MESSAGE = 500
COMPARED = ("em", "ph", "fn", "ln", "db", "ct", "st", "zp", "external_id")
AGENT = (
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Safari/537.36"
)
FIRST = ("Ana", "Bruno", "Carla", "Diego", "Elisa", "Fábio", "Gabriela", "Hugo", "Inês", "João", "Karina", "Luís")
LAST = ("Almeida", "Barbosa", "Cardoso", "Dias", "Esteves", "Ferreira", "Gomes", "Lima", "Mendes", "Oliveira", "Santos")
PLACES = [
    ("São Paulo", "SP", "01310-100", "11"),
    ("Rio de Janeiro", "RJ", "20040-002", "21"),
    ("Belo Horizonte", "MG", "30130-010", "31"),
    ("Curitiba", "PR", "80020-310", "41"),
    ("Recife", "PE", "50010-000", "81"),
]


def purchase(number: int, dice: random.Random) -> Event:
    """Make one purchase with every common identifier and two contents."""
    first, last = dice.choice(FIRST), dice.choice(LAST)
    city, state, zip_code, area = dice.choice(PLACES)
    created = (NOW - dice.randrange(30 * 86_400)) * 1000
    cents = dice.randrange(100, 100_000)
    return Event(
        event_id=f"order-{number}",
        event_name="Purchase",
        event_time=NOW - dice.randrange(6 * 86_400),
        channel="web",
        action_source="website",
        origin=Origin(message_id=str(10**15 + number // PER_MESSAGE), index=number % PER_MESSAGE),
        event_source_url=f"https://shop.example.com/checkout/thanks?order={number}",
        user_data=CustomerInformation(
            em=[f"{first}.{last}{number}@Example.com"],
            ph=[f"({area}) 9{dice.randrange(10**7, 10**8)}"],
            fn=[first],
            ln=[last],
            db=[f"{dice.randrange(1950, 2005)}-{dice.randrange(1, 13):02}-{dice.randrange(1, 29):02}"],
            ct=[city],
            st=[state],
            zp=[zip_code],
            external_id=[f"M-{number:07}"],
            client_ip_address=f"203.0.{dice.randrange(256)}.{dice.randrange(1, 255)}",
            client_user_agent=AGENT,
            fbc=f"fb.1.{created}.AbCdEfGhIjKlMnOpQrStUvWxYz{number}",
            fbp=f"fb.1.{created}.{dice.randrange(10**9, 2**31)}",
        ),
        custom_data=CustomData(
            value=Decimal(cents) / 100,
            currency="BRL",
            order_id=str(number),
            contents=[
                Content(id=f"sku-{number % 977}", quantity=Decimal(1), item_price=Decimal(cents - 50) / 100),
                Content(id=f"sku-{number % 613}", quantity=Decimal(2), item_price=Decimal("0.25")),
            ],
        ),
        default_country="BR",
        received_ms=NOW * 1000,
    )


class Kept:
    """A Pub/Sub client that keeps what it is given."""

    def __init__(self) -> None:
        self.messages: list[bytes] = []

    def topic_path(self, project: str, topic: str) -> str:
        """Name a topic as Pub/Sub does."""
        return f"projects/{project}/topics/{topic}"

    def publish(self, topic: str, data: bytes, **attributes: str) -> Future[str]:
        """Take a message at once."""
        self.messages.append(data)
        future: Future[str] = Future()
        future.set_result(f"{topic} {len(attributes)}")
        return future


LOOP = asyncio.new_event_loop()
CLIENT = Kept()
SETUP = Setup(only_dataset("1234567890"))
SERVICE = Handle(
    lambda: SETUP,
    Publisher(CLIENT, "bench", "signals"),
    OutcomeWriter(Publisher(CLIENT, "bench", "outcomes"), "handle", lambda: NOW * 1000),
    lambda: NOW,
    Admission(ServiceSettings(google_cloud_project="bench").in_work_bytes),
)


def ours(data: bytes) -> list[bytes]:
    """Take the whole step of the service, between the two topics."""
    LOOP.run_until_complete(SERVICE.receive(PushMessage(data)))
    written, CLIENT.messages = CLIENT.messages, []
    return written


def sdk(data: bytes) -> list[bytes]:
    """Use Meta's SDK as its documentation does."""
    return [json.dumps([_sdk_event(event) for event in json.loads(data)]).encode()]


def _sdk_event(event: dict[str, Any]) -> Any:
    user, data = event["user_data"], event["custom_data"]
    # The SDK takes no phone without its country code and no birth date as it is written, so that is done for it.
    return SdkEvent(
        event_name=event["event_name"],
        event_time=event["event_time"],
        event_id=event["event_id"],
        event_source_url=event["event_source_url"],
        action_source=ActionSource.WEBSITE,
        user_data=SdkUserData(
            emails=user["em"],
            phones=["55" + phone for phone in user["ph"]],
            first_names=user["fn"],
            last_names=user["ln"],
            dates_of_birth=[date.replace("-", "") for date in user["db"]],
            cities=user["ct"],
            states=user["st"],
            zip_codes=user["zp"],
            external_ids=user["external_id"],
            client_ip_address=user["client_ip_address"],
            client_user_agent=user["client_user_agent"],
            fbc=user["fbc"],
            fbp=user["fbp"],
        ),
        custom_data=SdkCustomData(
            value=float(data["value"]),
            currency=data["currency"],
            order_id=data["order_id"],
            contents=[
                SdkContent(product_id=line["id"], quantity=int(line["quantity"]), item_price=float(line["item_price"]))
                for line in data["contents"]
            ],
        ),
    ).normalize()


def wall(data: bytes) -> list[bytes]:
    """Parse, make nine SHA-256 and write: what remains if everything else were free."""
    events = orjson.loads(data)
    for event in events:
        user = event["user_data"]
        for field in COMPARED:
            user[field] = [hashlib.sha256(user[field][0].encode()).hexdigest()]
    return [orjson.dumps(events)]


IMPLEMENTATIONS: dict[str, Callable[[bytes], list[bytes]]] = {
    "omnicapi handle": ours,
    "facebook-business": sdk,
    "wall: orjson + nine SHA-256": wall,
}


def messages(events: int, seed: int) -> list[bytes]:
    """Make the messages of one round."""
    dice = random.Random(seed)
    made = [purchase(seed * events + number, dice) for number in range(events)]
    return [b"[" + b",".join(map(encode, made[at : at + PER_MESSAGE])) + b"]" for at in range(0, events, PER_MESSAGE)]


def measured(rounds: list[list[bytes]]) -> dict[str, float]:
    """Return the seconds each implementation takes for a round, as the sum of every message's best."""
    best = {name: [float("inf")] * len(rounds[0]) for name in IMPLEMENTATIONS}
    for batch in rounds:
        for at, data in enumerate(batch):
            for name, run in IMPLEMENTATIONS.items():
                start = time.perf_counter()
                run(data)
                best[name][at] = min(best[name][at], time.perf_counter() - start)
    return {name: sum(seconds) for name, seconds in best.items()}


def check(data: bytes) -> None:
    """Stop unless every event becomes a signal with nine hashed fields: a benchmark of refusals would be quick."""
    signals = [signal for written in ours(data) for signal in msgspec.json.decode(written)]
    complete = [signal for signal in signals if all(field in signal["event"]["user_data"] for field in COMPARED)]
    events = len(orjson.loads(data))
    if not len(signals) == len(complete) == events:
        raise SystemExit(f"{events} events became {len(complete)} complete signals")


def main() -> None:
    """Measure every implementation on the same events and print one line for each."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--json", action="store_true", help="one JSON object an implementation")
    parser.add_argument("--events", type=int, default=10_000)
    parser.add_argument("--rounds", type=int, default=5)
    arguments = parser.parse_args()
    rounds = [messages(arguments.events, seed) for seed in range(arguments.rounds)]
    check(rounds[0][0])
    spare_the_collector()
    seconds = measured(rounds)
    for name, taken in seconds.items():
        rate, ratio = round(arguments.events / taken), round(seconds["facebook-business"] / taken, 2)
        if arguments.json:
            print(json.dumps({"name": name, "events_per_s": rate, "ratio_to_sdk": ratio}))
        else:
            print(f"{name:30} {rate:>9,} events/s {ratio:>6} x facebook-business")


if __name__ == "__main__":
    main()
