# The promise of freshness as service level objectives: how old the oldest waiting message of a stage may be, and in how
# much of the time. Burning through what is left of it faster than the month allows raises an alert.

locals {
  freshness_goal    = 0.99 # of five-minute windows in 28 days; all the others together are some seven hours
  freshness_seconds = 300
}

resource "google_monitoring_custom_service" "pipeline" {
  project      = var.project_id
  service_id   = local.name
  display_name = local.title
  user_labels  = var.labels

  depends_on = [time_sleep.apis]
}

resource "google_monitoring_slo" "freshness" {
  for_each = module.stage

  project             = var.project_id
  service             = google_monitoring_custom_service.pipeline.service_id
  slo_id              = each.key
  display_name        = "${each.key}: nothing waits longer than ${local.freshness_seconds} seconds"
  goal                = local.freshness_goal
  rolling_period_days = 28
  user_labels         = var.labels

  windows_based_sli {
    window_period = "300s"

    metric_mean_in_range {
      time_series = "metric.type=\"pubsub.googleapis.com/subscription/oldest_unacked_message_age\" resource.type=\"pubsub_subscription\" resource.labels.subscription_id=\"${each.value.subscription.name}\""

      range {
        min = 0
        max = local.freshness_seconds
      }
    }
  }
}

resource "google_monitoring_alert_policy" "freshness" {
  project               = var.project_id
  display_name          = "${local.title}: Freshness"
  severity              = "WARNING"
  combiner              = "OR"
  notification_channels = local.channels
  user_labels           = var.labels

  dynamic "conditions" {
    for_each = google_monitoring_slo.freshness
    content {
      display_name = conditions.key

      condition_threshold {
        # Ten times what the goal allows on average: six minutes of an hour stale.
        filter          = "select_slo_burn_rate(\"${conditions.value.name}\", \"3600s\")"
        comparison      = "COMPARISON_GT"
        threshold_value = 10
        duration        = "0s"
      }
    }
  }

  documentation {
    mime_type = "text/markdown"
    content   = format(local.runbook, "Freshness")
  }
}
