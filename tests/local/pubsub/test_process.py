import json
import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from local.pubsub import BrokerOptions, CannotListenError, Control, EmbeddedPubSub
from local.pubsub.__main__ import main
from tests.local.pubsub.bench import Backend, Bench, eventually
from tests.local.pubsub.receiver import Receiver


@contextmanager
def process(*arguments: str) -> Iterator[subprocess.Popen[str]]:
    command = [sys.executable, "-m", "local.pubsub", *arguments]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as running:
        try:
            yield running
        finally:
            running.kill()


def announced(running: subprocess.Popen[str]) -> dict[str, str]:
    assert running.stdout
    addresses: dict[str, str] = json.loads(running.stdout.readline())
    return addresses


def free_ports() -> tuple[int, int]:
    with socket.create_server(("127.0.0.1", 0)) as one, socket.create_server(("127.0.0.1", 0)) as other:
        return one.getsockname()[1], other.getsockname()[1]


def test_the_process_announces_its_ports_serves_and_ends_on_sigterm() -> None:
    port, control_port = free_ports()
    with process("--port", str(port), "--control-port", str(control_port)) as running, Receiver(hold=True) as receiver:
        addresses = announced(running)
        assert addresses == {"endpoint": f"127.0.0.1:{port}", "control": f"http://127.0.0.1:{control_port}"}
        backend = Backend.of("embedded", addresses["endpoint"])
        bench = Bench(backend)
        topic = bench.topic()
        pushing = bench.subscription(topic, push_config={"push_endpoint": receiver.url})
        bench.publish(topic, b"x")
        eventually(lambda: receiver.open)
        assert Control(addresses["control"]).subscription(pushing).outstanding == 1
        backend.close()
        running.terminate()
        output, errors = running.communicate(timeout=10)
    assert (running.returncode, output, errors) == (0, "", "")


@pytest.mark.parametrize("option", ["--port", "--control-port"])
def test_a_port_that_is_taken_is_said(option: str, capsys: pytest.CaptureFixture[str]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        with pytest.raises(SystemExit, match=f"Cannot listen on .*:{port}"):
            main([option, port])
    assert capsys.readouterr().out == ""


def test_main_serves_until_it_is_interrupted(capsys: pytest.CaptureFixture[str]) -> None:
    printed: list[str] = []

    def end_when_announced() -> None:
        while not "".join(printed).endswith("\n"):
            printed.append(capsys.readouterr().out)
        os.kill(os.getpid(), signal.SIGINT)

    ending = threading.Thread(target=end_when_announced)
    ending.start()
    main(["--push-window", "3"])
    ending.join()
    assert json.loads("".join(printed)).keys() == {"endpoint", "control"}


def test_in_process_a_port_that_is_taken_is_an_error() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        options = BrokerOptions(control_port=taken.getsockname()[1])
        with pytest.raises(CannotListenError, match="in use"), EmbeddedPubSub(options):
            pytest.fail("entered")


def test_two_brokers_in_one_process_share_nothing() -> None:
    with EmbeddedPubSub() as one, EmbeddedPubSub() as other:
        assert one.endpoint != other.endpoint
        backend = Backend.of("embedded", one.endpoint)
        Bench(backend).topic()
        assert len(Control(one.control_url).topics()) == 1
        assert Control(other.control_url).topics() == []
        backend.close()
