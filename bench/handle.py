"""How fast handle is on one core: an ``events`` message in, a ``signals`` message out, everything on.

Beside it, in the same run and on the same events: Meta's own SDK (build, normalise, JSON), and the wall that no Python
implementation can pass, which is parsing, nine SHA-256 and writing, and nothing else::

    python -m bench.handle [--json] [--events 10000] [--rounds 5]

Each figure is the best of the rounds; the implementations take turns, so that a busy machine slows all alike.
"""

from __future__ import annotations

import argparse
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
from omnicapi.messages import Content, CustomData, CustomerInformation, Event, Origin
from omnicapi.outcomes import OutcomeWriter
from omnicapi.publisher import Publisher, encode
from omnicapi.push import PushMessage

NOW = 1_790_000_000
PER_MESSAGE = 500
HASHED = ("em", "ph", "fn", "ln", "db", "ct", "st", "zp", "external_id")
AGENT = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Safari/537.36"
FIRST = "Ana Bruno Carla Diego Elisa Fábio Gabriela Hugo Inês João Karina Luís Marina Nuno Olívia Paulo Rita Sérgio".split()
LAST = "Almeida Barbosa Cardoso Dias Esteves Ferreira Gomes Henriques Lima Mendes Nogueira Oliveira Pereira Santos".split()
PLACES = [
    ("São Paulo", "SP", "01310-100", "11"),
    ("Rio de Janeiro", "RJ", "20040-002", "21"),
    ("Belo Horizonte", "MG", "30130-010", "31"),
    ("Curitiba", "PR", "80020-310", "41"),
    ("Recife", "PE", "50010-000", "81"),
]


def purchase(number: int, dice: random.Random) -> Event:
    """One purchase with every common identifier and two contents."""
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
        return f"projects/{project}/topics/{topic}"

    def publish(self, topic: str, data: bytes, **attributes: str) -> Future[str]:
        self.messages.append(data)
        future: Future[str] = Future()
        future.set_result(str(len(self.messages)))
        return future


def ours(messages: list[bytes]) -> list[bytes]:
    """The whole step of the service, between the two topics."""
    client = Kept()
    outcomes = OutcomeWriter(Publisher(client, "bench", "outcomes"), "handle", lambda: NOW * 1000)
    setup = Setup(only_dataset("1234567890"))
    service = Handle(lambda: setup, Publisher(client, "bench", "signals"), outcomes, lambda: NOW)
    for data in messages:
        service.receive(PushMessage(data))
    return client.messages


def sdk(messages: list[bytes]) -> list[bytes]:
    """Meta's SDK as its documentation uses it."""
    return [json.dumps([_sdk_event(event) for event in json.loads(data)]).encode() for data in messages]


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


def wall(messages: list[bytes]) -> list[bytes]:
    """Parsing, nine SHA-256 and writing: what remains if everything else were free."""
    written = []
    for data in messages:
        events = orjson.loads(data)
        for event in events:
            user = event["user_data"]
            for field in HASHED:
                user[field] = [hashlib.sha256(user[field][0].encode()).hexdigest()]
        written.append(orjson.dumps(events))
    return written


IMPLEMENTATIONS: dict[str, Callable[[list[bytes]], list[bytes]]] = {
    "omnicapi handle": ours,
    "facebook-business": sdk,
    "wall: orjson + nine SHA-256": wall,
}


def measured(messages: list[bytes], rounds: int) -> dict[str, float]:
    """Return the seconds of each implementation's best round."""
    best = dict.fromkeys(IMPLEMENTATIONS, float("inf"))
    for _ in range(rounds):
        for name, run in IMPLEMENTATIONS.items():
            start = time.process_time()
            written = run(messages)
            best[name] = min(best[name], time.process_time() - start)
            if len(written) < len(messages):
                raise SystemExit(f"{name} lost messages")
    return best


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--json", action="store_true", help="one JSON object an implementation")
    parser.add_argument("--events", type=int, default=10_000)
    parser.add_argument("--rounds", type=int, default=5)
    arguments = parser.parse_args()
    dice = random.Random(1)
    events = [purchase(number, dice) for number in range(arguments.events)]
    messages = [
        b"[" + b",".join(map(encode, events[start : start + PER_MESSAGE])) + b"]"
        for start in range(0, len(events), PER_MESSAGE)
    ]
    check(messages)
    seconds = measured(messages, arguments.rounds)
    for name, taken in seconds.items():
        line = {
            "name": name,
            "events_per_s": round(len(events) / taken),
            "ratio_to_sdk": round(seconds["facebook-business"] / taken, 2),
        }
        print(json.dumps(line) if arguments.json else f"{line['name']:30} {line['events_per_s']:>9,} events/s "
              f"{line['ratio_to_sdk']:>6} x SDK")  # fmt: skip


def check(messages: list[bytes]) -> None:
    """Stop unless every event becomes a signal with nine hashed fields: a benchmark of refusals would be quick."""
    signals = [signal for data in ours(messages) for signal in msgspec.json.decode(data)]
    complete = [signal for signal in signals if all(field in signal["event"]["user_data"] for field in HASHED)]
    events = sum(len(orjson.loads(data)) for data in messages)
    if not len(signals) == len(complete) == events:
        raise SystemExit(f"{events} events became {len(complete)} complete signals")


if __name__ == "__main__":
    main()
