# Google answers before what was asked for holds everywhere: an API for half a minute, a grant usually for one
# (https://cloud.google.com/iam/docs/access-change-propagation). Where the next step would be refused in that time there is a
# wait; it takes place again when another API, key or agent is added, else never.

locals {
  api_delay   = "30s"
  grant_delay = "60s"
}

resource "time_sleep" "apis" {
  create_duration = local.api_delay
  triggers        = { apis = join(" ", sort(keys(google_project_service.api))) }

  depends_on = [google_project_service.api]
}

# Google's agents may use the key: before anything is made with it.
resource "time_sleep" "keys" {
  count = var.kms_key == null ? 0 : 1

  create_duration = local.grant_delay
  triggers        = { agents = join(" ", sort(keys(google_kms_crypto_key_iam_member.agent))) }

  depends_on = [google_kms_crypto_key_iam_member.agent]
}

# Cloud Storage refuses a notification that it may not publish, Pub/Sub a subscription whose rows it may not write.
resource "time_sleep" "grants" {
  create_duration = local.grant_delay
  triggers = {
    publishes = google_pubsub_topic_iam_member.storage_publishes.id
    writes    = google_bigquery_table_iam_member.agent_writes.id
  }
}
