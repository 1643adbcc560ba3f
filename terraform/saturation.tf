# Services at their limits: answers take long, every instance is busy, Pub/Sub cannot deliver in time.
# docs/operations/alerts.md says of each what to do.

locals {
  # Seconds that an answer may take: what a service waits on purpose, by its settings or their defaults, and its work on top.
  # A test holds settings and defaults against the services' own.
  answers = {
    ingest-store   = { waits = "STORE_LINGER", by_default = 0.08, works = 5 }
    ingest-collect = { waits = "STORE_LINGER", by_default = 0.08, works = 5 }
    ingest-files   = { waits = "FILE_SECONDS", by_default = 240, works = 60 }
    ingest-reports = { waits = "REPORTS_LINGER", by_default = 1, works = 60 } # the report of a large file takes minutes, but few pushes write one
    handle         = { waits = null, by_default = 0, works = 5 }
    forward        = { waits = "BATCH_LINGER_UNDER_LOAD", by_default = 2, works = 5 } # Meta's answer
  }
  answer_seconds = {
    for service, answer in local.answers :
    service => try(tonumber(local.service_env[service][answer.waits]), answer.by_default) + answer.works
  }

  # Of the criteria of Pub/Sub's health score those that somebody can mend. Where a deadline is minutes, acknowledging takes
  # longer than the 30 seconds that ack_latency allows, and should.
  health_criteria = {
    for name, stage in local.stages :
    name => concat(["expired_ack_deadlines", "nack_requests", "utilization"], stage.ack_deadline_seconds > 60 ? [] : ["ack_latency"])
  }

  # Each service has a limit of its own, so each has a condition: which series, and the limit.
  saturation_alerts = {
    slow_answers = {
      title      = "Slow answers"
      lasting    = "900s"
      aligner    = "ALIGN_DELTA"
      reducer    = "REDUCE_PERCENTILE_95"
      comparison = "COMPARISON_GT"
      conditions = {
        for service, name in local.services : service => {
          filter = "metric.type=\"run.googleapis.com/request_latencies\" resource.type=\"cloud_run_revision\" resource.labels.service_name=\"${name}\""
          limit  = local.answer_seconds[service] * 1000
        }
      }
    }
    instances = {
      title      = "Instances at their maximum"
      lasting    = "900s"
      aligner    = "ALIGN_MEAN"
      reducer    = "REDUCE_SUM" # of the revisions
      comparison = "COMPARISON_GT"
      conditions = {
        # A single instance that is always busy is no news.
        for service, name in local.services : service => {
          filter = "metric.type=\"run.googleapis.com/container/instance_count\" metric.labels.state=\"active\" resource.type=\"cloud_run_revision\" resource.labels.service_name=\"${name}\""
          limit  = local.sizes[service].max_instances - 0.5
        } if local.sizes[service].max_instances > 1
      }
    }
    delivery = {
      title      = "Delivery unhealthy"
      lasting    = "1800s"
      aligner    = "ALIGN_FRACTION_TRUE"
      reducer    = "REDUCE_MIN" # of the criteria
      comparison = "COMPARISON_LT"
      conditions = {
        for name, stage in module.stage : name => {
          filter = "metric.type=\"pubsub.googleapis.com/subscription/delivery_latency_health_score\" metric.labels.criteria=one_of(${join(",", [for each in local.health_criteria[name] : "\"${each}\""])}) resource.type=\"pubsub_subscription\" resource.labels.subscription_id=\"${stage.subscription.name}\""
          limit  = 0.5
        }
      }
    }
  }
}

resource "google_monitoring_alert_policy" "saturation" {
  for_each = local.saturation_alerts

  project               = var.project_id
  display_name          = "${local.title}: ${each.value.title}"
  severity              = "WARNING"
  combiner              = "OR"
  notification_channels = local.channels
  user_labels           = var.labels

  dynamic "conditions" {
    for_each = each.value.conditions
    content {
      display_name = conditions.key

      condition_threshold {
        filter          = conditions.value.filter
        comparison      = each.value.comparison
        threshold_value = conditions.value.limit
        duration        = each.value.lasting

        aggregations {
          alignment_period     = "300s"
          per_series_aligner   = each.value.aligner
          cross_series_reducer = each.value.reducer
        }
      }
    }
  }

  documentation {
    mime_type = "text/markdown"
    content   = format(local.runbook, each.value.title)
  }

  depends_on = [time_sleep.apis]
}
