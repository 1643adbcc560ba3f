# The dashboard, and how PromQL asks for the log metrics on it.

locals {
  # Types of resource whose entries the log metrics count.
  logging_resources = concat(
    ["cloud_run_revision"],
    length(local.workers) == 0 ? [] : ["cloud_run_worker_pool"],
    var.ga4_export == null ? [] : ["cloud_run_job"],
  )

  # Of a metric that is written for several types of resource PromQL finds nothing unless it is told which; one at a time.
  series = concat(
    keys(local.counters),
    flatten([for name in keys(local.sums) : [for part in ["sum", "count", "bucket"] : "${name}_${part}"]]),
  )
  increase = {
    for name in local.series : name => join(" or ", [
      for type in local.logging_resources :
      "increase(logging_googleapis_com:user_${replace(local.name, "-", "_")}_${name}{monitored_resource=\"${type}\"}[$${__interval}])"
    ])
  }
}

resource "google_monitoring_dashboard" "pipeline" {
  project = var.project_id
  dashboard_json = templatefile("${path.module}/dashboard.json.tftpl", {
    title         = local.title
    increase      = local.increase
    subscriptions = join("|", local.fed_subscriptions)
    dead_letters  = join("|", local.dead_letter_subscriptions)
    services      = join("|", values(local.services))
  })

  depends_on = [google_logging_metric.counter, google_logging_metric.sum]
}
