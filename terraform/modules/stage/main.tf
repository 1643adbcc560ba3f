# One stage of the pipeline: a topic, the service its messages are pushed to, and what no delivery could settle.

resource "google_pubsub_topic" "source" {
  #checkov:skip=CKV_GCP_83:Google's own keys encrypt it unless kms_key names one
  project         = var.platform.project_id
  name            = var.topic
  deletion_policy = var.platform.deletion_protection ? "PREVENT" : "DELETE"
  kms_key_name    = var.platform.kms_key
  labels          = var.platform.labels

  message_storage_policy {
    allowed_persistence_regions = var.platform.allowed_persistence_regions
  }
}

module "dead_letter" {
  source = "../dead_letter"

  platform = var.platform
  topic    = google_pubsub_topic.source.name
}

module "service" {
  source = "../service"

  platform        = var.platform
  name            = var.name
  timeout_seconds = var.ack_deadline_seconds
  invokers        = { pubsub = "serviceAccount:${var.invoker}" }
  image           = var.image
  env             = var.env
  secret_env      = var.secret_env
  secret_files    = var.secret_files
  size            = var.size
}

resource "google_pubsub_subscription" "push" {
  project                    = var.platform.project_id
  name                       = "${google_pubsub_topic.source.name}-push"
  topic                      = google_pubsub_topic.source.id
  ack_deadline_seconds       = var.ack_deadline_seconds
  deletion_policy            = var.platform.deletion_protection ? "PREVENT" : "DELETE"
  message_retention_duration = "604800s" # 7 days
  labels                     = var.platform.labels

  # Without it the subscription waits to be pulled, and keeps its backlog through the change.
  dynamic "push_config" {
    for_each = var.pushed ? [module.service.uri] : []
    content {
      push_endpoint = push_config.value

      oidc_token {
        service_account_email = var.invoker
        audience              = push_config.value
      }
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
}

# The second of the two grants that dead-lettering needs: the agent acknowledges what it has moved.
resource "google_pubsub_subscription_iam_member" "agent_acknowledges" {
  project      = var.platform.project_id
  subscription = google_pubsub_subscription.push.name
  role         = "roles/pubsub.subscriber"
  member       = "serviceAccount:${var.platform.pubsub_agent}"

  # A subscription made anew has lost its grants, and the plan would not show it.
  lifecycle {
    replace_triggered_by = [google_pubsub_subscription.push.id]
  }
}
