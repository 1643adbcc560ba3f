"""Nothing a service writes for people to read holds personal data or a token, whatever goes wrong."""

import json
from pathlib import Path
from typing import Any
from urllib.parse import quote

import msgspec
import pytest

from local.blueprint import HERE
from local.meta.faults.kinds import ALWAYS, Poison, Refuse, When
from local.samples.customers import Customer
from local.samples.layouts import STORE_HEADER, Row, csv_file, xlsx_file
from local.samples.rows import store_row
from local.samples.server_container import NAMES, SCHEMA, envelope
from local.services import TOKEN
from tests.end_to_end.pipeline import Pipeline
from tests.ingest.parquet_files import as_texts

pytestmark = pytest.mark.stack

ANA = Customer(
    external_id="loyalty-card-90210-xyz",
    email="ana.privada@geheim.example.org",
    phone="+44 20 7946 0958",
    first_name="Anastázie",
    last_name="Quetzalcóatl",
    birth_date="1987-06-05",
    city="Llanfairpwllgwyngyll",
    postcode="LL61 5UJ",
    country="GB",
)
ADDRESS = "198.211.99.118"
PLANTED = [
    *(ANA.external_id, ANA.email, "geheim.example", ANA.phone, "442079460958", "20 7946 0958", ANA.first_name),
    *(ANA.last_name, ANA.birth_date, "19870605", ANA.city, ANA.postcode, "ll615uj", ADDRESS, TOKEN),
]


def _faulty_files(now: int) -> dict[str, bytes]:
    """Return files with Ana in every cell, each wrong in another way."""
    good = list(store_row(1, now, who=ANA))
    shifted = ["Purchase", *good[4:13], *good[:11]]
    nameless = [ANA.email, *good[1:]]
    timeless = [good[0], ANA.email, *good[2:]]
    sourceless = [*good[:2], ANA.last_name, *good[3:]]
    broken = csv_file(STORE_HEADER, [good]).replace(b"Purchase", b'"Purchase')
    rows: list[Row] = [good, shifted, nameless, timeless, sourceless, good[:10], [ANA.email] * 20]
    parquet, sheet = _parquet(rows), xlsx_file(STORE_HEADER, rows)
    return {
        f"incoming/store/privacy-{now}.csv": csv_file(STORE_HEADER, rows),
        f"incoming/store/privacy-quote-{now}.csv": broken,
        f"incoming/store/privacy-text-{now}.xlsx": ANA.email.encode() * 20,
        f"incoming/store/privacy-{now}.xlsx": sheet,
        f"incoming/store/privacy-cut-{now}.xlsx": sheet[: len(sheet) // 2],
        f"incoming/store/privacy-{now}.parquet": parquet,
        f"incoming/store/privacy-damaged-{now}.parquet": parquet.replace(ANA.email.encode(), b"\xff" * len(ANA.email)),
        f"incoming/nowhere/privacy-{now}.csv": csv_file(STORE_HEADER, [good]),
    }


def _parquet(rows: list[Row]) -> bytes:
    width = max(map(len, rows))
    texts = [["" if cell is None else str(cell) for cell in row] + [""] * (width - len(row)) for row in rows]
    return as_texts([[f"column {number}" for number in range(width)], *texts])


def _about_ana(event: dict[str, Any]) -> dict[str, Any]:
    said = {"em": ANA.email, "ph": ANA.phone, "fn": ANA.first_name, "ln": ANA.last_name, "client_ip_address": ADDRESS}
    return {**event["user_data"], **said}


def _faulty_messages(event: dict[str, Any]) -> list[bytes]:
    """Return messages about Ana, each wrong in another way."""
    user = _about_ana(event)
    good = {**event, "user_data": user}
    bodies: list[Any] = [
        good,
        {**good, "event_id": ANA.email},
        {**good, "event_name": f"Purchase by {ANA.email}"},
        {**good, "event_time": ANA.email},
        {**good, "custom_data": {"currency": ANA.last_name, "value": ANA.email, "order_id": ANA.email}},
        {**good, "custom_data": {**event["custom_data"], "note": f"{ANA.first_name} {ANA.phone}"}},
        {**good, "user_data": {**user, ANA.email: ANA.last_name, "db": f"born {ANA.birth_date}"}},
        {**good, "user_data": f"{ANA.first_name} {ANA.last_name}"},
        {**good, "event_source_url": f"https://shop.example.com/?email={ANA.email}", "access_token": TOKEN},
        {ANA.email: ANA.phone},
        [ANA.email, ANA.phone],
    ]
    return [*map(msgspec.json.encode, bodies), f'{{"em": "{ANA.email}", "event_name"'.encode(), ANA.email.encode()]


def _faulty_events_of_google(now: int) -> list[bytes]:
    """Return a server container's events about Ana, each wrong in another way."""
    made = envelope(len(NAMES) - 1, now)
    address = {"first_name": ANA.first_name, "last_name": ANA.last_name, "city": ANA.city, "postal_code": ANA.postcode}
    user = {"email_address": ANA.email, "phone_number": [ANA.phone], "address": [address]}
    about_ana = {"user_data": user, "ip_override": ADDRESS, "user_id": ANA.external_id}
    wrong: list[dict[str, Any]] = [
        {},
        {"event_id": ANA.email},
        {"event_id": "", "transaction_id": ANA.email},
        {"event_name": "scroll"},
        {"event_name": f"Purchase by {ANA.email}"},
        {"event_time": ANA.email},
        {"value": ANA.email, "currency": ANA.last_name},
        {"items": ANA.email, "search_term": [ANA.email, ANA.phone]},
        {"user_data": {**user, "address": ANA.city}, "x-ga-em": ANA.email, "client_id": ANA.email},
        {"page_location": f"https://shop.example.com/?email={ANA.email}", "custom_properties": {ANA.email: ANA.phone}},
        {"x-ga-gcs": "G100"},
    ]
    events = [{**made["event"], **about_ana, "event_id": f"privacy-{now}-{n}", **one} for n, one in enumerate(wrong)]
    return [msgspec.json.encode({**made, "event": event}) for event in events]


def test_planted_personal_data_and_the_token_appear_nowhere(
    stack: Pipeline, events: list[dict[str, Any]], now: int
) -> None:
    poisoned = {**events[0], "user_data": _about_ana(events[0])}
    stack.meta.fault(Refuse(), When(times=3))
    stack.meta.fault(Poison(event_ids=[poisoned["event_id"]]), ALWAYS)
    for name, content in _faulty_files(now).items():
        stack.drop(content, name)
    for payload in [*_faulty_messages(events[1]), json.dumps(poisoned).encode()]:
        stack.publish("web", payload)
    stack.publish("web", *_faulty_events_of_google(now), schema=SCHEMA)
    stack.publish("web", b"[]", schema=ANA.email)
    answers = [stack.collect("crm", payload) for payload in _faulty_messages(events[2])]
    answers.append(stack.collect(quote(ANA.email), b"[]", **{"X-Schema": ANA.email, "X-Api-Key": TOKEN}))
    stack.drained()

    assert {"rejected", "sent"} <= {outcome.verdict for outcome in stack.outcomes.latest()}
    written = {**_logs(stack.logs), **_outcomes(stack), **_dead_letters(stack), **_notes(stack)}
    written["answers"] = "".join(answer.data.decode() for answer in answers)
    assert {f"{service}.jsonl" for service in HERE.services} <= written.keys()
    found = [(place, value) for place, text in written.items() for value in PLANTED if value.lower() in text.lower()]
    assert not found


def _logs(logs: Path) -> dict[str, str]:
    return {path.name: path.read_text(encoding="utf-8") for path in logs.iterdir()}


def _outcomes(stack: Pipeline) -> dict[str, str]:
    return {"outcomes": json.dumps(msgspec.to_builtins(stack.outcomes.by_event()), ensure_ascii=False)}


def _dead_letters(stack: Pipeline) -> dict[str, str]:
    letters = stack.dead_letters("signals")
    assert letters
    return {
        "attributes of dead letters": str([dict(letter.attributes) for letter in letters]),
        "dead letters": " ".join(letter.data.decode() for letter in letters).replace(ADDRESS, ""),
    }


def _notes(stack: Pipeline) -> dict[str, str]:
    """Read the reasons that lie beside rejected files, and the reports on the others."""
    reasons = [name for name in stack.bucket.names("rejected/") if name.endswith(".txt")]
    reports = [name for name in stack.bucket.names("reports/") if "/report." in name]
    assert reasons
    assert reports
    return {name: stack.bucket.read(name).decode() for name in (*reasons, *reports)}
