"""One variable sets what is pushed and what is pulled, and each part of it can be set by itself."""

from __future__ import annotations

from typing import Any

import pytest

from local.shown import Resource, resources
from omnicapi.topology import PULLABLE
from tests.terraform.workspace import Workspace


def planned(root: Workspace, *variables: str) -> list[Resource]:
    options = [f"-var={each}" for each in variables]
    root.run("plan", "-out=throughput", "-no-color", *options, at="terraform")
    return list(resources(root.run("show", "-json", "throughput", at="terraform").encode()))


def workers(plan: list[Resource]) -> dict[str, int]:
    pools = [each.values for each in plan if each.type == "google_cloud_run_v2_worker_pool"]
    return {each["name"].removesuffix("-worker"): each["scaling"][0]["manual_instance_count"] for each in pools}


def pushed(plan: list[Resource]) -> set[str]:
    return {
        each.values["name"] for each in plan if each.type == "google_pubsub_subscription" and each.values["push_config"]
    }


def environment(plan: list[Resource], name: str) -> dict[str, Any]:
    [found] = [each.values for each in plan if each.values.get("name") == name and "template" in each.values]
    return {each["name"]: each["value"] for each in found["template"][0]["containers"][0]["env"]}


@pytest.fixture(scope="module")
def steady(root: Workspace) -> list[Resource]:
    return planned(root, "throughput=steady", 'settings={handle={DEFAULT_COUNTRY="BR"}}')


@pytest.fixture(scope="module")
def high(root: Workspace) -> list[Resource]:
    changes = "workers={forward=null,handle={instances=3}}"
    return planned(root, "throughput=high", changes, 'settings={handle={DEFAULT_COUNTRY="BR"}}')


def test_steady_gathers_single_events_for_a_second_in_one_worker(steady: list[Resource]) -> None:
    assert workers(steady) == {"ingest-store": 1}
    assert "event-of-interest-push" not in pushed(steady)
    assert {"events-push", "signals-push"} <= pushed(steady)
    assert environment(steady, "ingest-store-worker")["STORE_LINGER"] == "1"


def test_high_pulls_everything_but_what_somebody_wants_pushed(high: list[Resource]) -> None:
    assert workers(high) == {"ingest-store": 2, "handle": 3}
    assert workers(high).keys() <= PULLABLE
    assert "signals-push" in pushed(high)
    assert not {"event-of-interest-push", "events-push"} & pushed(high)


def test_a_worker_has_the_settings_of_its_service(high: list[Resource]) -> None:
    worker, service = environment(high, "handle-worker"), environment(high, "handle")
    assert worker["DEFAULT_COUNTRY"] == service["DEFAULT_COUNTRY"] == "BR"
    assert (worker["INTAKE"], worker["EVENTS_SUBSCRIPTION"], service["INTAKE"]) == ("pull", "events-push", "push")


def test_settings_of_ones_own_count_for_more(root: Workspace) -> None:
    plan = planned(root, "throughput=steady", 'settings={ingest-store={STORE_LINGER="0.3"}}')
    assert environment(plan, "ingest-store-worker")["STORE_LINGER"] == "0.3"
