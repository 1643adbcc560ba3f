"""What the other tests rely on: the stack starts, is fed, and is stopped."""

import socket
from pathlib import Path
from typing import Any

import pytest

from local.addresses import NAMES, Addresses
from local.blueprint import Blueprint
from local.notices import Notices
from local.ports import HOST
from local.process import ProcessFailed
from local.provision import provision
from local.services import BUCKET, SERVICES, TOKEN, Service
from local.stack import Options, Stack
from omnicapi.topology import PIPELINE, SIGNALS, Subscription
from tests.end_to_end.pipeline import Pipeline

pytestmark = pytest.mark.stack

WORKER = "forward-worker"


def test_every_process_is_healthy_and_has_a_log_of_its_own(stack: Pipeline) -> None:
    assert all(process.healthy() for process in stack.processes.values())
    assert {process.log.stem for process in stack.processes.values()} == set(NAMES) - {"pubsub-control"}


def test_an_event_goes_all_the_way_to_meta(stack: Pipeline, events: list[dict[str, Any]]) -> None:
    messages = stack.put_in(events[:1])
    stack.drained()
    (outcome,) = stack.about(messages)
    assert outcome.verdict == "sent"
    (accepted,) = stack.meta.accepted(event_id=events[0]["event_id"])
    assert outcome.fbtrace_id == accepted.fbtrace_id


def test_a_file_outside_the_prefix_is_left_alone(stack: Pipeline, tmp_path: Path) -> None:
    file = tmp_path / "notes.txt"
    file.write_text("to do")
    stack.drop(file, "elsewhere/notes.txt")
    stack.drained()
    assert stack.bucket.names("elsewhere/") == ["elsewhere/notes.txt"]


def test_a_bucket_that_does_not_notify_is_noticed(stack: Pipeline, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("local.stack._NOTIFIED_WITHIN", 0.2)
    monkeypatch.setattr(stack, "_notices", Notices())
    with pytest.raises(TimeoutError, match=r"did not notify .*/files of incoming/lost/"):
        stack.drop(b"", "incoming/lost/")


def test_a_second_stack_on_the_same_ports_does_not_start(stack: Pipeline, tmp_path: Path) -> None:
    with pytest.raises(ProcessFailed, match="is in use"), Stack(Options(logs=tmp_path, addresses=stack.addresses)):
        pass


def test_a_service_with_a_wrong_setting_says_what_is_wrong_and_leaves_nothing_running(tmp_path: Path) -> None:
    addresses = Addresses.free()
    options = Options(logs=tmp_path, addresses=addresses, settings={"forward": {"META_API_VERSION": "26"}})
    with pytest.raises(ProcessFailed, match=r"forward[\s\S]*META_API_VERSION"), Stack(options):
        pass
    for port in addresses.ports.values():
        with socket.socket() as probe:
            assert probe.connect_ex((HOST, port))


def test_a_worker_starts_once_there_is_what_it_pulls(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    worker = Service(
        "forward", {"META_ACCESS_TOKEN": TOKEN, "INTAKE": "pull", "SIGNALS_SUBSCRIPTION": "signals"}, listens=False
    )
    topology = PIPELINE.with_subscriptions(Subscription("signals", SIGNALS, WORKER, pushed=False))
    stack = Stack(Options(tmp_path, blueprint=Blueprint(topology=topology, services={**SERVICES, WORKER: worker})))
    ran_before = []

    def provision_as_before(*arguments: Any) -> None:
        ran_before.append(stack.processes[WORKER].running)
        provision(*arguments)

    monkeypatch.setattr("local.stack.provision", provision_as_before)
    with stack:
        assert ran_before == [False]
        assert stack.processes[WORKER].running


def test_the_bucket_is_the_one_the_services_use(stack: Pipeline) -> None:
    assert stack.bucket.name == BUCKET
