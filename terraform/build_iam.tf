# Who may do what in a build. The builder runs whatever is in a commit and its dependencies, so it may leave images and plans,
# replace none, and change nothing that runs. The deployer may roll out revisions of the services, and change nothing else. What
# either needs beyond that is the project's to grant: docs/operations/builds.md.

locals {
  # projects/…/locations/…/connections/…/repositories/…
  connection = try(split("/", var.build.repository), ["", "", "", "", "", ""])

  state_place = var.build == null ? "" : "projects/_/buckets/${local.state_bucket}"

  # What runs an image, and as whom.
  deployed_services = var.build == null ? {} : merge(
    { for name, stage in module.stage : name => stage.service },
    { for service in module.collect : "ingest-collect" => service.name },
  )
  deployed_accounts = var.build == null ? {} : merge(
    { for name, stage in module.stage : name => stage.account.name },
    { for service in module.collect : "ingest-collect" => service.account.name },
    { for name, account in google_service_account.ga4_export : name => account.name },
  )
}

# Both fetch the source.
resource "google_cloudbuildv2_connection_iam_member" "build_reads_source" {
  for_each = google_service_account.build

  project  = local.connection[1]
  location = local.connection[3]
  name     = local.connection[5]
  role     = "roles/cloudbuild.readTokenAccessor"
  member   = each.value.member
}

# Cloud Build writes a log as the build's account, and asks for this role on the bucket; to Cloud Logging it would take a role
# of the whole project.
resource "google_storage_bucket_iam_member" "build_logs" {
  for_each = google_service_account.build

  bucket = google_storage_bucket.build["build-logs"].name
  role   = "roles/storage.admin"
  member = each.value.member
}

# The bucket may hold other states. Terraform lists what is there before it reads its own.
resource "google_storage_bucket_iam_member" "build_reads_state" {
  for_each = google_service_account.build

  bucket = local.state_bucket
  role   = "roles/storage.objectViewer"
  member = each.value.member

  condition {
    title      = "state and variables only"
    expression = "resource.name == \"${local.state_place}\" || resource.name.startsWith(\"${local.state_place}/objects/${local.name}/\") || resource.name == \"${local.state_place}/objects/${local.variables_file}\""
  }
}

resource "google_artifact_registry_repository_iam_member" "build" {
  for_each = var.build == null ? {} : { builder = "roles/artifactregistry.writer", deployer = "roles/artifactregistry.reader" }

  project    = var.project_id
  location   = google_artifact_registry_repository.images.location
  repository = google_artifact_registry_repository.images.repository_id
  role       = each.value
  member     = google_service_account.build[each.key].member
}

# To create is not to replace: what was read is what is applied.
resource "google_storage_bucket_iam_member" "plans" {
  for_each = var.build == null ? {} : { builder = "roles/storage.objectCreator", deployer = "roles/storage.objectViewer" }

  bucket = google_storage_bucket.build["plans"].name
  role   = each.value
  member = google_service_account.build[each.key].member
}

resource "google_pubsub_topic_iam_member" "builder_announces_plans" {
  for_each = local.builds

  project = var.project_id
  topic   = google_pubsub_topic.plans[each.key].name
  role    = "roles/pubsub.publisher"
  member  = google_service_account.build["builder"].member
}

resource "google_storage_bucket_iam_member" "deployer_writes_state" {
  for_each = local.builds

  bucket = local.state_bucket
  role   = "roles/storage.objectUser"
  member = google_service_account.build["deployer"].member

  condition {
    title      = "state only"
    expression = "resource.name.startsWith(\"${local.state_place}/objects/${local.name}/\")"
  }
}

resource "google_cloud_run_v2_service_iam_member" "deployer" {
  for_each = local.deployed_services

  project  = var.project_id
  location = var.region
  name     = each.value
  role     = "roles/run.developer"
  member   = google_service_account.build["deployer"].member
}

resource "google_cloud_run_v2_worker_pool_iam_member" "deployer" {
  for_each = var.build == null ? {} : module.worker

  project  = var.project_id
  location = var.region
  name     = each.value.name
  role     = "roles/run.developer"
  member   = google_service_account.build["deployer"].member
}

resource "google_cloud_run_v2_job_iam_member" "deployer" {
  for_each = var.build == null ? {} : google_cloud_run_v2_job.ga4_export

  project  = var.project_id
  location = each.value.location
  name     = each.value.name
  role     = "roles/run.developer"
  member   = google_service_account.build["deployer"].member
}

# Whoever says what a service runs says what its account does.
resource "google_service_account_iam_member" "deployer_acts_as" {
  for_each = local.deployed_accounts

  service_account_id = each.value
  role               = "roles/iam.serviceAccountUser"
  member             = google_service_account.build["deployer"].member
}

# To approve a build is no permission of anything smaller than a project. The plan and the log are what they decide by.
resource "google_project_iam_member" "approver" {
  for_each = local.approvers

  project = var.project_id
  role    = "roles/cloudbuild.builds.approver"
  member  = each.key
}

resource "google_storage_bucket_iam_member" "approver_reads" {
  for_each = { for pair in setproduct(local.approvers, keys(google_storage_bucket.build)) : "${pair[0]} ${pair[1]}" => pair }

  bucket = google_storage_bucket.build[each.value[1]].name
  role   = "roles/storage.objectViewer"
  member = each.value[0]
}
