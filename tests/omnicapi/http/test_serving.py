"""The services' server, with a service whose messages say what to do."""

import base64
import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

PATIENCE = 30.0
GRACE = 9.0
"""Seconds between Cloud Run's SIGTERM and its SIGKILL, less one (gcp.md §1.6)."""

AT_ONCE = 1000

APP = f"""
import asyncio
from omnicapi import logs
from omnicapi.http import service

def create_app():
    logs.setup("test", "my-project")
    everybody, come = asyncio.Event(), []

    async def receive(message):
        if message.data == b"together":
            come.append(message)
            if len(come) == {AT_ONCE}:
                everybody.set()
            await asyncio.wait_for(everybody.wait(), {PATIENCE})
        elif message.data == b"slow":
            await asyncio.sleep(1.5)
        elif message.data:
            raise ValueError(message.data, message.attributes)

    return service.create_app(receive)
"""


class Server:
    def __init__(self, process: "subprocess.Popen[str]", port: int) -> None:
        self.process = process
        self.port = port

    def push(self, data: bytes, headers: dict[str, str] | None = None) -> tuple[int, str]:
        """Push one message on a connection of its own; return status and body."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        body = json.dumps({"message": {"data": base64.b64encode(data).decode(), "messageId": "1"}})
        try:
            connection.request("POST", "/", body, headers or {})
            answer = connection.getresponse()
            return answer.status, answer.read().decode()
        finally:
            connection.close()

    def accepts(self) -> bool:
        try:
            socket.create_connection(("127.0.0.1", self.port), 1).close()
        except ConnectionRefusedError:
            return False
        return True

    def stop(self) -> str:
        """End the server as Cloud Run does and return all that it wrote."""
        self.process.terminate()
        return "".join(self.process.communicate(timeout=PATIENCE))


@contextmanager
def serving(folder: Path) -> Iterator[Server]:
    (folder / "app_under_test.py").write_text(APP)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environment = os.environ | {"PORT": str(port), "PYTHONPATH": str(folder)}
    process = subprocess.Popen(
        [sys.executable, "-m", "omnicapi.http.serving", "app_under_test:create_app()"],
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    server = Server(process, port)
    try:
        deadline = time.monotonic() + PATIENCE
        while not server.accepts():
            assert process.poll() is None, process.communicate()
            assert time.monotonic() < deadline
            time.sleep(0.05)
        assert server.push(b"")[0] == 204  # the worker is there too
        yield server
    finally:
        process.kill()
        process.wait()


def test_a_thousand_requests_are_held_at_once(tmp_path: Path) -> None:
    with serving(tmp_path) as server, ThreadPoolExecutor(AT_ONCE) as pushers:
        # Nobody is answered before the last of them has come in.
        assert {status for status, _ in pushers.map(server.push, [b"together"] * AT_ONCE)} == {204}


def test_sigterm_lets_open_requests_finish_in_time_and_takes_no_new_ones(tmp_path: Path) -> None:
    with serving(tmp_path) as server, ThreadPoolExecutor(40) as pushers:
        answers = [pushers.submit(server.push, b"slow") for _ in range(40)]
        time.sleep(0.7)
        start = time.monotonic()
        server.process.send_signal(signal.SIGTERM)
        assert {answer.result(PATIENCE)[0] for answer in answers} == {204}
        assert server.process.wait(GRACE) == 0
        assert time.monotonic() - start < GRACE
        assert not server.accepts()


def test_connections_are_kept_for_the_next_push(tmp_path: Path) -> None:
    with serving(tmp_path) as server:
        connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=PATIENCE)
        connection.request("GET", "/health")
        first = connection.sock
        assert connection.getresponse().read()
        connection.request("GET", "/health")
        assert connection.getresponse().status == 200
        assert connection.sock is first


def test_neither_the_answers_nor_anything_written_quote_a_request(tmp_path: Path) -> None:
    planted = "ana@example.com EAAplanted0123456789"
    with serving(tmp_path) as server:
        status, body = server.push(planted.encode(), {"Authorization": planted, "User-Agent": planted})
        assert status == 500
        connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=PATIENCE)
        connection.request("POST", "/?access_token=EAAplanted0123456789", planted)
        body += connection.getresponse().read().decode()
        written = server.stop()
    assert "ValueError" in written
    assert "not acknowledged" in written
    for quote in (*planted.split(), base64.b64encode(planted.encode()).decode()):
        assert quote not in body + written
