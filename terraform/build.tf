# Builds of every push, where somebody asked for them (docs/operations/builds.md): one trigger tests, builds and plans; its
# plan starts the other, which applies it once an approver has agreed. Who may do what is in build_iam.tf.

locals {
  builds    = var.build == null ? {} : { build = var.build }
  approvers = var.build == null ? toset([]) : var.build.approvers

  variables_file = var.instance == "" ? "terraform.tfvars" : "${local.name}.tfvars"

  build_ref    = var.build == null ? "" : "refs/heads/${var.build.branch}"
  state_bucket = var.build == null ? "" : coalesce(var.build.state_bucket, "${var.project_id}-terraform")
}

# One runs whatever was pushed; the other changes the deployment, and runs nothing but Terraform.
resource "google_service_account" "build" {
  for_each = var.build == null ? {} : { builder = "${local.title} builds and plans", deployer = "${local.title} applies" }

  project      = var.project_id
  account_id   = "${local.name}-${each.key}"
  display_name = each.value

  depends_on = [time_sleep.apis]
}

resource "google_storage_bucket" "build" {
  #checkov:skip=CKV_GCP_62:Where access_log_bucket asks for it; Cloud Audit Logs' data access log tells more, and is the organisation's choice
  #checkov:skip=CKV_GCP_78:A plan is written once, by an account that may not replace it; a log is complete or of no use
  for_each = var.build == null ? toset([]) : toset(["plans", "build-logs"])

  project                     = var.project_id
  name                        = "${var.project_id}-${local.name}-${each.key}"
  location                    = var.region
  uniform_bucket_level_access = true
  public_access_prevention    = "enforced"
  force_destroy               = true # plans and logs are of no use without the triggers
  deletion_policy             = "DELETE"
  labels                      = var.labels

  lifecycle_rule {
    condition {
      age = 90 # as long as the images they are about
    }
    action {
      type = "Delete"
    }
  }

  dynamic "encryption" {
    for_each = var.kms_key == null ? [] : [var.kms_key]
    content {
      default_kms_key_name = encryption.value
    }
  }

  dynamic "logging" {
    for_each = var.access_log_bucket == null ? [] : [var.access_log_bucket]
    content {
      log_bucket        = logging.value
      log_object_prefix = "${var.project_id}-${local.name}-${each.key}"
    }
  }

  depends_on = [time_sleep.apis, time_sleep.keys]
}

# A plan that waits to be applied. Cloud Build makes the subscription, as part of the trigger.
resource "google_pubsub_topic" "plans" {
  #checkov:skip=CKV_GCP_83:Google's own keys encrypt it unless kms_key names one
  for_each = local.builds

  project         = var.project_id
  name            = "${local.prefix}plans"
  deletion_policy = "DELETE" # what waits in it are names of plans
  kms_key_name    = var.kms_key
  labels          = var.labels

  message_storage_policy {
    allowed_persistence_regions = local.platform.allowed_persistence_regions
  }

  depends_on = [time_sleep.apis, time_sleep.keys]
}

resource "google_cloudbuild_trigger" "build" {
  for_each = local.builds

  project         = var.project_id
  location        = var.region
  name            = "${local.name}-build"
  description     = "Tests, builds and plans what is pushed to ${each.value.branch}; applies nothing"
  service_account = google_service_account.build["builder"].name
  filename        = "cloudbuild.yaml"

  repository_event_config {
    repository = each.value.repository
    push {
      branch = "^${replace(each.value.branch, ".", "\\.")}$"
    }
  }

  substitutions = {
    _REGION    = var.region
    _NAME      = local.name
    _VARIABLES = local.variables_file
    _STATE     = "gs://${local.state_bucket}"
    _PLANS     = "gs://${google_storage_bucket.build["plans"].name}"
    _LOGS      = "gs://${google_storage_bucket.build["build-logs"].name}"
    _PLANNED   = google_pubsub_topic.plans[each.key].id
    _REFRESH   = tostring(each.value.refresh)
    _SBOM      = tostring(each.value.sbom)
  }
}

resource "google_cloudbuild_trigger" "apply" {
  for_each = local.builds

  project         = var.project_id
  location        = var.region
  name            = "${local.name}-apply"
  description     = "Applies the plan of a build of ${each.value.branch}, once an approver has read it"
  service_account = google_service_account.build["deployer"].name

  approval_config {
    approval_required = true
  }

  pubsub_config {
    topic = google_pubsub_topic.plans[each.key].id
  }

  # Of the repository only the steps are read: what is applied comes with the plan, so that it is of the plan's own commit.
  source_to_build {
    repository = each.value.repository
    ref        = local.build_ref
    repo_type  = "UNKNOWN" # the connection knows
  }

  git_file_source {
    path       = "cloudbuild.apply.yaml"
    repository = each.value.repository
    revision   = local.build_ref
    repo_type  = "UNKNOWN"
  }

  substitutions = {
    _NAME   = local.name
    _PLAN   = "$(body.message.attributes.plan)"
    _COMMIT = "$(body.message.attributes.commit)"
    _STATE  = "gs://${local.state_bucket}"
    _PLANS  = "gs://${google_storage_bucket.build["plans"].name}"
    _LOGS   = "gs://${google_storage_bucket.build["build-logs"].name}"
  }

  # Cloud Build may write down what the connection knows.
  lifecycle {
    ignore_changes = [source_to_build[0].repo_type, git_file_source[0].repo_type]
  }
}
