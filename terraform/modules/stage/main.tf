# One stage of the pipeline: a topic, the service its messages are pushed to, and what no delivery could settle.

resource "google_pubsub_topic" "source" {
  #checkov:skip=CKV_GCP_83:Google's own keys encrypt it; customer-managed ones are not offered yet
  project = var.project_id
  name    = var.topic
  labels  = var.labels

  message_storage_policy {
    allowed_persistence_regions = var.allowed_persistence_regions
  }
}

module "dead_letter" {
  source = "../dead_letter"

  project_id                  = var.project_id
  topic                       = google_pubsub_topic.source.name
  pubsub_agent                = var.pubsub_agent
  allowed_persistence_regions = var.allowed_persistence_regions
  labels                      = var.labels
}

resource "google_pubsub_subscription" "push" {
  project                    = var.project_id
  name                       = "${google_pubsub_topic.source.name}-push"
  topic                      = google_pubsub_topic.source.id
  ack_deadline_seconds       = var.ack_deadline_seconds
  message_retention_duration = "604800s" # 7 days
  labels                     = var.labels

  push_config {
    push_endpoint = google_cloud_run_v2_service.stage.uri

    oidc_token {
      service_account_email = var.invoker
      audience              = google_cloud_run_v2_service.stage.uri
    }
  }

  retry_policy {
    minimum_backoff = "10s"
    maximum_backoff = "600s"
  }

  # 100 attempts, the most there is, last some 15 hours with the pauses above: an outage of Meta drains nothing.
  dead_letter_policy {
    dead_letter_topic     = module.dead_letter.topic.id
    max_delivery_attempts = 100
  }

  # Never: by default a subscription is deleted after 31 days without traffic.
  expiration_policy {
    ttl = ""
  }

  # A push before the grant would be refused, and each refusal is a delivery attempt.
  depends_on = [google_cloud_run_v2_service_iam_member.invoker]
}
