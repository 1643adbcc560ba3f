# What the user needs next, as commands.

locals {
  of_instance = var.instance == "" ? "" : " --instance ${var.instance}"

  outcomes_table = "${var.project_id}.${google_bigquery_table.outcomes.dataset_id}.${google_bigquery_table.outcomes.table_id}"

  collector = one([for service in module.collect : "${local.balanced ? "https://${var.collect.domain}" : service.uri}/collect"])

  # printf fills in the time. Meta counts it as real and nothing takes it back: a custom event without value does no harm.
  test_event = replace(jsonencode({
    event_name       = "ConnectionTest"
    event_id         = "first-1"
    event_time       = "%s"
    action_source    = "website"
    event_source_url = "https://shop.example/"
    user_data        = { em = ["test@example.com"], client_user_agent = "curl" }
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

output "images" {
  description = "What runs, for an apply by hand where builds deploy: docs/operations/builds.md."
  value       = var.images
}

output "outcomes_table" {
  description = "The audit trail, for omnicapi trace --table."
  value       = local.outcomes_table
}

output "dead_letter_subscriptions" {
  description = "Where dead letters wait, by service."
  value       = { for name, stage in module.stage : name => stage.dead_letter_subscription.id }
}

output "collector" {
  description = "Where events are posted to, the channel's name behind it; null without one."
  value       = local.collector
}

output "collector_address" {
  description = "What the collector's domain must point to, an A record, before its certificate is made."
  value       = one(google_compute_global_address.collect[*].address)
}

output "dashboard" {
  description = "Where the dashboard is."
  value       = "https://console.cloud.google.com/monitoring/dashboards/builder/${basename(google_monitoring_dashboard.pipeline.id)}?project=${var.project_id}"
}

output "looker_studio" {
  description = "Opens a new Looker Studio report on each view."
  value = {
    for name, view in google_bigquery_table.view :
    name => "https://lookerstudio.google.com/reporting/create?ds.ds0.connector=bigQuery&ds.ds0.type=TABLE&ds.ds0.projectId=${var.project_id}&ds.ds0.datasetId=${view.dataset_id}&ds.ds0.tableId=${view.table_id}"
  }
}

output "throughput" {
  description = "What is pulled by how many instances, beside everything that is pushed."
  value       = { for service, size in local.workers : service => size.instances }
}

output "request_logs" {
  description = "Cloud Run's entries of acknowledged requests: left out, or the command with which somebody who may configure logging leaves them out."
  value       = var.request_logs ? "gcloud logging sinks update _Default --project=${var.project_id} --add-exclusion='name=${local.name}-acknowledged-requests,filter=${replace(local.acknowledged_requests, "\"", "\\\"")}'" : "left out"
}

output "commands" {
  description = "What to do next."
  value = {
    build        = "gcloud builds submit --project=${var.project_id} --region=${var.region} --substitutions=_REGION=${var.region}"
    approve      = var.build == null ? null : "gcloud alpha builds approve projects/${var.project_id}/locations/${var.region}/builds/BUILD_ID"
    check        = "omnicapi doctor --project ${var.project_id}${local.of_instance} --maps ${local.config_url}/maps --bucket ${google_storage_bucket.drops.name}"
    publish      = "gcloud pubsub topics publish ${module.stage["ingest-store"].topic.name} --project=${var.project_id} --attribute=channel=web --message=\"$(printf '${local.test_event}' $(date +%s))\""
    drop         = "gcloud storage cp FILE.csv gs://${google_storage_bucket.drops.name}/incoming/store/"
    preview      = "gcloud storage cp FILE.csv gs://${google_storage_bucket.drops.name}/preview/store/"
    report       = "gcloud storage cat gs://${google_storage_bucket.drops.name}/reports/store/FILE.csv/report.json"
    trace        = "omnicapi trace EVENT_ID --table ${local.outcomes_table}"
    verdicts     = "bq query --project_id=${var.project_id} --use_legacy_sql=false 'SELECT channel, verdict, reason, SUM(events) AS events FROM ${google_bigquery_dataset.omnicapi.dataset_id}.events_by_day WHERE day = CURRENT_DATE() GROUP BY ALL ORDER BY events DESC'"
    dead_letters = "omnicapi dead-letters list --project ${var.project_id}${local.of_instance}"
    replay       = "omnicapi replay --project ${var.project_id}${local.of_instance} --dry-run"
    collect      = local.collects ? "curl --header \"Authorization: Bearer $KEY\" --data @event.json ${local.collector}/CHANNEL" : null
    change_map   = "gcloud storage cp MAP.json ${local.config_url}/maps/"
    rotate_token = { for dataset, secret in google_secret_manager_secret.token : dataset => "printf %s \"$TOKEN\" | gcloud secrets versions add ${secret.secret_id} --project=${var.project_id} --data-file=-" }
    logs         = "gcloud logging read '${local.ours} severity>=WARNING' --project=${var.project_id} --freshness=1h"
  }
}
