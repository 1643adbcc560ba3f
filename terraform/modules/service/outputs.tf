output "name" {
  description = "Name of the service."
  value       = google_cloud_run_v2_service.service.name
}

output "uri" {
  description = "Address of the service."
  value       = google_cloud_run_v2_service.service.uri

  # Whoever is sent there may call by then: a push that is refused is a delivery attempt.
  depends_on = [google_cloud_run_v2_service_iam_member.invoker]
}

output "account" {
  description = "The service's account: email, name and member."
  value       = google_service_account.service
}

output "failed" {
  description = "Whether the newest revision could not start, so that the one before serves."
  value       = contains(google_cloud_run_v2_service.service.terminal_condition[*].state, "CONDITION_FAILED")
}
