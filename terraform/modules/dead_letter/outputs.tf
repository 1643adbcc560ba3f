output "topic" {
  description = "The dead-letter topic."
  value       = google_pubsub_topic.dead_letter

  # Whoever dead-letters to this topic must find the agent's grant made, or messages would be retried for ever.
  depends_on = [google_pubsub_topic_iam_member.agent_publishes]
}

output "subscription" {
  description = "The pull subscription that keeps the dead letters for a replay."
  value       = google_pubsub_subscription.pull
}
