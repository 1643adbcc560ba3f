# An apply that ends with a revision that does not start has changed all it could: no later plan would show it. This does.

locals {
  failed = concat(
    [for name, stage in module.stage : name if stage.failed],
    [for collect in module.collect : collect.name if collect.failed],
    [for worker in module.worker : worker.name if worker.failed],
  )
}

check "revisions_started" {
  assert {
    condition     = length(local.failed) == 0
    error_message = "The newest revision of ${join(", ", local.failed)} did not start, and the one before goes on to serve. gcloud run services describe NAME --project=${var.project_id} --region=${var.region} says why (worker-pools for a worker). Mend it, or put images and settings back, and apply; where the cause was outside of Terraform, a secret without a version, apply with another text in revision."
  }
}
