"""The service and the worker start from their environment and heed SIGTERM beside whatever handled it before."""

from __future__ import annotations

import logging
import os
import signal
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from forward import worker
from forward.app import create_app
from local.clients import PubSubClients
from local.provision import provision
from local.pubsub import EmbeddedPubSub
from omnicapi.errors import BadSettings
from omnicapi.intake.sigterm import on_sigterm
from omnicapi.topology import PIPELINE, Subscription, Topology
from tests.forward.fakes import PROJECT
from tests.requests import Client


@pytest.fixture(autouse=True)
def _process_as_it_was() -> Iterator[None]:
    """Undo what starting does to the process: its handlers of logs, signals and uncaught exceptions."""
    root = logging.getLogger()
    handlers, level, sigterm = root.handlers[:], root.level, signal.getsignal(signal.SIGTERM)
    hooks = sys.excepthook, threading.excepthook
    yield
    root.handlers[:] = handlers
    root.setLevel(level)
    signal.signal(signal.SIGTERM, sigterm)
    sys.excepthook, threading.excepthook = hooks


@pytest.fixture
def broker(monkeypatch: pytest.MonkeyPatch) -> Iterator[EmbeddedPubSub]:
    with EmbeddedPubSub() as broker:
        monkeypatch.setenv("PUBSUB_EMULATOR_HOST", broker.endpoint)
        monkeypatch.setenv("GOOGLE_CLOUD_PROJECT", PROJECT)
        yield broker


def test_sigterm_runs_the_action_and_then_the_handler_that_was_there() -> None:
    ran, inherited = threading.Event(), []
    signal.signal(signal.SIGTERM, lambda number, _: inherited.append(number))
    on_sigterm(ran.set)
    signal.raise_signal(signal.SIGTERM)
    assert ran.wait(5)
    assert inherited == [signal.SIGTERM]


def test_sigterm_without_a_handler_before_runs_the_action_alone() -> None:
    ran = threading.Event()
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    on_sigterm(ran.set)
    signal.raise_signal(signal.SIGTERM)
    assert ran.wait(5)


def test_the_service_is_set_up_from_the_environment(broker: EmbeddedPubSub) -> None:
    client = Client(create_app())
    answer = client.get("/health")
    assert (answer.status_code, answer.json) == (200, {"status": "ok", "datasets": {}})
    assert client.post("/", data=b"no push").status_code == 400


def test_without_a_project_the_service_says_what_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("GOOGLE_CLOUD_PROJECT", raising=False)
    with pytest.raises(BadSettings, match="GOOGLE_CLOUD_PROJECT"):
        create_app()


def test_the_worker_pulls_until_sigterm(broker: EmbeddedPubSub, monkeypatch: pytest.MonkeyPatch) -> None:
    topology = Topology(("signals",), (Subscription("signals-push", "signals"),), PIPELINE.notification)
    with PubSubClients(broker.endpoint) as clients:
        provision(topology, clients, PROJECT, {})
        monkeypatch.setenv("PULL_MESSAGES", "4")
        threading.Timer(1.0, os.kill, (os.getpid(), signal.SIGTERM)).start()
        begun = time.monotonic()
        worker.main()
        assert 0.9 < time.monotonic() - begun < 10


def test_the_packages_map_names_every_module() -> None:
    """``forward/__init__.py`` says how a message travels; the modules it names exist."""
    package = Path(worker.__file__).parent
    text = (package / "__init__.py").read_text(encoding="utf-8")
    modules = {path.stem for path in package.glob("*.py")} - {"__init__"}
    named = {name for name in modules if f"``{name}``" in text}
    assert named == modules
