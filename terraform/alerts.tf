# When to call somebody. docs/operations/alerts.md says of each what it means and what to do.

locals {
  # One log entry is enough, so the entry itself is looked for: a metric of it would appear minutes after its first apply, and
  # Cloud Monitoring refuses policies on metrics that it does not know yet.
  entry_alerts = {
    dataset_stopped        = { title = "Dataset stopped", severity = "CRITICAL", filter = local.dataset_stopped, labels = ["dataset", "reason"] }
    configuration_unusable = { title = "Configuration unusable", severity = "ERROR", filter = "jsonPayload.message=\"a configuration file cannot be used; what it said before goes on to apply\"", labels = ["error"] }
    verdict_unwritten      = { title = "Verdict not written", severity = "ERROR", filter = "jsonPayload.message=(\"verdicts were not written\" OR \"a dead letter cannot be written\" OR \"an outcome cannot be written\" OR \"too large for a dead letter\" OR \"what is owed could not be tried again\" OR \"verdicts owed: Pub/Sub did not take their outcomes or dead letters\" OR \"stopping with verdicts owed\")", labels = ["error"] }
    internal_error         = { title = "Internal error", severity = "ERROR", filter = "jsonPayload.message=(\"an item is refused for an error of ours\" OR \"a request to Meta broke\" OR \"an answer of Meta's could not be noted\" OR \"report.html is written in its plain form\" OR \"the state cannot be told\")", labels = ["error"] }
    report_damaged         = { title = "Report damaged", severity = "WARNING", filter = "jsonPayload.message=(\"a page of the account is damaged and begun anew\" OR \"a summary is damaged; its file stays under way\" OR \"an outcome cannot be kept\" OR \"an outcome names no generation of a file\" OR \"no outcome; passed over\")", labels = ["error"] }
    uncaught_exception     = { title = "Uncaught exception", severity = "ERROR", filter = "jsonPayload.message=\"uncaught exception\"", labels = ["error"] }
    export_unreadable      = { title = "GA4 export unreadable", severity = "ERROR", filter = "jsonPayload.message=\"export not read\"", labels = ["error"] }
    count_differs          = { title = "Meta counted differently", severity = "WARNING", filter = "jsonPayload.message=\"Meta counted another number of events\"", labels = ["dataset"] }
    token_expiring         = { title = "Token expiring", severity = "WARNING", filter = "jsonPayload.message=(\"an access token expires soon: make a new one\" OR \"an access token has expired: make a new one\")", labels = ["dataset"] }
    api_version_ending     = { title = "Graph API version ending", severity = "WARNING", filter = "jsonPayload.message=(\"the Graph API version ends soon: raise META_API_VERSION\" OR \"the Graph API version has ended: raise META_API_VERSION\")", labels = ["version"] }
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
      filter  = "metric.type=\"run.googleapis.com/request_count\" resource.type=\"cloud_run_revision\" metric.labels.response_code=\"500\" resource.labels.service_name=one_of(${join(",", [for name in values(local.services) : "\"${name}\""])})"
      above   = 0
      lasting = "0s"
      aligner = "ALIGN_DELTA"
    }
  }

  fed_subscriptions         = concat([for stage in module.stage : stage.subscription.name], [google_pubsub_subscription.outcomes.name])
  dead_letter_subscriptions = [for stage in module.stage : stage.dead_letter_subscription.name]

  rejected_in_an_hour = replace(local.increase["outcomes_rejected_sum"], "$${__interval}", "1h")
  sent_in_an_hour     = replace(local.increase["outcomes_sent_sum"], "$${__interval}", "1h")

  channels = concat([for channel in google_monitoring_notification_channel.email : channel.id], sort(var.alert_channels))
  runbook  = "See docs/operations/alerts.md, section %s."
}

resource "google_monitoring_notification_channel" "email" {
  for_each = var.alert_emails

  project      = var.project_id
  display_name = "${local.title} ${each.key}"
  type         = "email"
  labels       = { email_address = each.key }

  depends_on = [time_sleep.apis]
}

resource "google_monitoring_alert_policy" "entry" {
  for_each = local.entry_alerts

  project               = var.project_id
  display_name          = "${local.title}: ${each.value.title}"
  severity              = each.value.severity
  combiner              = "OR"
  notification_channels = local.channels
  user_labels           = var.labels

  conditions {
    display_name = each.value.title

    condition_matched_log {
      filter           = "${local.ours} ${each.value.filter}"
      label_extractors = { for label in each.value.labels : label => "EXTRACT(jsonPayload.${label})" }
    }
  }

  # Each dataset or error is told of on its own, again after an hour if it goes on, and closed after a day without.
  alert_strategy {
    notification_rate_limit {
      period = "3600s"
    }
    auto_close = "86400s"
  }

  documentation {
    mime_type = "text/markdown"
    content   = format(local.runbook, each.value.title)
  }

  depends_on = [time_sleep.apis]
}

resource "google_monitoring_alert_policy" "level" {
  for_each = local.level_alerts

  project               = var.project_id
  display_name          = "${local.title}: ${each.value.title}"
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

  depends_on = [time_sleep.apis]
}

resource "google_monitoring_alert_policy" "rejected_ratio" {
  project               = var.project_id
  display_name          = "${local.title}: Many rejections"
  severity              = "WARNING"
  combiner              = "OR"
  notification_channels = local.channels
  user_labels           = var.labels

  conditions {
    display_name = "Many rejections"

    condition_prometheus_query_language {
      # Of an hour's events more than a fifth; what was never sent counts as 0 and not as unknown.
      query               = "sum(${local.rejected_in_an_hour}) / (sum(${local.rejected_in_an_hour}) + (sum(${local.sent_in_an_hour}) or vector(0))) > 0.2"
      duration            = "600s"
      evaluation_interval = "300s"
      # The metrics are unknown until minutes after they were made, or until the first event is rejected.
      disable_metric_validation = true
    }
  }

  documentation {
    mime_type = "text/markdown"
    content   = format(local.runbook, "Many rejections")
  }

  depends_on = [google_logging_metric.sum]
}
