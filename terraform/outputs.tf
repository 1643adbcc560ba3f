# What the user needs next, as commands.

locals {
  # printf fills in the time.
  test_event = replace(jsonencode({
    event_name       = "Purchase"
    event_id         = "first-1"
    event_time       = "%s"
    action_source    = "website"
    event_source_url = "https://shop.example/thanks"
    user_data        = { em = ["test@example.com"], client_user_agent = "curl" }
    custom_data      = { value = 1, currency = "EUR" }
  }), "\"%s\"", "%s")
}

output "topic" {
  description = "Topic that producers publish to."
  value       = module.stage["ingest-store"].topic.id
}

output "bucket" {
  description = "Bucket that files are dropped into, under incoming/."
  value       = google_storage_bucket.drops.name
}

output "maps" {
  description = "Where the maps are."
  value       = "${local.config_url}/maps"
}

output "registry" {
  description = "Where images are pushed to."
  value       = "${var.region}-docker.pkg.dev/${var.project_id}/${google_artifact_registry_repository.images.repository_id}"
}

output "outcomes_table" {
  description = "The audit trail, for omnicapi trace --table."
  value       = "${var.project_id}.${google_bigquery_table.outcomes.dataset_id}.${google_bigquery_table.outcomes.table_id}"
}

output "dead_letter_subscriptions" {
  description = "Where dead letters wait, by service."
  value       = { for name, stage in module.stage : name => stage.dead_letter_subscription.id }
}

output "commands" {
  description = "What to do next."
  value = {
    publish = "gcloud pubsub topics publish ${module.stage["ingest-store"].topic.name} --project=${var.project_id} --attribute=channel=web --message=\"$(printf '${local.test_event}' $(date +%s))\""
    drop    = "gcloud storage cp FILE.csv gs://${google_storage_bucket.drops.name}/incoming/store/"
    trace   = "omnicapi trace EVENT_ID --table ${var.project_id}.omnicapi.outcomes"
    replay  = "omnicapi replay --project ${var.project_id} --dry-run"
    logs    = "gcloud logging read 'resource.type=\"cloud_run_revision\" severity>=WARNING' --project=${var.project_id} --freshness=1h"
  }
}
