# What became of every event, as rows: Pub/Sub writes the outcomes topic into BigQuery itself. The topic and its dead letters
# are those of the stage that reports on files; a row that does not fit the table is kept among them.

resource "google_bigquery_dataset" "omnicapi" {
  #checkov:skip=CKV_GCP_81:Google's own keys encrypt it unless kms_key names one
  project                    = var.project_id
  dataset_id                 = replace(local.name, "-", "_") # of which BigQuery takes no other sign
  location                   = var.region
  description                = "What became of every event. Holds no personal data."
  delete_contents_on_destroy = !var.deletion_protection
  labels                     = var.labels

  dynamic "default_encryption_configuration" {
    for_each = var.kms_key == null ? [] : [var.kms_key]
    content {
      kms_key_name = default_encryption_configuration.value
    }
  }

  depends_on = [time_sleep.apis, time_sleep.keys]
}

resource "google_bigquery_table" "outcomes" {
  #checkov:skip=CKV_GCP_80:Google's own keys encrypt it unless kms_key names one
  project             = var.project_id
  dataset_id          = google_bigquery_dataset.omnicapi.dataset_id
  table_id            = "outcomes"
  description         = "One row a batch of outcomes, as the services publish them (docs/schema/outcomes.json)."
  schema              = file("${path.module}/outcomes.schema.json")
  deletion_protection = var.deletion_protection
  labels              = var.labels

  time_partitioning {
    type          = "DAY"
    field         = "publish_time"
    expiration_ms = var.outcome_retention_days * 24 * 60 * 60 * 1000
  }

  # The dataset's, which BigQuery writes down here as well: not saying so would be to ask for a table under another key.
  dynamic "encryption_configuration" {
    for_each = var.kms_key == null ? [] : [var.kms_key]
    content {
      kms_key_name = encryption_configuration.value
    }
  }
}

# What Pub/Sub's agent needs to write, on this table only.
resource "google_bigquery_table_iam_member" "agent_writes" {
  project    = var.project_id
  dataset_id = google_bigquery_table.outcomes.dataset_id
  table_id   = google_bigquery_table.outcomes.table_id
  role       = "roles/bigquery.dataEditor"
  member     = "serviceAccount:${local.agents.pubsub}"
}

resource "google_pubsub_subscription" "outcomes" {
  project                    = var.project_id
  name                       = "${module.stage["ingest-reports"].topic.name}-bigquery"
  deletion_policy            = var.deletion_protection ? "PREVENT" : "DELETE"
  topic                      = module.stage["ingest-reports"].topic.id
  ack_deadline_seconds       = 60
  message_retention_duration = "604800s" # 7 days
  labels                     = var.labels

  bigquery_config {
    table               = "${google_bigquery_table.outcomes.project}.${google_bigquery_table.outcomes.dataset_id}.${google_bigquery_table.outcomes.table_id}"
    use_table_schema    = true
    drop_unknown_fields = true # a newer service may know more than the table
    write_metadata      = true
  }

  retry_policy {
    minimum_backoff = "10s"
    maximum_backoff = "600s"
  }

  dead_letter_policy {
    dead_letter_topic     = module.stage["ingest-reports"].dead_letter_topic.id
    max_delivery_attempts = 100
  }

  expiration_policy {
    ttl = ""
  }

  # BigQuery subscriptions are refused where the agent may not write.
  depends_on = [time_sleep.grants]
}

resource "google_pubsub_subscription_iam_member" "outcomes_agent_acknowledges" {
  project      = var.project_id
  subscription = google_pubsub_subscription.outcomes.name
  role         = "roles/pubsub.subscriber"
  member       = "serviceAccount:${local.agents.pubsub}"

  lifecycle {
    replace_triggered_by = [google_pubsub_subscription.outcomes.id]
  }
}

resource "google_bigquery_table" "view" {
  #checkov:skip=CKV_GCP_80:A view stores nothing
  #checkov:skip=CKV_GCP_121:A view stores nothing
  for_each = toset([for file in fileset("${path.module}/views", "*.sql") : trimsuffix(file, ".sql")])

  project             = var.project_id
  dataset_id          = google_bigquery_dataset.omnicapi.dataset_id
  table_id            = each.key
  deletion_protection = false # it holds nothing
  labels              = var.labels

  view {
    query          = templatefile("${path.module}/views/${each.key}.sql", { dataset = "${var.project_id}.${google_bigquery_dataset.omnicapi.dataset_id}" })
    use_legacy_sql = false
  }

  depends_on = [google_bigquery_table.outcomes]
}
