# Metrics out of the services' own log lines; a test holds the texts and fields against the code, both ways.

locals {
  # Names of the services by their part.
  services = { for part in concat(keys(local.stages), local.collects ? ["ingest-collect"] : []) : part => "${local.prefix}${part}" }

  # Log entries of services and, under types and labels of their own, of worker pools and the job, where there are any.
  log_of_services = "resource.type=\"cloud_run_revision\" resource.labels.service_name=(${join(" OR ", [for name in values(local.services) : "\"${name}\""])})"
  log_of_workers  = "resource.type=\"cloud_run_worker_pool\" resource.labels.worker_pool_name=(${join(" OR ", [for name in keys(local.workers) : "\"${local.prefix}${name}-worker\""])})"
  log_of_job      = "resource.type=\"cloud_run_job\" resource.labels.job_name=\"${local.ga4_job}\""

  logs = concat(
    [local.log_of_services],
    length(local.workers) == 0 ? [] : [local.log_of_workers],
    var.ga4_export == null ? [] : [local.log_of_job],
  )
  ours = length(local.logs) == 1 ? local.logs[0] : "(${join(" OR ", [for log in local.logs : "(${log})"])})"

  acknowledged_requests = "${local.log_of_services} log_id(\"run.googleapis.com/requests\") httpRequest.status<400"

  dataset_stopped = "jsonPayload.event=\"circuit_open\""

  # Log entries that match, by label, of which the dashboard shows how many there are; alerts.tf looks for entries themselves.
  counters = {
    dataset_stopped          = { filter = local.dataset_stopped, labels = ["dataset", "reason"] }
    dataset_paused           = { filter = "jsonPayload.message=\"dataset pauses\"", labels = ["dataset", "reason"] }
    request_refused          = { filter = "jsonPayload.message=\"Meta refused a request\"", labels = ["dataset", "reason"] }
    no_answer                = { filter = "jsonPayload.message=\"no answer from Meta\"", labels = ["dataset"] }
    message_not_acknowledged = { filter = "jsonPayload.message=\"message not acknowledged\"", labels = ["error"] }
    file_rejected            = { filter = "jsonPayload.message=\"file rejected\"", labels = ["reason"] }
  }

  # Sums of a number in the entries that match, by label, and how it is distributed: finite buckets, each twice as wide as the
  # one before, begin at 1 for the most that one request to Meta holds, at 50 ms for what takes hours when Meta is away.
  sums = {
    outcomes_sent     = { filter = "jsonPayload.message=\"outcomes written\" jsonPayload.counts.sent>0", value = "counts.sent", labels = ["stage"] }
    outcomes_rejected = { filter = "jsonPayload.message=\"outcomes written\" jsonPayload.counts.rejected>0", value = "counts.rejected", labels = ["stage"] }
    outcomes_dropped  = { filter = "jsonPayload.message=\"outcomes written\" jsonPayload.counts.dropped>0", value = "counts.dropped", labels = ["stage"] }
    request_events    = { filter = "jsonPayload.message=\"request to Meta\"", value = "count", labels = ["dataset"] }
    waited            = { filter = "jsonPayload.message=\"outcomes written\" jsonPayload.waited_ms>0", value = "waited_ms", labels = ["dataset"], unit = "ms", from = 50, buckets = 20 }
  }
}

resource "google_logging_metric" "counter" {
  for_each = local.counters

  project          = var.project_id
  name             = "${local.name}/${each.key}"
  filter           = "${local.ours} ${each.value.filter}"
  label_extractors = { for label in each.value.labels : label => "EXTRACT(jsonPayload.${label})" }

  metric_descriptor {
    metric_kind = "DELTA"
    value_type  = "INT64"

    dynamic "labels" {
      for_each = toset(each.value.labels)
      content {
        key = labels.key
      }
    }
  }

  depends_on = [time_sleep.apis]
}

resource "google_logging_metric" "sum" {
  for_each = local.sums

  project          = var.project_id
  name             = "${local.name}/${each.key}"
  filter           = "${local.ours} ${each.value.filter}"
  value_extractor  = "EXTRACT(jsonPayload.${each.value.value})"
  label_extractors = { for label in each.value.labels : label => "EXTRACT(jsonPayload.${label})" }

  metric_descriptor {
    metric_kind = "DELTA"
    value_type  = "DISTRIBUTION"
    unit        = try(each.value.unit, "1")

    dynamic "labels" {
      for_each = toset(each.value.labels)
      content {
        key = labels.key
      }
    }
  }

  bucket_options {
    exponential_buckets {
      num_finite_buckets = try(each.value.buckets, 10)
      growth_factor      = 2
      scale              = try(each.value.from, 1)
    }
  }

  depends_on = [time_sleep.apis]
}

# Cloud Run's own entries of requests that went well: metrics count those requests anyway.
resource "google_logging_project_exclusion" "acknowledged_requests" {
  count = var.request_logs ? 0 : 1

  project     = var.project_id
  name        = "${local.name}-acknowledged-requests"
  description = "Requests that the services acknowledged"
  filter      = local.acknowledged_requests

  depends_on = [time_sleep.apis]
}
