"""Processes are tried with a small HTTP server of the standard library."""

import os
import signal
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from local.ports import HOST, free_ports
from local.process import Process, ProcessFailed, base_environment, stop_all, wait_healthy

SERVER = """
import http.server, signal, sys, time
port, manner = int(sys.argv[1]), sys.argv[2]
if manner == "deaf":
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
if manner == "broken":
    sys.exit("no such setting")
class Health(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(503 if manner == "ill" else 200)
        self.end_headers()
    def log_message(self, *args):
        print("asked", flush=True)
http.server.ThreadingHTTPServer(("127.0.0.1", port), Health).serve_forever()
"""

Make = Callable[[str], Process]


@pytest.fixture
def make(tmp_path: Path) -> Iterator[Make]:
    made: list[Process] = []

    def process(manner: str) -> Process:
        (port,) = free_ports(1)
        made.append(
            Process(
                manner,
                [sys.executable, "-c", SERVER, str(port), manner],
                base_environment(),
                directory=tmp_path,
                log=tmp_path / "logs" / f"{manner}.log",
                health=f"http://{HOST}:{port}/health",
            )
        )
        return made[-1]

    yield process
    for each in made:
        each.kill()


def test_a_process_starts_answers_and_stops_on_sigterm(make: Make) -> None:
    server = make("good")
    assert not server.running
    server.start()
    wait_healthy([server])
    assert server.running
    assert server.stop()
    assert not server.running
    assert "asked" in server.log.read_text()


def test_a_process_that_ignores_sigterm_is_killed(make: Make) -> None:
    server = make("deaf")
    server.start()
    wait_healthy([server])
    assert not server.stop(grace=0.2)
    assert not server.running


def test_a_process_that_ends_at_once_shows_its_last_words(make: Make) -> None:
    server = make("broken")
    server.start()
    with pytest.raises(ProcessFailed, match=r"ended before it was healthy[\s\S]*no such setting"):
        wait_healthy([server])


def test_a_process_that_never_gets_well_is_given_up(make: Make) -> None:
    server = make("ill")
    server.start()
    with pytest.raises(ProcessFailed, match=r"not healthy after 0\.5 s"):
        wait_healthy([server], 0.5)


def test_a_killed_process_can_be_started_again_on_its_port(make: Make) -> None:
    server = make("good")
    server.start()
    wait_healthy([server])
    server.kill()
    assert not server.healthy()
    server.restart()
    assert server.healthy()


def test_killing_and_stopping_what_does_not_run_does_nothing(make: Make) -> None:
    server = make("good")
    server.kill()
    assert server.stop()


def test_processes_are_stopped_side_by_side(make: Make) -> None:
    servers = [make("good"), make("good")]
    for server in servers:
        server.start()
    wait_healthy(servers)
    stop_all(servers)
    assert not any(server.running for server in servers)


def test_one_that_ended_is_named_at_once_though_others_are_not_healthy_yet(make: Make) -> None:
    ill, broken = make("ill"), make("broken")
    ill.start()
    broken.start()
    with pytest.raises(ProcessFailed, match="broken ended"):
        wait_healthy([ill, broken], timeout=60)


def test_a_killed_process_takes_its_workers_along(tmp_path: Path) -> None:
    (port,) = free_ports(1)
    worker = tmp_path / "worker"
    process = Process(
        "parent",
        ["sh", "-c", f"sleep 60 & echo $! > {worker}; wait"],
        base_environment(),
        directory=tmp_path,
        log=tmp_path / "log",
        health=f"http://{HOST}:{port}",
    )
    process.start()
    _wait(lambda: worker.exists() and bool(worker.read_text()))
    process.kill()
    _wait(lambda: not _alive(int(worker.read_text())))


def test_a_program_that_is_not_there_is_named(tmp_path: Path) -> None:
    process = Process("absent", ["no-such-program"], {}, directory=tmp_path, log=tmp_path / "log", health="http://x")
    with pytest.raises(ProcessFailed, match=r"absent cannot be started: .*no-such-program"):
        process.start()


def test_a_child_gets_no_credentials_and_no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GOOGLE_APPLICATION_CREDENTIALS", "key.json")
    monkeypatch.setenv("HTTPS_PROXY", "http://proxy:1")
    monkeypatch.setenv("PATH", "/usr/bin")
    environment = base_environment()
    assert environment.keys() <= {"HOME", "LANG", "LC_ALL", "PATH", "TMPDIR"}
    assert environment["PATH"] == f"{Path(sys.executable).parent}{os.pathsep}/usr/bin"


def _wait(condition: Callable[[], bool], timeout: float = 10.0) -> None:
    deadline = time.monotonic() + timeout
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def _alive(pid: int) -> bool:
    try:
        os.kill(pid, signal.SIG_DFL)
    except ProcessLookupError:
        return False
    # A killed orphan stays a zombie until the machine's first process takes note of it.
    return "Z" not in Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1][:3]
