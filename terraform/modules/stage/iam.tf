# Who may do what in this stage; every role is on one resource.

# The second of the two grants that dead-lettering needs: the agent acknowledges what it has moved.
resource "google_pubsub_subscription_iam_member" "agent_acknowledges" {
  project      = var.project_id
  subscription = google_pubsub_subscription.push.name
  role         = "roles/pubsub.subscriber"
  member       = "serviceAccount:${var.pubsub_agent}"

  # A subscription made anew has lost its grants, and the plan would not show it.
  lifecycle {
    replace_triggered_by = [google_pubsub_subscription.push.id]
  }
}

resource "google_cloud_run_v2_service_iam_member" "invoker" {
  project  = var.project_id
  location = google_cloud_run_v2_service.stage.location
  name     = google_cloud_run_v2_service.stage.name
  role     = "roles/run.invoker"
  member   = "serviceAccount:${var.invoker}"
}

resource "google_secret_manager_secret_iam_member" "reads" {
  for_each = merge(var.secret_env, var.secret_files)

  project   = var.project_id
  secret_id = each.value
  role      = "roles/secretmanager.secretAccessor"
  member    = "serviceAccount:${google_service_account.service.email}"
}
