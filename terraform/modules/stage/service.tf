resource "google_service_account" "service" {
  project      = var.project_id
  account_id   = "omnicapi-${var.name}"
  display_name = "Omni-CAPI ${var.name}"
}

resource "google_cloud_run_v2_service" "stage" {
  project             = var.project_id
  name                = var.name
  location            = var.region
  labels              = var.labels
  deletion_protection = var.deletion_protection

  # Pushes of this project's Pub/Sub count as internal; nobody else reaches the service even with a stolen identity.
  ingress              = "INGRESS_TRAFFIC_INTERNAL_ONLY"
  invoker_iam_disabled = false

  # Here and not in the template, so that a roll-out does not multiply the warm instances.
  dynamic "scaling" {
    for_each = var.size.min_instances > 0 ? [var.size.min_instances] : []
    content {
      min_instance_count = scaling.value
    }
  }

  template {
    service_account                  = google_service_account.service.email
    execution_environment            = "EXECUTION_ENVIRONMENT_GEN2"
    max_instance_request_concurrency = var.size.concurrency
    timeout                          = "${var.ack_deadline_seconds}s"

    # Few instances: spreading pushes over many makes small batches.
    scaling {
      max_instance_count = var.size.max_instances
    }

    containers {
      image = var.image

      ports {
        container_port = 8080
      }

      resources {
        limits            = { cpu = var.size.cpu, memory = var.size.memory }
        cpu_idle          = true # only when a request is open is CPU needed, and billed; not the default in this block
        startup_cpu_boost = true
      }

      dynamic "env" {
        for_each = merge(var.env, { THREADS = tostring(var.size.concurrency) })
        content {
          name  = env.key
          value = env.value
        }
      }

      dynamic "env" {
        for_each = var.secret_env
        content {
          name = env.key
          value_source {
            secret_key_ref {
              secret  = env.value
              version = "latest"
            }
          }
        }
      }

      # A service that cannot read its settings answers 503 here: the new revision then never gets traffic.
      startup_probe {
        period_seconds    = 3
        timeout_seconds   = 3
        failure_threshold = 20
        http_get {
          path = "/health"
        }
      }

      liveness_probe {
        period_seconds    = 30
        timeout_seconds   = 10
        failure_threshold = 3
        http_get {
          path = "/health"
        }
      }

      dynamic "volume_mounts" {
        for_each = var.secret_files
        content {
          name       = "secret-${basename(dirname(volume_mounts.key))}"
          mount_path = dirname(volume_mounts.key)
        }
      }
    }

    # A volume holds one secret, so every secret has a directory. "latest": a rotated one is read without a deployment.
    dynamic "volumes" {
      for_each = var.secret_files
      content {
        name = "secret-${basename(dirname(volumes.key))}"
        secret {
          secret = volumes.value
          items {
            path    = basename(volumes.key)
            version = "latest"
          }
        }
      }
    }
  }

  # The service is not started before it may read its secrets.
  depends_on = [google_secret_manager_secret_iam_member.reads]
}
