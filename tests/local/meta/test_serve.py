"""The documented command: gunicorn, its settings from the environment, its clock the machine's."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import msgspec
import pytest
import urllib3

from local.meta import serve
from local.meta.app import create_app
from local.meta.control import MetaControl
from local.meta.examples.events import website
from local.meta.faults.kinds import Hang, LoseAnswer, Reset, When
from local.meta.settings import VARIABLE, Settings, settings_from_environment

Post = Callable[..., urllib3.BaseHTTPResponse]


def test_the_settings_come_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(VARIABLE, raising=False)
    assert settings_from_environment() == Settings()
    monkeypatch.setenv(VARIABLE, '{"tokens": ["a"], "datasets": {"1": ["b"]}, "locale": "fr_FR"}')
    assert settings_from_environment() == Settings(tokens=("a",), datasets={"1": ("b",)}, locale="fr_FR")
    for wrong, named in (('{"token": "a"}', "token"), ('{"locale": "xx_XX"}', "locale")):
        monkeypatch.setenv(VARIABLE, wrong)
        with pytest.raises(msgspec.ValidationError, match=named):
            create_app()


def test_one_memory_is_served_by_one_worker_with_a_thread_for_each_of_five_hundred_requests() -> None:
    assert (serve.workers, serve.worker_class) == (1, "gthread")
    assert serve.threads >= 500
    assert serve.bind == os.environ.get("META_STAND_IN_BIND", "127.0.0.1:8090")


@pytest.fixture
def served() -> Iterator[MetaControl]:
    """A stand-in in a process of its own."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        address = f"127.0.0.1:{probe.getsockname()[1]}"
    command = [sys.executable, "-m", "gunicorn", "--config", "python:local.meta.serve", "local.meta.app:create_app()"]
    environment = {**os.environ, "META_STAND_IN_BIND": address, VARIABLE: '{"tokens": ["a-good-token"]}'}
    process = subprocess.Popen(command, env=environment, cwd=Path(__file__).parents[3])
    control = MetaControl(f"http://{address}")
    try:
        deadline = time.monotonic() + 30
        while not control.is_up():
            assert time.monotonic() < deadline
            time.sleep(0.05)
        yield control
    finally:
        process.terminate()
        assert process.wait(timeout=20) == 0


@pytest.mark.stack
def test_the_documented_command_serves_hundreds_at_once_and_stops_at_once(served: MetaControl, post: Post) -> None:
    now = int(time.time())
    url = f"{served.base_url}/v25.0/123/events"

    def send(_: int) -> int:
        return post(*[website(now)] * 10, url=url, timeout=60).status

    with ThreadPoolExecutor(200) as senders:
        assert list(senders.map(send, range(400))) == [200] * 400
    assert served.summary().accepted_events == 4000
    for fault in (Reset(), Hang(0.1), LoseAnswer()):
        served.fault(fault)
        with pytest.raises(urllib3.exceptions.ProtocolError):
            post(website(now), url=url)
    assert served.summary().answers == {200: 400, 0: 3}
    served.fault(Hang(600), When(times=None))
    with pytest.raises(urllib3.exceptions.ReadTimeoutError):
        post(website(now), url=url, timeout=0.2)
