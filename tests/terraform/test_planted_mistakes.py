"""Mistakes that people make, planted one by one: each must fail the checks."""

import re
from typing import NamedTuple

import pytest

from tests.terraform.alerting import (
    ALERTING,
    a_service_with_all_its_instances_is_noticed,
    answers_are_slow_after_what_a_service_waits_and_before_its_deadline,
    unhealthy_deliveries_are_noticed,
)
from tests.terraform.conftest import NewWorkspace
from tests.terraform.promises import (
    PROMISES,
    Promise,
    a_public_collector_is_guarded,
    buckets_are_private,
    dead_letters_are_kept,
    dead_letters_have_both_grants,
    one_key_encrypts_everything_or_nothing,
    policies_and_routes_are_understood,
    pushes_carry_the_invokers_identity,
    queues_are_those_of_the_local_stack,
    roles_are_on_single_resources_for_named_members,
    secrets_are_their_services_alone_and_not_in_the_state,
    services_are_told_what_they_understand,
    services_publish_where_the_pipeline_goes,
    services_run_as_cloud_run_needs_them,
    subscriptions_never_expire,
    the_bucket_notifies_of_new_objects_only,
    what_is_lost_for_good_is_protected,
    workers_act_for_their_service,
)
from tests.terraform.promises_of_builds import (
    builds_may_roll_out_and_nothing_else,
    plans_are_applied_when_somebody_has_agreed,
)
from tests.terraform.promises_of_changes import (
    CHANGES,
    each_grant_is_made_once,
    the_dashboard_says_nothing_that_google_leaves_out,
    the_table_names_the_key_it_inherits,
    what_holds_nothing_can_be_taken_away,
)
from tests.terraform.workspace import COMPLETE, Deployment, Failed, Workspace


class Mistake(NamedTuple):
    """In ``file``, what matches ``right`` becomes ``wrong``."""

    file: str
    right: str
    wrong: str

    def made(self, text: str) -> str:
        """Return the file's text with the mistake in it."""
        return re.sub(self.right, self.wrong, text)


STAGE = "modules/stage/main.tf"
SERVICE = "modules/service/main.tf"
DEAD_LETTER = "modules/dead_letter/main.tf"

STORED = Mistake("secrets.tf", r"(?s)secret_data_wo_version .*?secret_data_wo +=.*? : ", "secret_data = ")

BUILDS_FOR_THE_PROJECT = """
resource "google_project_iam_member" "builder" {
  for_each = google_service_account.build

  project = var.project_id
  role    = "roles/run.admin"
  member  = each.value.member
}
"""

BROKEN: dict[Promise, Mistake] = {
    queues_are_those_of_the_local_stack: Mistake("main.tf", "seconds = 600", "seconds = 60"),
    the_bucket_notifies_of_new_objects_only: Mistake("buckets.tf", "OBJECT_FINALIZE", "OBJECT_DELETE"),
    subscriptions_never_expire: Mistake(DEAD_LETTER, 'ttl = ""', 'ttl = "2678400s"'),
    pushes_carry_the_invokers_identity: Mistake(STAGE, "audience .*", 'audience = "omnicapi"'),
    dead_letters_have_both_grants: Mistake("outcomes.tf", r"roles/pubsub\.subscriber", "roles/pubsub.viewer"),
    dead_letters_are_kept: Mistake(DEAD_LETTER, r"google_pubsub_topic\.dead_letter\.id", '"projects/p/topics/t"'),
    roles_are_on_single_resources_for_named_members: Mistake("iam.tf", r'".*local\.agents\.storage}"', '"allUsers"'),
    a_public_collector_is_guarded: Mistake("collect_domain.tf", '"443"', '"80"'),
    workers_act_for_their_service: Mistake("modules/worker/main.tf", r"var\.account\.email", "var.name"),
    services_publish_where_the_pipeline_goes: Mistake(
        "iam.tf", r"(handle +=) \[local\.topics\.signals", r"\1 [local.topics.events"
    ),
    services_are_told_what_they_understand: Mistake("settings.tf", "EVENTS_TOPIC", "EVENT_TOPIC"),
    policies_and_routes_are_understood: Mistake("examples/complete/consent.json", "deny", "forbid"),
    one_key_encrypts_everything_or_nothing: Mistake(DEAD_LETTER, "  kms_key_name .*\n", ""),
    the_table_names_the_key_it_inherits: Mistake(
        "outcomes.tf", r"(?s)(dynamic \"encryption_configuration\" \{\s+for_each = ).*?\n", r"\1[]\n"
    ),
    what_holds_nothing_can_be_taken_away: Mistake(SERVICE, "(deletion_protection +=) false", r"\1 true"),
    the_dashboard_says_nothing_that_google_leaves_out: Mistake(
        "dashboard.json.tftpl", '"yPos": 16', '"xPos": 0, "yPos": 16'
    ),
    each_grant_is_made_once: Mistake(SERVICE, r"for_each = \{ for name, secret in .*", "for_each = local.secrets"),
    services_run_as_cloud_run_needs_them: Mistake(SERVICE, "(cpu_idle +=) .*", r"\1 false"),
    secrets_are_their_services_alone_and_not_in_the_state: STORED,
    what_is_lost_for_good_is_protected: Mistake("secrets.tf", '"PREVENT"', '"ABANDON"'),
    buckets_are_private: Mistake("buckets.tf", '"enforced"', '"inherited"'),
    answers_are_slow_after_what_a_service_waits_and_before_its_deadline: Mistake(
        "saturation.tf", r"local\.service_env\[service\]", "local.service_env.handle"
    ),
    a_service_with_all_its_instances_is_noticed: Mistake("saturation.tf", r"max_instances - 0\.5", "max_instances"),
    unhealthy_deliveries_are_noticed: Mistake("saturation.tf", '"nack_requests", ', ""),
    plans_are_applied_when_somebody_has_agreed: Mistake("build.tf", "(approval_required =) true", r"\1 false"),
    builds_may_roll_out_and_nothing_else: Mistake("build_iam.tf", r"\Z", BUILDS_FOR_THE_PROJECT),
}

REFUSED = {
    "a misspelt argument": Mistake(STAGE, "ack_deadline_seconds +=", "ack_deadline_second ="),
    "a misspelt argument in a block": Mistake(STAGE, "audience ", "audiance "),
    "a missing argument": Mistake(DEAD_LETTER, "  role .*\n", ""),
    "a missing argument in a block": Mistake(STAGE, "  service_account_email .*\n", ""),
    "an unknown block": Mistake("buckets.tf", "versioning {", "versions {"),
    "a wrong type": Mistake("registry.tf", "immutable_tags = true", 'immutable_tags = ["yes"]'),
    "a second block of a kind": Mistake(STAGE, "  retry_policy {", "  retry_policy {}\n  retry_policy {"),
}


@pytest.fixture(scope="module")
def broken(new_workspace: NewWorkspace) -> Deployment:
    """Every mistake of ``BROKEN`` at once: each breaks a promise of its own, and an apply takes its time."""
    workspace = new_workspace()
    for mistake in BROKEN.values():
        workspace.edit(mistake.file, mistake.made)
    # Terraform itself keeps a token out of the state as long as its variable is ephemeral.
    for file in ("variables.tf", "examples/complete/main.tf"):
        workspace.edit(file, Mistake(file, r"  ephemeral .*\n", "").made)
    return workspace.apply(COMPLETE)


@pytest.mark.parametrize("promise", BROKEN, ids=lambda promise: promise.__name__)
def test_a_broken_promise_is_noticed(broken: Deployment, promise: Promise) -> None:
    with pytest.raises(AssertionError):
        promise(broken)


def test_every_promise_has_its_mistake() -> None:
    assert set(BROKEN) == {*PROMISES, *ALERTING, *CHANGES}


@pytest.fixture(scope="module")
def scratch(new_workspace: NewWorkspace) -> Workspace:
    """A copy that each test spoils for itself."""
    workspace = new_workspace()
    workspace.init()
    return workspace


@pytest.mark.parametrize("mistake", REFUSED)
def test_terraform_refuses(scratch: Workspace, mistake: str) -> None:
    made = REFUSED[mistake]
    with scratch.spoilt(made.file, made.made), pytest.raises(Failed, match="Error:"):
        scratch.run("validate", "-no-color")


def test_a_token_cannot_be_stored_by_mistake(scratch: Workspace) -> None:
    with scratch.spoilt(STORED.file, STORED.made), pytest.raises(Failed, match=r"[Ee]phemeral"):
        scratch.run("plan", "-no-color")
