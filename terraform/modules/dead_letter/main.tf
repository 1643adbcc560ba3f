# The dead-letter topic of one topic, and the pull subscription without which its messages would be lost.

resource "google_pubsub_topic" "dead_letter" {
  #checkov:skip=CKV_GCP_83:Google's own keys encrypt it unless kms_key names one
  project         = var.platform.project_id
  name            = "${var.topic}-dead-letter"
  deletion_policy = var.platform.deletion_protection ? "PREVENT" : "DELETE"
  kms_key_name    = var.platform.kms_key
  labels          = var.platform.labels

  message_storage_policy {
    allowed_persistence_regions = var.platform.allowed_persistence_regions
  }
}

resource "google_pubsub_subscription" "pull" {
  project                    = var.platform.project_id
  name                       = "${google_pubsub_topic.dead_letter.name}-pull"
  topic                      = google_pubsub_topic.dead_letter.id
  ack_deadline_seconds       = 60
  deletion_policy            = var.platform.deletion_protection ? "PREVENT" : "DELETE"
  message_retention_duration = "2678400s" # 31 days, the most there is
  labels                     = var.platform.labels

  # Never: by default a subscription that nobody reads is deleted after 31 days.
  expiration_policy {
    ttl = ""
  }
}

# The first of the two grants that dead-lettering needs; the second is on the source subscription, beside it.
resource "google_pubsub_topic_iam_member" "agent_publishes" {
  project = var.platform.project_id
  topic   = google_pubsub_topic.dead_letter.name
  role    = "roles/pubsub.publisher"
  member  = "serviceAccount:${var.platform.pubsub_agent}"
}
