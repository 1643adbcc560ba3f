resource "google_project_service" "api" {
  for_each = toset(!var.enable_apis ? [] : concat([
    "artifactregistry.googleapis.com",
    "bigquery.googleapis.com",
    "iam.googleapis.com",
    "logging.googleapis.com",
    "monitoring.googleapis.com",
    "pubsub.googleapis.com",
    "run.googleapis.com",
    "secretmanager.googleapis.com",
    "storage.googleapis.com",
    ],
    var.build == null ? [] : ["cloudbuild.googleapis.com", "containeranalysis.googleapis.com"],
    try(var.build.sbom, false) ? ["containerscanning.googleapis.com"] : [],
    var.budget == null ? [] : ["billingbudgets.googleapis.com"],
    var.ga4_export == null ? [] : ["cloudscheduler.googleapis.com"],
    var.kms_key == null ? [] : ["cloudkms.googleapis.com"],
    var.vpc == null && !local.balanced ? [] : ["compute.googleapis.com"],
  ))

  project = var.project_id
  service = each.key

  # Something else in the project may use it.
  disable_on_destroy = false
}
