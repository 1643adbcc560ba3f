# GA4 without a server container: a job that publishes new rows of GA4's BigQuery export, and what starts it (docs/ga4.md).

locals {
  ga4_job  = "${local.prefix}ga4-export"
  ga4_jobs = var.ga4_export == null ? {} : { ga4-export = var.ga4_export }

  # project.analytics_123456789
  ga4_dataset = var.ga4_export == null ? ["", ""] : split(".", var.ga4_export.dataset)
}

resource "google_service_account" "ga4_export" {
  for_each = local.ga4_jobs

  project      = var.project_id
  account_id   = "${local.name}-${each.key}"
  display_name = "${local.title} ${each.key}"

  depends_on = [time_sleep.apis]
}

resource "google_cloud_run_v2_job" "ga4_export" {
  for_each = local.ga4_jobs

  project             = var.project_id
  name                = local.ga4_job
  location            = var.region
  labels              = var.labels
  deletion_protection = false # it holds nothing

  template {
    template {
      service_account = google_service_account.ga4_export[each.key].email
      encryption_key  = var.kms_key
      timeout         = "3600s"
      max_retries     = 0 # the next run goes on where this one ended

      dynamic "vpc_access" {
        for_each = var.vpc == null ? [] : [var.vpc]
        content {
          egress = "ALL_TRAFFIC"
          network_interfaces {
            network    = vpc_access.value.network
            subnetwork = vpc_access.value.subnetwork
          }
        }
      }

      containers {
        image = each.value.image

        resources {
          limits = { cpu = "1", memory = "1Gi" }
        }

        dynamic "env" {
          for_each = local.env.ga4-export
          content {
            name  = env.key
            value = env.value
          }
        }
      }
    }
  }

  depends_on = [time_sleep.apis, time_sleep.keys]
}

resource "google_cloud_scheduler_job" "ga4_export" {
  for_each = local.ga4_jobs

  project   = var.project_id
  region    = var.region
  name      = "${local.name}-${each.key}"
  schedule  = each.value.schedule
  time_zone = "Etc/UTC"

  http_target {
    http_method = "POST"
    uri         = "https://run.googleapis.com/v2/${google_cloud_run_v2_job.ga4_export[each.key].id}:run"

    oauth_token {
      service_account_email = google_service_account.invoker.email
    }
  }
}

resource "google_cloud_run_v2_job_iam_member" "ga4_export_started" {
  for_each = local.ga4_jobs

  project  = var.project_id
  location = google_cloud_run_v2_job.ga4_export[each.key].location
  name     = google_cloud_run_v2_job.ga4_export[each.key].name
  role     = "roles/run.invoker"
  member   = google_service_account.invoker.member
}

# A bucket of its own for what it remembers: it need not see dropped files, and nothing of it may be deleted by age.
resource "google_storage_bucket" "ga4_export" {
  #checkov:skip=CKV_GCP_62:Where access_log_bucket asks for it; Cloud Audit Logs' data access log tells more, and is the organisation's choice
  #checkov:skip=CKV_GCP_78:Objects are created once and deleted by the job when their day is over
  for_each = local.ga4_jobs

  project                     = var.project_id
  name                        = "${var.project_id}-${local.name}-${each.key}"
  location                    = var.region
  uniform_bucket_level_access = true
  public_access_prevention    = "enforced"
  force_destroy               = true # it goes with the job: protected, it would be in the way of every apply once ga4_export is null
  deletion_policy             = "DELETE"
  labels                      = var.labels

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

resource "google_storage_bucket_iam_member" "ga4_export_remembers" {
  for_each = local.ga4_jobs

  bucket = google_storage_bucket.ga4_export[each.key].name
  role   = "roles/storage.objectUser"
  member = google_service_account.ga4_export[each.key].member
}

resource "google_storage_bucket_iam_member" "ga4_export_reads_config" {
  for_each = local.ga4_jobs

  bucket = google_storage_bucket.config.name
  role   = "roles/storage.objectViewer"
  member = google_service_account.ga4_export[each.key].member
}

resource "google_pubsub_topic_iam_member" "ga4_export_publishes" {
  for_each = local.ga4_jobs

  project = var.project_id
  topic   = module.stage["ingest-store"].topic.name
  role    = "roles/pubsub.publisher"
  member  = google_service_account.ga4_export[each.key].member
}

# Whoever applies must be allowed to say so in the export's project.
resource "google_bigquery_dataset_iam_member" "ga4_export_reads" {
  for_each = local.ga4_jobs

  project    = local.ga4_dataset[0]
  dataset_id = local.ga4_dataset[1]
  role       = "roles/bigquery.dataViewer"
  member     = google_service_account.ga4_export[each.key].member
}

# The one role of the whole project there is: to run a query is no permission of anything smaller.
resource "google_project_iam_member" "ga4_export_queries" {
  for_each = local.ga4_jobs

  project = var.project_id
  role    = "roles/bigquery.jobUser"
  member  = google_service_account.ga4_export[each.key].member
}
