# Two buckets: who may drop a file, or reads one, must not be able to change the consent policy.

locals {
  soft_delete_seconds = var.soft_delete_days * 24 * 60 * 60
}

resource "google_storage_bucket" "drops" {
  #checkov:skip=CKV_GCP_62:Where access_log_bucket asks for it; Cloud Audit Logs' data access log tells more, and is the organisation's choice
  project                     = var.project_id
  name                        = "${var.project_id}-${local.name}-drops"
  location                    = var.region
  uniform_bucket_level_access = true
  public_access_prevention    = "enforced"
  force_destroy               = !var.deletion_protection
  deletion_policy             = var.deletion_protection ? "PREVENT" : "DELETE"
  labels                      = var.labels

  # A file replaced or moved by mistake can be had back for a week.
  versioning {
    enabled = true
  }

  lifecycle_rule {
    condition {
      age            = var.file_retention_days
      matches_prefix = ["incoming/", "preview/", "processed/", "rejected/", "reports/", "work/", "dry-run/"]
      with_state     = "ANY"
    }
    action {
      type = "Delete"
    }
  }

  # The ledger holds digests only. After 62 days Meta takes none of its events any more.
  lifecycle_rule {
    condition {
      age            = 63
      matches_prefix = ["ledger/"]
      with_state     = "ANY"
    }
    action {
      type = "Delete"
    }
  }

  lifecycle_rule {
    condition {
      days_since_noncurrent_time = 7
    }
    action {
      type = "Delete"
    }
  }

  # Versioning is the way back; with soft delete personal data would outlive its retention.
  soft_delete_policy {
    retention_duration_seconds = local.soft_delete_seconds
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
      log_object_prefix = "${var.project_id}-${local.name}-drops"
    }
  }

  depends_on = [time_sleep.apis, time_sleep.keys]
}

# Files to send, and files that are only judged.
resource "google_storage_notification" "dropped" {
  for_each = toset(["incoming/", "preview/"])

  bucket             = google_storage_bucket.drops.name
  topic              = module.stage["ingest-files"].topic.id
  event_types        = ["OBJECT_FINALIZE"]
  payload_format     = "JSON_API_V1"
  object_name_prefix = each.key

  # Cloud Storage refuses a notification it may not publish.
  depends_on = [time_sleep.grants]
}

resource "google_storage_bucket" "config" {
  #checkov:skip=CKV_GCP_62:Where access_log_bucket asks for it; Cloud Audit Logs' data access log tells more, and is the organisation's choice
  project                     = var.project_id
  name                        = "${var.project_id}-${local.name}-config"
  location                    = var.region
  uniform_bucket_level_access = true
  public_access_prevention    = "enforced"
  force_destroy               = !var.deletion_protection
  deletion_policy             = var.deletion_protection ? "PREVENT" : "DELETE"
  labels                      = var.labels

  # An earlier map or policy can be had back for a week, and whoever was taken off an opt-out list is not kept for longer.
  versioning {
    enabled = true
  }

  lifecycle_rule {
    condition {
      days_since_noncurrent_time = 7
    }
    action {
      type = "Delete"
    }
  }

  soft_delete_policy {
    retention_duration_seconds = local.soft_delete_seconds
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
      log_object_prefix = "${var.project_id}-${local.name}-config"
    }
  }

  depends_on = [time_sleep.apis, time_sleep.keys]
}

locals {
  maps_dir = coalesce(var.maps_dir, "${path.module}/../maps")
  maps     = setsubtract(fileset(local.maps_dir, "*.json"), ["schema.json"])
}

resource "google_storage_bucket_object" "map" {
  for_each = local.maps

  bucket       = google_storage_bucket.config.name
  name         = "maps/${each.key}"
  content      = file("${local.maps_dir}/${each.key}")
  content_type = "application/json"

  # From then on the analyst's own, who changes them without a deployment.
  lifecycle {
    ignore_changes = [content, detect_md5hash]
  }
}

resource "google_storage_bucket_object" "datasets" {
  count = var.datasets_file == null ? 0 : 1

  bucket       = google_storage_bucket.config.name
  name         = "datasets.json"
  content      = file(var.datasets_file)
  content_type = "application/json"
}

resource "google_storage_bucket_object" "consent" {
  count = var.consent_file == null ? 0 : 1

  bucket       = google_storage_bucket.config.name
  name         = "consent.json"
  content      = file(var.consent_file)
  content_type = "application/json"
}
