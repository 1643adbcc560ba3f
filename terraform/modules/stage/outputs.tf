output "topic" {
  description = "The topic that feeds the stage."
  value       = google_pubsub_topic.source
}

output "subscription" {
  description = "The push subscription."
  value       = google_pubsub_subscription.push
}

output "dead_letter_topic" {
  description = "Where messages go that no delivery could settle."
  value       = module.dead_letter.topic
}

output "dead_letter_subscription" {
  description = "Where those messages wait for a replay."
  value       = module.dead_letter.subscription
}

output "service" {
  description = "Name of the service."
  value       = google_cloud_run_v2_service.stage.name
}

output "member" {
  description = "The service's account as IAM writes it."
  value       = "serviceAccount:${google_service_account.service.email}"
}

output "account" {
  description = "Full name of the service's account."
  value       = google_service_account.service.name
}
