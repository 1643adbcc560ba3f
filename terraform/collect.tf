# Events by HTTP, for whoever cannot publish (docs/sources.md): a service that strangers may reach only where somebody said so.

locals {
  collects = var.collect != null
  balanced = try(var.collect.domain, null) != null

  # Where the load balancer is the way in, there is no way around it. With a Google identity a caller may be anywhere.
  collect_ingress = (
    local.balanced ? "INGRESS_TRAFFIC_INTERNAL_LOAD_BALANCER" :
    try(var.collect.public || length(var.collect.callers) > 0, false) ? "INGRESS_TRAFFIC_ALL" :
    "INGRESS_TRAFFIC_INTERNAL_ONLY"
  )
}

module "collect" {
  source = "./modules/service"
  count  = local.collects ? 1 : 0

  platform        = local.platform
  name            = "ingest-collect"
  timeout_seconds = 60
  ingress         = local.collect_ingress
  checks_callers  = !var.collect.public || var.collect.public_by_grant
  invokers        = merge({ for member in var.collect.callers : member => member }, var.collect.public_by_grant ? { public = "allUsers" } : {})
  image           = var.images.ingest
  env             = local.env.ingest-collect
  secret_files    = { for channel, secret in var.collect.keys : "${local.keys_dir}/${channel}/keys" => secret }
  size            = local.sizes.ingest-collect

  depends_on = [time_sleep.apis, time_sleep.keys]
}

resource "google_pubsub_topic_iam_member" "collect_publishes" {
  for_each = local.collects ? toset([local.topics.events, local.topics.outcomes]) : toset([])

  project = var.project_id
  topic   = local.made_topics[each.key].name
  role    = "roles/pubsub.publisher"
  member  = module.collect[0].account.member
}

resource "google_storage_bucket_iam_member" "collect_reads_config" {
  count = local.collects ? 1 : 0

  bucket = google_storage_bucket.config.name
  role   = "roles/storage.objectViewer"
  member = module.collect[0].account.member
}

# Cloud Run notes down who called: a browser's address is its owner's personal data. What went wrong is kept.
resource "google_logging_project_exclusion" "collect_requests" {
  count = local.collects ? 1 : 0

  project     = var.project_id
  name        = "${local.name}-collect-requests"
  description = "Addresses of those who send events by HTTP"
  filter      = "resource.type=\"cloud_run_revision\" resource.labels.service_name=\"${local.services["ingest-collect"]}\" log_id(\"run.googleapis.com/requests\") httpRequest.status<500"

  depends_on = [time_sleep.apis]
}
