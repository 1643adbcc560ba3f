# When to call somebody. docs/operations/alerts.md says of each what it means and what to do.

locals {
  # One such log entry is enough.
  entry_alerts = {
    dataset_stopped        = { title = "Dataset stopped", severity = "CRITICAL" }
    configuration_unusable = { title = "Configuration unusable", severity = "ERROR" }
    verdict_unwritten      = { title = "Verdict not written", severity = "ERROR" }
    internal_error         = { title = "Internal error", severity = "ERROR" }
    report_damaged         = { title = "Report damaged", severity = "WARNING" }
    uncaught_exception     = { title = "Uncaught exception", severity = "ERROR" }
    export_unreadable      = { title = "GA4 export unreadable", severity = "ERROR" }
    count_differs          = { title = "Meta counted differently", severity = "WARNING" }
    token_expiring         = { title = "Token expiring", severity = "WARNING" }
    api_version_ending     = { title = "Graph API version ending", severity = "WARNING" }
  }

  # A gauge or a count of Google's own that goes over a limit.
  level_alerts = {
    backlog = {
      title    = "Backlog"
      severity = "ERROR"
      filter   = "metric.type=\"pubsub.googleapis.com/subscription/oldest_unacked_message_age\" resource.type=\"pubsub_subscription\" resource.labels.subscription_id=one_of(${join(",", [for name in local.fed_subscriptions : "\"${name}\""])})"
      above    = 900 # seconds
      lasting  = "300s"
      aligner  = "ALIGN_MAX"
    }
    dead_letters = {
      title    = "Dead letters"
      severity = "ERROR"
      filter   = "metric.type=\"pubsub.googleapis.com/subscription/num_undelivered_messages\" resource.type=\"pubsub_subscription\" resource.labels.subscription_id=one_of(${join(",", [for name in local.dead_letter_subscriptions : "\"${name}\""])})"
      above    = 0
      lasting  = "0s"
      aligner  = "ALIGN_MAX"
    }
    failures = {
      title    = "Unexpected failures"
      severity = "ERROR"
      # 503 and 429 ask Pub/Sub to come again and are everyday; 500 is what nobody foresaw.
      filter  = "metric.type=\"run.googleapis.com/request_count\" resource.type=\"cloud_run_revision\" metric.labels.response_code=\"500\" resource.labels.service_name=one_of(${join(",", [for name in local.services : "\"${name}\""])})"
      above   = 0
      lasting = "0s"
      aligner = "ALIGN_DELTA"
    }
  }

  fed_subscriptions         = concat([for stage in module.stage : stage.subscription.name], [google_pubsub_subscription.outcomes.name])
  dead_letter_subscriptions = [for stage in module.stage : stage.dead_letter_subscription.name]

  logging_resources = concat(
    ["cloud_run_revision"],
    length(local.workers) == 0 ? [] : ["cloud_run_worker_pool"],
    var.ga4_export == null ? [] : ["cloud_run_job"],
  )

  channels = concat([for channel in google_monitoring_notification_channel.email : channel.id], sort(var.alert_channels))
  runbook  = "See docs/operations/alerts.md, section %s."
}

resource "google_monitoring_notification_channel" "email" {
  for_each = var.alert_emails

  project      = var.project_id
  display_name = "Omni-CAPI ${each.key}"
  type         = "email"
  labels       = { email_address = each.key }

  depends_on = [google_project_service.api]
}

resource "google_monitoring_alert_policy" "entry" {
  for_each = local.entry_alerts

  project               = var.project_id
  display_name          = "Omni-CAPI: ${each.value.title}"
  severity              = each.value.severity
  combiner              = "OR"
  notification_channels = local.channels
  user_labels           = var.labels

  # A condition looks at one type of resource.
  dynamic "conditions" {
    for_each = local.logging_resources
    content {
      display_name = each.value.title

      condition_threshold {
        filter          = "metric.type=\"logging.googleapis.com/user/${google_logging_metric.counter[each.key].name}\" resource.type=\"${conditions.value}\""
        comparison      = "COMPARISON_GT"
        threshold_value = 0
        duration        = "0s"

        aggregations {
          alignment_period   = "300s"
          per_series_aligner = "ALIGN_DELTA"
        }
      }
    }
  }

  documentation {
    mime_type = "text/markdown"
    content   = format(local.runbook, each.value.title)
  }
}

resource "google_monitoring_alert_policy" "level" {
  for_each = local.level_alerts

  project               = var.project_id
  display_name          = "Omni-CAPI: ${each.value.title}"
  severity              = each.value.severity
  combiner              = "OR"
  notification_channels = local.channels
  user_labels           = var.labels

  conditions {
    display_name = each.value.title

    condition_threshold {
      filter          = each.value.filter
      comparison      = "COMPARISON_GT"
      threshold_value = each.value.above
      duration        = each.value.lasting

      aggregations {
        alignment_period   = "300s"
        per_series_aligner = each.value.aligner
      }
    }
  }

  documentation {
    mime_type = "text/markdown"
    content   = format(local.runbook, each.value.title)
  }

  depends_on = [google_project_service.api]
}

resource "google_monitoring_alert_policy" "rejected_ratio" {
  project               = var.project_id
  display_name          = "Omni-CAPI: Many rejections"
  severity              = "WARNING"
  combiner              = "OR"
  notification_channels = local.channels
  user_labels           = var.labels

  conditions {
    display_name = "Many rejections"

    condition_prometheus_query_language {
      # Of an hour's events more than a fifth; what was never sent counts as 0 and not as unknown.
      query               = "sum(increase(logging_googleapis_com:user_omnicapi_outcomes_rejected_sum[1h])) / (sum(increase(logging_googleapis_com:user_omnicapi_outcomes_rejected_sum[1h])) + (sum(increase(logging_googleapis_com:user_omnicapi_outcomes_sent_sum[1h])) or vector(0))) > 0.2"
      duration            = "600s"
      evaluation_interval = "300s"
    }
  }

  documentation {
    mime_type = "text/markdown"
    content   = format(local.runbook, "Many rejections")
  }

  depends_on = [google_logging_metric.sum]
}

resource "google_monitoring_dashboard" "pipeline" {
  project        = var.project_id
  dashboard_json = file("${path.module}/dashboard.json")

  depends_on = [google_logging_metric.counter, google_logging_metric.sum]
}
