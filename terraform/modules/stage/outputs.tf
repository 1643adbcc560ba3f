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
  value       = module.service.name
}

output "account" {
  description = "The service's account: email, name and member."
  value       = module.service.account
}

output "failed" {
  description = "Whether the service's newest revision could not start, so that the one before serves."
  value       = module.service.failed
}
