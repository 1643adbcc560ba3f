from __future__ import annotations

import json
from collections.abc import Iterator

import pytest
from typer.testing import CliRunner

from cli.doctor.target import local_stack
from cli.main import app
from local.addresses import Addresses
from local.clients import PubSubClients
from local.meta.in_thread import stand_in
from local.meta.settings import Settings
from local.provision import provision
from local.pubsub import EmbeddedPubSub
from omnicapi.errors import BadSettings
from omnicapi.topology import PIPELINE

PROJECT, TOKEN = "doctored", "a-good-token"


@pytest.fixture(scope="module")
def environment() -> Iterator[dict[str, str]]:
    services = {push.service or "": "http://127.0.0.1:9/" for push in PIPELINE.pushes()}
    with EmbeddedPubSub() as broker, stand_in(Settings(datasets={"42": (TOKEN,)})) as meta:
        with PubSubClients(broker.endpoint) as clients:
            provision(PIPELINE, clients, PROJECT, services)
        yield {
            "PUBSUB_EMULATOR_HOST": broker.endpoint,
            "GOOGLE_CLOUD_PROJECT": PROJECT,
            "META_API_URL": meta,
            "META_ACCESS_TOKEN": TOKEN,
        }


def test_a_sound_deployment_ends_with_0_and_a_line_a_check(environment: dict[str, str]) -> None:
    result = CliRunner().invoke(app, ["doctor", "--dataset", "42", "--maps", "maps"], env=environment)
    assert result.exit_code == 0, result.output
    assert "pass  token of dataset 42:" in result.output
    assert " fail" not in result.output.splitlines()[-1]
    assert TOKEN not in result.output


def test_a_failure_ends_with_1_and_says_what_mends_it(environment: dict[str, str]) -> None:
    result = CliRunner().invoke(app, ["doctor", "--dataset", "43"], env=environment)
    assert result.exit_code == 1
    assert "fail  token of dataset 43:" in result.output
    assert "fix: Check the dataset id" in result.output


def test_machines_get_an_object_a_line(environment: dict[str, str]) -> None:
    result = CliRunner().invoke(app, ["doctor", "--json"], env=environment)
    lines = [json.loads(line) for line in result.output.splitlines()]
    assert {"status", "check", "text"} <= lines[0].keys()


def test_somebody_must_say_what_to_look_at() -> None:
    result = CliRunner().invoke(app, ["doctor"], env={"GOOGLE_CLOUD_PROJECT": ""})
    assert result.exit_code == 2
    assert "--local" in result.output


def test_a_local_stack_that_does_not_run_is_said_at_once() -> None:
    nowhere = Addresses.free()
    with pytest.raises(BadSettings, match=f"No local stack answers at {nowhere.pubsub}.*omnicapi up"):
        local_stack(nowhere)


def test_of_several_deployments_in_a_project_the_one_is_looked_at_that_is_named(environment: dict[str, str]) -> None:
    result = CliRunner().invoke(app, ["doctor", "--instance", "brazil"], env=environment)
    assert result.exit_code == 1
    assert f"fail  topic brazil-signals: is not in project {PROJECT}" in result.output
    assert "subscription brazil-signals-dead-letter-pull" in result.output
