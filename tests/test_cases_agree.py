"""Handle and the Meta stand-in read the same specification: each refuses exactly what the other refuses."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from werkzeug.test import Client

from handle.datasets import only_dataset
from handle.rules import first_broken
from handle.step import Setup, handle
from local.meta.app import create_app
from local.meta.settings import Settings
from omnicapi.messages import Event
from omnicapi.publishing.publisher import encode
from omnicapi.server_event import ServerEvent
from tests.cases.server_events import CASES, NOW, Case
from tests.handle.events import events

DATASET = "42"
TOKEN = "local-token"
ADDRESS = f"/v26.0/{DATASET}/events"


@pytest.fixture(scope="module")
def meta() -> Client:
    return Client(create_app(Settings(tokens=(TOKEN,)), clock=lambda: NOW))


def answer(meta: Client, event: dict[str, Any]) -> tuple[int | None, int | None]:
    """Post one event and return code and subcode of Meta's refusal, or two ``None`` where it is accepted."""
    response = meta.post(ADDRESS, json={"data": [event]}, headers={"Authorization": f"Bearer {TOKEN}"})
    body = response.get_json()
    assert isinstance(body, dict)
    error = body.get("error", {})
    assert error or body["events_received"] == 1
    return error.get("code"), error.get("error_subcode")


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_the_stand_in_answers_what_handle_expects(case: Case, meta: Client) -> None:
    expected = (None, None) if case.subcode is None else (100, case.subcode)
    assert answer(meta, case.event) == expected


@settings(suppress_health_check=list(HealthCheck))
@given(event=events)
def test_the_stand_in_accepts_every_signal_of_handle(event: Event, meta: Client) -> None:
    for signal in handle([event], Setup(only_dataset(DATASET)), NOW).signals:
        assert answer(meta, msgspec.json.decode(encode(signal.event))) == (None, None)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_handles_verdict_does_not_depend_on_how_the_event_was_read(case: Case) -> None:
    read = msgspec.json.decode(msgspec.json.encode(case.event), type=ServerEvent)
    broken = first_broken(read, NOW)
    assert (broken.rule.reason if broken else None) == case.reason
