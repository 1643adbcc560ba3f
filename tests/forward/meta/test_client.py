"""What travels to Meta, and what becomes of every way in which an answer can fail to come."""

from __future__ import annotations

import base64
import gzip
import os
import random
import socket
import struct
import time
import traceback
import tracemalloc
from collections.abc import Callable
from contextlib import suppress
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any

import msgspec
import pytest
from facebook_business.adobjects.serverside.util import Util

from forward.meta.answer import Answer, read_answer
from forward.meta.client import ANSWER_BYTES, ConversionsApi, appsecret_proof, connection_pool
from forward.meta.errors import UNAVAILABLE, Kind
from forward.meta.tokens import Tokens
from omnicapi.errors import MetaRefusedUs, MetaUnavailable
from omnicapi.settings import Secret
from tests.forward import fakes
from tests.forward.conftest import WireServer, answer

TOKEN = "EAAB-a-token-that-must-not-leak"
EVENT = b'{"event_name":"Purchase","value":10.50,"email":"jane@example.com"}'


def client(url: str, **changes: Any) -> ConversionsApi:
    settings = fakes.settings(meta_api_url=url, meta_access_token=Secret(TOKEN), **changes)
    return ConversionsApi(settings, Tokens(settings.meta_access_token), connection_pool(settings))


def test_events_are_posted_byte_for_byte_in_one_request(wire: WireServer) -> None:
    client(wire.url).send("123", [EVENT, EVENT])
    (request,) = wire.received
    assert request.line == "POST /v26.0/123/events HTTP/1.1"
    assert request.body == b'{"data":[' + EVENT + b"," + EVENT + b"]}"
    assert request.headers["Content-Type"] == "application/json"


def test_the_token_travels_in_the_header_only(wire: WireServer) -> None:
    client(wire.url).send("123", [EVENT])
    (request,) = wire.received
    assert request.headers["Authorization"] == f"Bearer {TOKEN}"
    assert TOKEN not in request.line
    assert TOKEN.encode() not in request.body


def test_test_code_partner_agent_and_proof_travel_beside_the_events(wire: WireServer) -> None:
    client(wire.url, meta_partner_agent="omnicapi_1_0", meta_app_secret=Secret("s3")).send("123", [EVENT], "TEST1")
    body = msgspec.json.decode(wire.received[0].body)
    assert body.pop("data") == [msgspec.json.decode(EVENT)]
    assert body == {
        "partner_agent": "omnicapi_1_0",
        "test_event_code": "TEST1",
        "appsecret_proof": Util.appsecret_proof("s3", TOKEN),
    }


def test_the_proof_is_the_one_of_metas_own_sdk() -> None:
    for secret, token in [("app-secret", "token"), ("0" * 32, "EAAB" * 40)]:
        assert appsecret_proof(Secret(secret), Secret(token)) == Util.appsecret_proof(secret, token)


def test_a_dataset_id_cannot_lead_elsewhere(wire: WireServer) -> None:
    client(wire.url).send("1/../../me?x=", [EVENT])
    assert wire.received[0].line == "POST /v26.0/1%2F..%2F..%2Fme%3Fx%3D/events HTTP/1.1"


def test_one_connection_serves_many_requests(wire: WireServer) -> None:
    meta = client(wire.url)
    for _ in range(5):
        meta.send("123", [EVENT])
    assert len({request.peer for request in wire.received}) == 1


def test_a_compressed_answer_is_read(wire: WireServer) -> None:
    body = gzip.compress(b'{"events_received":1,"fbtrace_id":"A"}')
    wire.respond = lambda handler: answer(handler, 200, body, Content_Encoding="gzip")
    assert client(wire.url).send("123", [EVENT]).fbtrace_id == "A"


def test_an_error_status_is_an_answer_not_an_exception(wire: WireServer) -> None:
    wire.respond = lambda handler: answer(handler, 400, b'{"error":{"code":100,"error_subcode":2804003}}')
    assert client(wire.url).send("123", [EVENT]).code == "100/2804003"


def test_a_redirect_is_not_followed_with_the_token(wire: WireServer) -> None:
    wire.respond = lambda handler: answer(handler, 302, b"", Location=f"{wire.url}/elsewhere")
    refusal = client(wire.url).send("123", [EVENT]).refusal
    assert refusal is not None
    assert refusal.kind is Kind.TRANSIENT
    assert len(wire.received) == 1


def reset(handler: BaseHTTPRequestHandler) -> None:
    handler.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    os.close(handler.connection.detach())
    handler.close_connection = True


def hang(handler: BaseHTTPRequestHandler) -> None:
    time.sleep(1.0)
    handler.close_connection = True


def cut_short(handler: BaseHTTPRequestHandler, body: bytes = b'{"fbtrace_id":"A","messages":[') -> None:
    handler.send_response(200)
    handler.send_header("Content-Length", "1000000000")
    handler.end_headers()
    handler.wfile.write(body)
    handler.close_connection = True


def no_http(handler: BaseHTTPRequestHandler) -> None:
    handler.wfile.write(b"220 smtp.example.com ESMTP\r\n\r\n")
    handler.close_connection = True


@pytest.mark.parametrize("respond", [reset, hang, cut_short, no_http])
def test_no_answer_is_ambiguous_and_nothing_is_retried_here(
    wire: WireServer, respond: Callable[[BaseHTTPRequestHandler], None]
) -> None:
    wire.respond = respond
    with pytest.raises(MetaUnavailable):
        client(wire.url, meta_read_timeout=0.3).send("123", [EVENT])
    assert len(wire.received) == 1


@pytest.mark.parametrize("url", ["http://127.0.0.1:1", "http://no-such-host.invalid"])
def test_nobody_there_is_no_answer(url: str) -> None:
    with pytest.raises(MetaUnavailable):
        client(url, meta_connect_timeout=0.5).send("123", [EVENT])


@pytest.mark.parametrize("respond", [reset, no_http])
def test_no_exception_holds_the_token_the_event_or_another_exception_that_might(
    wire: WireServer, respond: Callable[[BaseHTTPRequestHandler], None]
) -> None:
    wire.respond = respond
    with pytest.raises(MetaUnavailable) as caught:
        client(wire.url).send("123", [EVENT])
    text = "".join(traceback.format_exception(caught.value))
    assert TOKEN not in text
    assert "jane" not in text


@pytest.mark.parametrize("token", ["two\nlines", "with space", "ünicode", "tab\tinside"])
def test_a_token_that_no_header_can_carry_is_a_setting_to_mend_and_is_not_quoted(wire: WireServer, token: str) -> None:
    settings = fakes.settings(meta_api_url=wire.url)
    meta = ConversionsApi(settings, Tokens(Secret(token)), connection_pool(settings))
    with pytest.raises(MetaRefusedUs) as caught:
        meta.send("123", [EVENT])
    assert token not in str(caught.value)
    assert not wire.received


def test_a_proxy_carries_the_request_and_gets_its_own_credentials(wire: WireServer) -> None:
    host = wire.url.removeprefix("http://")
    client("http://graph.facebook.invalid", meta_proxy_url=Secret(f"http://user:pass@{host}")).send("123", [EVENT])
    (request,) = wire.received
    assert request.line.startswith("POST http://graph.facebook.invalid/v26.0/123/events ")
    assert request.headers["Proxy-Authorization"] == "Basic " + base64.b64encode(b"user:pass").decode()


def test_a_proxy_without_credentials_gets_none(wire: WireServer) -> None:
    client("http://graph.facebook.invalid", meta_proxy_url=Secret(wire.url)).send("123", [EVENT])
    assert "Proxy-Authorization" not in wire.received[0].headers


def test_the_proxys_password_is_in_no_repr() -> None:
    assert "pass" not in repr(fakes.settings(meta_proxy_url=Secret("http://user:pass@proxy:8080")))


def test_a_rotated_token_is_used_by_the_next_request(wire: WireServer, tmp_path: Path) -> None:
    settings = fakes.settings(meta_api_url=wire.url)
    meta = ConversionsApi(settings, Tokens(None, str(tmp_path)), connection_pool(settings))
    (tmp_path / "123").mkdir()
    for token in ("first", "second"):
        (tmp_path / "123" / "token").write_text(f"{token}\n")
        meta.send("123", [EVENT])
    assert [request.headers["Authorization"] for request in wire.received] == ["Bearer first", "Bearer second"]


YES = b'{"events_received":1,"fbtrace_id":"A","messages":["'


def dripping(body: bytes) -> Callable[[BaseHTTPRequestHandler], None]:
    """Answer with the beginning of a body and then a byte now and then."""

    def drip(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(200)
        handler.send_header("Content-Length", "1000")
        handler.end_headers()
        handler.wfile.write(body)
        drop_by_drop(handler)

    return drip


def drop_by_drop(handler: BaseHTTPRequestHandler) -> None:
    with suppress(OSError):  # nobody listens any longer
        for _ in range(100):
            time.sleep(0.05)
            handler.wfile.write(b"a")
    handler.close_connection = True


def dripping_headers(handler: BaseHTTPRequestHandler) -> None:
    handler.wfile.write(b"HTTP/1.1 200 OK\r\nX-Slow: ")
    drop_by_drop(handler)


def test_a_yes_that_breaks_off_is_a_yes(wire: WireServer) -> None:
    wire.respond = lambda handler: cut_short(handler, YES)
    answer = client(wire.url).send("123", [EVENT])
    assert (answer.refusal, answer.events_received, answer.fbtrace_id) == (None, 1, "A")


def test_of_an_endless_answer_a_megabyte_is_read(wire: WireServer, monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[int] = []

    def noting(status: int, headers: Any, body: bytes, *, whole: bool) -> Answer:
        read.append(len(body))
        return read_answer(status, headers, body, whole=whole)

    monkeypatch.setattr("forward.meta.client.read_answer", noting)
    wire.respond = lambda handler: answer(handler, 200, YES + b"a" * 5_000_000)
    assert client(wire.url).send("123", [EVENT]).refusal is None
    wire.respond = lambda handler: answer(handler, 200, b'{"messages":["' + b"a" * 5_000_000)
    assert client(wire.url).send("123", [EVENT]).refusal is None
    assert read == [ANSWER_BYTES] * 2 == [1_000_000] * 2


def test_of_a_bomb_a_megabyte_is_unpacked(wire: WireServer) -> None:
    bomb = gzip.compress(YES + b"a" * 300_000_000, 1)
    wire.respond = lambda handler: answer(handler, 200, bomb, Content_Encoding="gzip")
    tracemalloc.start()
    try:
        assert client(wire.url).send("123", [EVENT]).events_received == 1
        assert tracemalloc.get_traced_memory()[1] < 100_000_000
    finally:
        tracemalloc.stop()


def test_an_endless_page_is_no_yes(wire: WireServer) -> None:
    wire.respond = lambda handler: answer(handler, 200, b"<html>" + b"a" * 2_000_000)
    refusal = client(wire.url).send("123", [EVENT]).refusal
    assert refusal is not None
    assert refusal.kind is Kind.TRANSIENT


def test_a_whole_answer_has_one_time_limit_and_what_came_of_a_yes_counts(wire: WireServer) -> None:
    for body in (YES, b'{"fb'):
        wire.respond = dripping(body)
        begun = time.monotonic()
        assert client(wire.url, meta_read_timeout=0.4).send("123", [EVENT]).refusal is None
        assert time.monotonic() - begun < 4


@pytest.mark.parametrize("respond", [dripping_headers, dripping(b""), dripping(b"<html>")])
def test_what_drips_without_a_yes_is_no_answer_in_time(wire: WireServer, respond: Callable[[Any], None]) -> None:
    wire.respond = respond
    begun = time.monotonic()
    try:
        refusal = client(wire.url, meta_read_timeout=0.4).send("123", [EVENT]).refusal
    except MetaUnavailable:
        refusal = UNAVAILABLE
    assert refusal is UNAVAILABLE
    assert time.monotonic() - begun < 4


def test_a_connection_serves_on_after_a_short_answer_and_not_after_one_that_was_cut(wire: WireServer) -> None:
    meta = client(wire.url)
    meta.send("123", [EVENT])
    wire.respond = lambda handler: answer(handler, 200, YES + b"a" * 2_000_000)
    meta.send("123", [EVENT])
    wire.respond = lambda handler: answer(handler, 200, b'{"events_received":1}')
    assert meta.send("123", [EVENT]).events_received == 1
    peers = [request.peer for request in wire.received]
    assert peers[0] == peers[1] != peers[2]


def with_headers(*lines: bytes) -> Callable[[BaseHTTPRequestHandler], None]:
    def respond(handler: BaseHTTPRequestHandler) -> None:
        handler.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Length: 21\r\n" + b"".join(lines))
        handler.wfile.write(b'\r\n{"events_received":1}')

    return respond


@pytest.mark.parametrize(
    "lines",
    [
        [b"X-App-Usage: " + b"[" * 300_000 + b"\r\n"],
        [b"X-A: 1\r\n"] * 5000,
        [b"X-App-Usage: {}\r\n"] * 150,
        [b"X-A: " + b"a" * 70_000 + b"\r\n"] * 120,
        [b"X-A: \xff\x00\x01\r\n", b"no colon\r\n"],
    ],
    ids=["long", "many", "repeated", "long and many", "odd"],
)
def test_no_header_spoils_a_yes(wire: WireServer, lines: list[bytes]) -> None:
    wire.respond = with_headers(*lines)
    meta = client(wire.url)
    for _ in range(2):
        answer = meta.send("123", [EVENT])
        assert (answer.refusal, answer.events_received) == (None, 1)


def test_a_chunked_answer_is_read_whole(wire: WireServer) -> None:
    def chunked(handler: BaseHTTPRequestHandler) -> None:
        handler.wfile.write(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
        handler.wfile.write(b'8;a=b\r\n{"events\r\nd\r\n_received":1}\r\n0\r\nX-Trailer: 1\r\n\r\n')

    wire.respond = chunked
    meta = client(wire.url)
    assert [meta.send("123", [EVENT]).events_received for _ in range(2)] == [1, 1]


TOLD = b'{"events_received":1,"fbtrace_id":"A"}'


@pytest.mark.parametrize("encoding", ["gzip", "deflate", "x-gzip", "br", ", ".join(["gzip"] * 6), "no such"])
def test_a_yes_counts_whatever_it_is_said_to_be_packed_with(wire: WireServer, encoding: str) -> None:
    wire.respond = lambda handler: answer(handler, 200, TOLD, Content_Encoding=encoding)
    told = client(wire.url).send("123", [EVENT])
    assert (told.refusal, told.events_received, told.fbtrace_id) == (None, 1, "A")


@pytest.mark.parametrize("spoil", [lambda data: data[:-9], lambda data: data[:-8] + bytes(8), lambda data: data + data])
def test_a_packed_yes_counts_though_its_end_is_damaged(wire: WireServer, spoil: Callable[[bytes], bytes]) -> None:
    packed = gzip.compress(TOLD + b" " * 5000 + bytes(random.Random(1).randbytes(3000)))
    wire.respond = lambda handler: answer(handler, 200, spoil(packed))
    assert client(wire.url).send("123", [EVENT]).fbtrace_id == "A"


def test_what_is_said_to_be_packed_and_is_no_yes_is_none(wire: WireServer) -> None:
    wire.respond = lambda handler: answer(handler, 200, b"this is not gzip", Content_Encoding="gzip")
    assert client(wire.url).send("123", [EVENT]).refusal is UNAVAILABLE


@pytest.mark.parametrize(
    "head",
    [
        b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\nContent-Length: 38\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 38, 3\r\n\r\n",
        b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\n" + b"X-A: 1\r\n" * 150 + b"\r\n",
        b"HTTP/1.1 103 Early Hints\r\nLink: a\r\n\r\nHTTP/1.1 102 Processing\r\n\r\nHTTP/1.1 200 OK\r\n\r\n",
        b"HTTP/1.1 200 " + b"O" * 70_000 + b"\r\n\r\n",
    ],
    ids=["two lengths", "a list of lengths", "interim and many headers", "other interim answers", "a long phrase"],
)
def test_no_head_spoils_a_yes(wire: WireServer, head: bytes) -> None:
    def respond(handler: BaseHTTPRequestHandler) -> None:
        handler.wfile.write(head + TOLD)
        handler.close_connection = True

    wire.respond = respond
    meta = client(wire.url)
    for _ in range(2):
        told = meta.send("123", [EVENT])
        assert (told.status, told.refusal, told.fbtrace_id) == (200, None, "A")
