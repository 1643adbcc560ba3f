import base64
import io
import json
import logging
from collections.abc import Callable, Mapping
from typing import Any

import pytest

from omnicapi import errors
from omnicapi.errors import (
    BadMessage,
    BadSettings,
    Busy,
    MetaRefusedUs,
    MetaUnavailable,
    OmniCapiError,
    PermanentError,
    PublishFailed,
    Refused,
)
from omnicapi.http.asgi import Receive, Scope, Send
from omnicapi.http.service import HEALTH_PATH, MAX_BODY, Door, Health, create_app
from omnicapi.intake.push import PushMessage
from tests.requests import Client

PLANTED = "ana@example.com"


def envelope(data: bytes = b"{}") -> bytes:
    message = {"data": base64.b64encode(data).decode(), "messageId": "42", "attributes": {"email": PLANTED}}
    return json.dumps({"message": message, "deliveryAttempt": 3}).encode()


def client(receive: Callable[[PushMessage], None], health: Health | None = None) -> Client:
    async def take(message: PushMessage) -> None:
        receive(message)

    return Client(create_app(take) if health is None else create_app(take, health))


def raising(error: Exception) -> Callable[[PushMessage], None]:
    def receive(_: PushMessage) -> None:
        raise error

    return receive


def test_a_message_that_was_received_is_acknowledged_without_a_word() -> None:
    received: list[PushMessage] = []
    answer = client(received.append).post("/", data=envelope(b'{"a":1}'))
    assert (answer.status_code, answer.data) == (204, b"")
    assert [(message.data, message.message_id, message.delivery_attempt) for message in received] == [
        (b'{"a":1}', "42", 3)
    ]


@pytest.mark.parametrize(
    ("error", "status", "level"),
    [
        (Busy("full"), 429, "WARNING"),
        (PublishFailed("down"), 503, "WARNING"),
        (MetaUnavailable("slow"), 503, "WARNING"),
        (BadSettings("wrong"), 503, "ERROR"),
        (MetaRefusedUs("token"), 503, "WARNING"),
        (BadMessage("odd"), 400, "ERROR"),
        (Refused("no_value", "add it", "value"), 400, "ERROR"),
        (OmniCapiError("odd"), 500, "ERROR"),
        (ValueError(PLANTED), 500, "ERROR"),
        (RecursionError(PLANTED), 500, "ERROR"),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, Exception) else None,
)
def test_an_error_decides_the_answer_and_is_logged_with_its_message_id(
    error: Exception, status: int, level: str, caplog: pytest.LogCaptureFixture
) -> None:
    answer = client(raising(error)).post("/", data=envelope(), headers={"Authorization": PLANTED})
    assert answer.status_code == status
    assert answer.json == {
        "error": str(error) if isinstance(error, OmniCapiError) else "The service failed; its log says where."
    }
    (record,) = caplog.records
    noted = record.__dict__["json_fields"]
    assert record.levelname == level
    assert (noted["status"], noted["message_id"], noted["delivery_attempt"]) == (status, "42", 3)
    assert noted["error"] == type(error).__name__
    assert record.exc_info is None


def test_no_error_is_ever_answered_with_an_acknowledging_status() -> None:
    acknowledging = {102, 200, 201, 202, 204}
    kinds = [kind for kind in vars(errors).values() if isinstance(kind, type) and issubclass(kind, OmniCapiError)]
    assert len(kinds) > 10
    raised = [kind("x", "x") if issubclass(kind, Refused) else kind("x") for kind in kinds]
    for error in (*raised, Exception("x")):
        assert client(raising(error)).post("/", data=envelope()).status_code not in acknowledging


@pytest.mark.parametrize("body", [b"", b'{"email":"ana@example.com"}', b"ana@example.com", b"[" * 100_000])
def test_what_is_no_push_is_refused_and_never_quoted(body: bytes, caplog: pytest.LogCaptureFixture) -> None:
    answer = client(raising(AssertionError())).post("/", data=body, headers={"Authorization": f"Bearer {PLANTED}"})
    assert answer.status_code == 400
    assert PLANTED not in answer.text + str(answer.headers)
    assert PLANTED not in "".join(str(record.__dict__) for record in caplog.records)


class Endless(io.RawIOBase):
    """A body without end that counts what was read of it."""

    given = 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        self.given += len(buffer)
        return len(buffer)


@pytest.mark.parametrize(
    ("length", "most_read"),
    [(MAX_BODY + 1, 0), (None, MAX_BODY + 1_000_000)],
    ids=["declared", "undeclared"],
)
def test_a_body_that_is_too_large_is_refused_before_it_fills_memory(length: int | None, most_read: int) -> None:
    body = Endless()
    answer = client(raising(AssertionError())).post("/", body=body, declared=length)
    assert answer.status_code == 413
    assert answer.json == {"error": f"A body of {MAX_BODY} bytes or more is no push message."}
    assert body.given <= most_read


def test_the_largest_message_pubsub_knows_fits() -> None:
    sizes: list[int] = []
    answer = client(lambda message: sizes.append(len(message.data))).post("/", data=envelope(b"x" * 10_000_000))
    assert (answer.status_code, sizes) == (204, [10_000_000])


@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_health_says_ok(method: str) -> None:
    assert client(raising(AssertionError())).open(HEALTH_PATH, method=method).status_code == 200


def test_health_tells_its_state_and_is_an_error_unless_ok() -> None:
    state: dict[str, Any] = {"status": "ok", "datasets": {"1": "stopped"}}
    well = client(raising(AssertionError()), lambda: state)
    assert well.get(HEALTH_PATH).json == state
    state["status"] = "no topic"
    assert well.get(HEALTH_PATH).status_code == 503


@pytest.mark.parametrize(
    ("method", "path", "status"), [("GET", "/", 405), ("POST", HEALTH_PATH, 405), ("PUT", "/", 405), ("GET", "/x", 404)]
)
def test_anything_else_has_no_address(method: str, path: str, status: int) -> None:
    answer = client(raising(AssertionError())).open(f"{path}?email={PLANTED}", method=method, data=envelope())
    assert answer.status_code == status
    assert PLANTED not in answer.text


@pytest.mark.parametrize(
    ("method", "path", "status"), [("GET", "/", 404), ("PUT", "/", 405), ("GET", HEALTH_PATH, 200)]
)
def test_a_function_that_gets_every_method_and_path_answers_them_the_same(method: str, path: str, status: int) -> None:
    async def function(scope: Scope, receive: Receive, send: Send) -> None:
        answer = await Door(take).respond(scope, receive)
        await answer(scope, receive, send)

    async def take(_: PushMessage) -> None:
        raise AssertionError

    answer = Client(function).open(path, method=method, data=envelope())
    assert answer.status_code == status
    assert PLANTED not in answer.text


def test_a_health_check_that_fails_shows_nothing_of_why(caplog: pytest.LogCaptureFixture) -> None:
    def health() -> Mapping[str, Any]:
        raise ValueError(PLANTED)

    with caplog.at_level(logging.CRITICAL, "omnicapi"):
        answer = client(raising(AssertionError()), health).get(HEALTH_PATH)
    assert answer.status_code == 500
    assert PLANTED not in answer.text


def test_the_error_of_a_permanent_refusal_is_the_senders_to_read() -> None:
    answer = client(raising(PermanentError("Send a list of events."))).post("/", data=envelope())
    assert answer.json == {"error": "Send a list of events."}
