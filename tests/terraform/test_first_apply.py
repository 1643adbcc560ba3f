"""What stops a first apply at Google, although a plan is right: what is not there yet, or not allowed everywhere."""

import json

from local.shown import Values, resources
from tests.terraform.workspace import COMPLETE, Deployment, Workspace

UNDEFERRED = {"google_project_service", "time_sleep", "google_project_iam_member"}
"""What enables the APIs, waits for them, or needs none of them."""


def _dependencies(workspace: Workspace, at: str) -> dict[str, set[str]]:
    """Return by resource, without its key, all that it comes after."""
    state = json.loads((workspace.directory / at / "terraform.tfstate").read_text(encoding="utf-8"))
    return {
        ".".join(filter(None, [each.get("module"), each["type"], each["name"]])): {
            name for instance in each["instances"] for name in instance.get("dependencies", [])
        }
        for each in state["resources"]
        if each["mode"] == "managed"
    }


def test_everything_comes_after_the_wait_for_the_apis(workspace: Workspace, complete: Deployment) -> None:
    assert complete.resources
    for name, comes_after in _dependencies(workspace, COMPLETE).items():
        if name.split(".")[-2] not in UNDEFERRED:
            assert any(each.endswith("time_sleep.apis") for each in comes_after), name


def test_what_a_fresh_grant_would_refuse_comes_after_a_wait(workspace: Workspace, complete: Deployment) -> None:
    assert complete.resources
    after = _dependencies(workspace, COMPLETE)
    for name in ("google_storage_notification.dropped", "google_pubsub_subscription.outcomes"):
        assert "module.omnicapi.time_sleep.grants" in after[f"module.omnicapi.{name}"], name
    for name in ("google_storage_bucket.drops", "google_bigquery_dataset.omnicapi"):
        assert "module.omnicapi.time_sleep.keys" in after[f"module.omnicapi.{name}"], name
    forward = 'module.omnicapi.module.stage["forward"].module.service.google_cloud_run_v2_service.service'
    assert "module.omnicapi.module.stage.module.service.time_sleep.reads" in after[forward]


def test_a_wait_takes_place_again_where_a_grant_is_added(complete: Deployment) -> None:
    """A new dataset has a new secret; the wait of a year ago is none."""
    [reads] = [
        each.values["triggers"]["secrets"].split()
        for each in complete.resources
        if each.type == "time_sleep" and '"forward"' in each.address
    ]
    granted = {each["secret_id"] for each in complete.all("secret_manager_secret_iam_member")}
    assert {each for each in granted if not each.startswith("collect-")} == set(reads)
    waits = [each.values["create_duration"] for each in complete.resources if each.type == "time_sleep"]
    assert set(waits) == {"30s", "60s"}


def test_apis_that_somebody_else_enables_are_left_alone(root: Workspace) -> None:
    planned = _planned(root, "-var=enable_apis=false")
    assert "google_project_service" not in planned
    assert planned.keys() >= {"google_pubsub_topic", "time_sleep"}


def test_pubsubs_agent_may_sign_the_tokens_of_pushes_where_its_role_does_not_say_so(root: Workspace) -> None:
    creator = "roles/iam.serviceAccountTokenCreator"
    for asked in (True, False):
        grants = _planned(root, f"-var=agent_signs={str(asked).lower()}").get("google_service_account_iam_member", [])
        signs = [each["member"] for each in grants if each["role"] == creator]
        assert signs == ["serviceAccount:service-123456789012@gcp-sa-pubsub.iam.gserviceaccount.com"] * asked


def test_a_new_projects_processors_suffice_for_every_service_at_once(deployment: Deployment) -> None:
    """Cloud Run gives a new project 20 CPU and 40 GB in a region, and refuses a revision that might ask for more."""
    cpu, memory = 0, 0
    for service in deployment.all("cloud_run_v2_service"):
        [template] = service["template"]
        [limits] = [container["resources"][0]["limits"] for container in template["containers"]]
        most = template["scaling"][0]["max_instance_count"]
        cpu += most * int(limits["cpu"])
        memory += most * int(limits["memory"].removesuffix("Gi"))
    assert (cpu, memory) == (20, 28)


def test_a_public_collector_needs_no_grant_to_everybody(root: Workspace) -> None:
    """Which organisations forbid to whoever is not theirs; a client may have it so all the same."""
    [unchecked] = _collector(root, "public=true")
    assert unchecked["invoker_iam_disabled"] is True
    assert "allUsers" not in _members(_planned(root, '-var=collect={keys={crm="a-secret"},public=true}'))
    granted = "public=true,public_by_grant=true"
    [checked] = _collector(root, granted)
    assert checked["invoker_iam_disabled"] is False
    assert "allUsers" in _members(_planned(root, f'-var=collect={{keys={{crm="a-secret"}},{granted}}}'))


def test_deleted_objects_are_kept_only_where_a_policy_asks_for_it(root: Workspace) -> None:
    for asked, seconds in (("0", 0), ("7", 604_800)):
        buckets = _planned(root, f"-var=soft_delete_days={asked}")["google_storage_bucket"]
        ours = [each for each in buckets if each["name"].endswith(("-drops", "-config"))]
        assert len(ours) == 2
        for bucket in ours:
            assert bucket["soft_delete_policy"] == [{"retention_duration_seconds": seconds}], bucket["name"]
            ends = [rule["condition"][0]["days_since_noncurrent_time"] for rule in bucket["lifecycle_rule"]]
            assert 7 in ends, bucket["name"]


def _collector(root: Workspace, how: str) -> list[Values]:
    services = _planned(root, f'-var=collect={{keys={{crm="a-secret"}},{how}}}')["google_cloud_run_v2_service"]
    return [each for each in services if each["name"] == "ingest-collect"]


def _members(planned: dict[str, list[Values]]) -> set[str]:
    return {str(values.get("member")) for several in planned.values() for values in several}


def _planned(root: Workspace, *arguments: str) -> dict[str, list[Values]]:
    """Return what a plan would make, by type."""
    root.run("plan", "-out=planned", "-no-color", *arguments, at="terraform")
    found: dict[str, list[Values]] = {}
    for each in resources(root.run("show", "-json", "planned", at="terraform").encode()):
        found.setdefault(each.type, []).append(each.values)
    return found
