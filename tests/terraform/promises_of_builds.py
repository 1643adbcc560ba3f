"""What terraform/build.tf and build_iam.tf promise: who agrees to a plan, and how little a build may do."""

from __future__ import annotations

import re

from local.shown import Values
from tests.terraform.workspace import Deployment

BUILDER = "serviceAccount:omnicapi-builder@my-project.iam.gserviceaccount.com"
DEPLOYER = "serviceAccount:omnicapi-deployer@my-project.iam.gserviceaccount.com"

Grant = tuple[str, str, str]
"""Kind of resource, role, name of the resource; of a bucket, what in it where that is not everything."""

READS_STATE = "my-terraform-states, my-terraform-states/objects/omnicapi/, my-terraform-states/objects/terraform.tfvars"

BUILDER_MAY: set[Grant] = {
    ("artifact_registry_repository", "roles/artifactregistry.writer", "omnicapi"),
    ("cloudbuildv2_connection", "roles/cloudbuild.readTokenAccessor", "github"),
    ("pubsub_topic", "roles/pubsub.publisher", "plans"),
    ("storage_bucket", "roles/storage.admin", "my-project-omnicapi-build-logs"),
    ("storage_bucket", "roles/storage.objectCreator", "my-project-omnicapi-plans"),
    ("storage_bucket", "roles/storage.objectViewer", READS_STATE),
}
DEPLOYER_MAY: set[Grant] = {
    ("artifact_registry_repository", "roles/artifactregistry.reader", "omnicapi"),
    ("cloudbuildv2_connection", "roles/cloudbuild.readTokenAccessor", "github"),
    ("storage_bucket", "roles/storage.admin", "my-project-omnicapi-build-logs"),
    ("storage_bucket", "roles/storage.objectViewer", "my-project-omnicapi-plans"),
    ("storage_bucket", "roles/storage.objectViewer", READS_STATE),
    ("storage_bucket", "roles/storage.objectUser", "my-terraform-states/objects/omnicapi/"),
}


def plans_are_applied_when_somebody_has_agreed(deployment: Deployment) -> None:
    """What a push starts only builds; what applies waits for people, who are none of the deployment's own accounts."""
    own = {each["member"] for each in deployment.all("service_account")}
    for trigger in deployment.all("cloudbuild_trigger"):
        pushed = bool(trigger["repository_event_config"])
        account = f"serviceAccount:{trigger['service_account'].rpartition('/')[2]}"
        assert account == (BUILDER if pushed else DEPLOYER)
        assert pushed or trigger["approval_config"] == [{"approval_required": True}]
    for grant in deployment.all("project_iam_member"):
        assert grant["role"] != "roles/cloudbuild.builds.approver" or grant["member"] not in own, grant["member"]


def builds_may_roll_out_and_nothing_else(deployment: Deployment) -> None:
    """The builder leaves images, plans and logs; the deployer rolls out revisions and writes the state."""
    builds = bool(deployment.all("cloudbuild_trigger"))
    assert grants_of(deployment, BUILDER) == (BUILDER_MAY if builds else set())
    assert grants_of(deployment, DEPLOYER) == (DEPLOYER_MAY | rolls_out(deployment) if builds else set())


def grants_of(deployment: Deployment, member: str) -> set[Grant]:
    """Return every grant to a member."""
    return {
        (kind.removeprefix("google_").removesuffix("_iam_member"), values["role"], granted_on(values))
        for kind, values in ((each.type, each.values) for each in deployment.resources)
        if kind.endswith("_iam_member") and values["member"] == member
    }


def granted_on(grant: Values) -> str:
    """Return the name of what a grant is on."""
    names = ("bucket", "repository", "service_account_id", "topic", "name", "project")
    name: str = next(grant[each] for each in names if grant.get(each))
    for condition in grant.get("condition") or []:
        name = ", ".join(re.findall(r'"projects/_/buckets/([^"]+)"', condition["expression"]))
    return name.rpartition("/serviceAccounts/")[2]


def rolls_out(deployment: Deployment) -> set[Grant]:
    """Return what it takes to give another revision to everything that runs an image."""
    kinds = ("cloud_run_v2_service", "cloud_run_v2_worker_pool", "cloud_run_v2_job")
    return {
        *((kind, "roles/run.developer", each["name"]) for kind in kinds for each in deployment.all(kind)),
        *(("service_account", "roles/iam.serviceAccountUser", email) for email in running(deployment)),
    }


def running(deployment: Deployment) -> set[str]:
    """Return the email of every account that a service or job acts as; a worker acts as its service does."""
    services = [each["template"][0] for each in deployment.all("cloud_run_v2_service")]
    jobs = [each["template"][0]["template"][0] for each in deployment.all("cloud_run_v2_job")]
    return {each["service_account"] for each in (*services, *jobs)}


def topics_of_builds(deployment: Deployment) -> set[str]:
    """Return the topics whose messages start a build."""
    sources = [source for each in deployment.all("cloudbuild_trigger") for source in each["pubsub_config"]]
    return {source["topic"].rpartition("/")[2] for source in sources}
