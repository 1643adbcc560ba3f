"""Bodies that come late, never, or beside too many others."""

import asyncio
import json
from typing import Any

import pytest

from omnicapi.http import asgi
from omnicapi.http.admission import Admission
from omnicapi.http.asgi import Reply
from omnicapi.http.service import Door
from omnicapi.intake.push import PushMessage
from tests.loops import run

BODY = json.dumps({"message": {"data": "", "messageId": "1"}}).encode()


def scope(length: int | None = len(BODY), method: str = "POST", path: str = "/") -> dict[str, Any]:
    headers = [] if length is None else [(b"content-length", str(length).encode())]
    return {"type": "http", "method": method, "path": path, "headers": headers}


async def whole() -> dict[str, Any]:
    return {"type": "http.request", "body": BODY, "more_body": False}


async def never() -> dict[str, Any]:
    await asyncio.sleep(3600)
    raise AssertionError


class Trickle:
    """A body that comes byte by byte and never ends."""

    async def __call__(self) -> dict[str, Any]:
        await asyncio.sleep(0.01)
        return {"type": "http.request", "body": b"{", "more_body": True}


async def take(_: PushMessage) -> None:
    pass


@pytest.mark.parametrize("receive", [never, Trickle()], ids=["nothing", "a trickle"])
def test_a_body_has_a_total_time_and_what_it_held_is_free(receive: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(asgi, "BODY_SECONDS", 0.05)
    door = Door(take)
    answer = run(door.respond(scope(), receive))
    assert (answer.status, answer.headers["Connection"]) == (408, "close")
    assert door.admission.taken == 0


def test_beside_what_is_in_work_a_request_too_many_is_asked_to_come_again() -> None:
    door = Door(take, admission=Admission(100))

    async def beside() -> tuple[Reply, Reply, Reply]:
        with door.admission.request() as share:
            share.take(99)
            declared = await door.respond(scope(), never)  # before anything is read
            undeclared = await door.respond(scope(None), whole)
            return declared, undeclared, await door.respond(scope(method="GET", path="/health"), never)

    declared, undeclared, health = run(beside())
    for answer in (declared, undeclared):
        assert (answer.status, answer.headers["Retry-After"]) == (503, "5")
    assert health.status == 200
    assert run(door.respond(scope(), whole)).status == 204


def test_health_is_answered_while_every_push_waits() -> None:
    async def wait(_: PushMessage) -> None:
        await asyncio.sleep(3600)

    door = Door(wait)

    async def ask() -> int:
        waiting = [asyncio.create_task(door.respond(scope(), whole)) for _ in range(1000)]
        await asyncio.sleep(0)
        health = await door.respond(scope(method="GET", path="/health"), never)
        for one in waiting:
            one.cancel()
        await asyncio.gather(*waiting, return_exceptions=True)
        return health.status

    assert run(ask()) == 200
    assert door.admission.taken == 0
