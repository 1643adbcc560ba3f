"""A head that does not come is not waited for: each waiting one would hold a connection for ever."""

import asyncio
from collections.abc import Callable
from typing import Any

import pytest
import uvicorn

from omnicapi.http import serving
from omnicapi.http.asgi import Receive, Reply, Scope, Send
from tests.loops import run

HEAD = b"GET /health HTTP/1.1\r\nHost: a\r\n"
PATIENCE = 30.0


async def answer(scope: Scope, receive: Receive, send: Send) -> None:
    await Reply(200, b"ok")(scope, receive, send)


async def speaking(talk: Callable[[asyncio.StreamReader, asyncio.StreamWriter], Any]) -> Any:
    """Return what a talk with the server returns."""
    config = serving.config(answer, {"HOST": "127.0.0.1", "PORT": "0"})
    config.load()
    server = uvicorn.Server(config)
    server.lifespan = config.lifespan_class(config)
    await server.startup()
    try:
        port = server.servers[0].sockets[0].getsockname()[1]
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        async with asyncio.timeout(PATIENCE):
            said = await talk(reader, writer)
        writer.close()
        return said
    finally:
        await server.shutdown()


@pytest.mark.parametrize("begun", [HEAD, b"G", HEAD + b"\r\n" + HEAD], ids=["no end", "a letter", "the second"])
def test_a_head_that_never_ends_ends_the_connection(begun: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(serving, "HEAD_SECONDS", 0.05)

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bytes:
        writer.write(begun)
        return await reader.read()  # returns when the server has closed

    assert run(speaking(talk)).count(b"200 OK") == begun.count(b"\r\n\r\n")


def test_a_head_that_trickles_has_no_more_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(serving, "HEAD_SECONDS", 0.05)

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bytes:
        async def trickle() -> None:
            while True:
                writer.write(b"X")
                await asyncio.sleep(0.01)

        writer.write(HEAD)
        trickling = asyncio.create_task(trickle())
        try:
            return await reader.read()
        except ConnectionResetError:
            return b""
        finally:
            trickling.cancel()

    assert run(speaking(talk)) == b""


def test_a_connection_that_says_nothing_ends_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(serving, "KEEP_ALIVE", 0.05)

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bytes:
        return await reader.read()

    assert run(speaking(talk)) == b""


def test_a_head_in_time_is_answered_though_the_next_comes_after_a_pause(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(serving, "HEAD_SECONDS", 0.05)

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> list[bytes]:
        answers = []
        for _ in range(2):
            writer.write(HEAD + b"\r\n")
            answers.append(await reader.readuntil(b"\r\n\r\nok"))
            await asyncio.sleep(0.2)
        return answers

    assert [said.split(b"\r\n")[0] for said in run(speaking(talk))] == [b"HTTP/1.1 200 OK"] * 2
