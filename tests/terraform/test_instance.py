"""Several deployments of one project: with an instance nothing has the name of another deployment's thing."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from cli.dead_letters.letter import TOPICS
from local import planned
from local.services import SERVICES
from local.shown import NotPlanned, Resource, resources
from omnicapi.topology import PIPELINE
from tests.terraform.conftest import NewWorkspace
from tests.terraform.workspace import COMPLETE, Deployment, Failed, Workspace

INSTANCE = "brazil"
LONGEST_ACCOUNT_ID = 30
"""Characters (https://cloud.google.com/iam/docs/service-accounts-create)."""

OF_THE_PROJECT = {
    "google_project_service": "an API is enabled once, and never disabled",
    "google_kms_crypto_key_iam_member": "Google's agents, on a key that is not the deployment's",
    "google_project_iam_member": "people, on the project",
    "time_sleep": "nothing at Google",
}
"""What two deployments share, and what it is; docs/deploy.md says what that means for a tear-down."""


@pytest.fixture(scope="module")
def named(new_workspace: NewWorkspace) -> Workspace:
    """The example with everything in it, applied as an instance."""
    workspace = new_workspace()
    workspace.edit(
        "examples/complete/main.tf", lambda text: text.replace("  region ", f'  instance = "{INSTANCE}"\n  region ')
    )
    workspace.apply(COMPLETE)
    return workspace


@pytest.fixture(scope="module")
def made(named: Workspace) -> list[Resource]:
    return resources(named.run("show", "-json", at=COMPLETE).encode())


def test_no_resource_of_an_instance_is_one_of_another_deployment(made: list[Resource], complete: Deployment) -> None:
    assert len(made) == len(complete.resources)
    others = {_identity(each) for each in complete.resources}
    shared = {each.type for each in made if _identity(each) in others}
    assert shared == OF_THE_PROJECT.keys()


def _identity(resource: Resource) -> Any:
    """What Google knows a resource by; a grant by where and to whom it is."""
    named = ("account_id", "bucket", "dataset_id", "table_id", "secret", "secret_id", "repository_id", "service_id")
    placed = (
        "name",
        "service",
        "slo_id",
        "topic",
        "subscription",
        "display_name",
        "service_account_id",
        "crypto_key_id",
    )
    return resource.type, *(
        str(resource.values.get(name)) for name in (*named, *placed, "role", "member", "dashboard_json")
    )


def test_accounts_have_ids_that_google_takes(made: list[Resource]) -> None:
    ids = [each.values["account_id"] for each in made if each.type == "google_service_account"]
    assert max(map(len, ids)) == LONGEST_ACCOUNT_ID
    assert all(each.startswith(f"omnicapi-{INSTANCE}-") for each in ids)


LABELLED = re.compile(
    r"(?:service_name|subscription_id|job_name|worker_pool_name)=~?(?:one_of)?(\([^)]*\)|[\\\\]*\"[^\"]*\")"
)


def test_nothing_that_is_read_speaks_of_another_deployment(made: list[Resource]) -> None:
    """Filters, queries and the dashboard name the instance's services, queues and metrics, and no others."""
    spoken_of = set()
    for each in made:
        text = json.dumps(each.values)
        names = {name for found in LABELLED.findall(text) for name in re.findall(r"[a-z][a-z0-9-]+", found)}
        assert all(name.startswith(f"{INSTANCE}-") for name in names), each.address
        assert "user_omnicapi_" not in text.replace(f"user_omnicapi_{INSTANCE}_", ""), each.address
        assert "my-project.omnicapi." not in text, each.address
        spoken_of |= names
    assert {f"{INSTANCE}-{name}" for name in (*SERVICES, "forward-worker", "ga4-export")} <= spoken_of
    assert {f"{INSTANCE}-{each.name}" for each in PIPELINE.subscriptions} <= spoken_of


def test_services_publish_to_the_instances_topics(made: list[Resource]) -> None:
    services = [each for each in made if each.type == "google_cloud_run_v2_service"]
    assert services
    for service in services:
        [template] = service.values["template"]
        for setting in template["containers"][0]["env"]:
            if setting["name"].endswith("_TOPIC"):
                assert setting["value"].startswith(f"{INSTANCE}-"), (service.address, setting["name"])


def test_the_doctor_and_replay_know_the_names(made: list[Resource]) -> None:
    wired = planned.topology(made)
    wanted = PIPELINE.named(INSTANCE)
    assert {*wired.topics} == {*wanted.topics}
    assert {each.name for each in wired.subscriptions} == {each.name for each in wanted.subscriptions}
    assert wired.notification == wanted.notification
    assert {f"{INSTANCE}-{topic}-dead-letter-pull" for topic in TOPICS} <= {each.name for each in wired.subscriptions}


def test_the_commands_are_of_the_instance(named: Workspace) -> None:
    commands = json.loads(named.run("output", "-json", at=COMPLETE))["commands"]["value"]
    for name in ("check", "dead_letters", "replay"):
        assert f" --instance {INSTANCE}" in commands[name], name
    assert f"FROM omnicapi_{INSTANCE}.events_by_day" in commands["verdicts"]


def test_the_local_stack_says_that_it_runs_plans_without_an_instance(made: list[Resource], named: Workspace) -> None:
    shown = named.run("show", "-json", at=COMPLETE).encode()
    with pytest.raises(NotPlanned, match="-var=instance="):
        planned.blueprint(shown, named.directory)


def test_an_instance_that_no_account_id_has_room_for_is_refused(root: Workspace) -> None:
    for wrong in ("germany", "a-b", "B", "b1"):
        with pytest.raises(Failed, match="at most 6 small letters"):
            root.run("plan", "-no-color", f"-var=instance={wrong}", at="terraform")
