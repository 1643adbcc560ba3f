output "name" {
  description = "Name of the worker pool."
  value       = google_cloud_run_v2_worker_pool.worker.name
}

output "failed" {
  description = "Whether the newest revision could not start, so that the one before serves."
  value       = contains(google_cloud_run_v2_worker_pool.worker.terminal_condition[*].state, "CONDITION_FAILED")
}
