# One Cloud Run service with an account of its own.

locals {
  secrets = merge(var.secret_env, var.secret_files)

  # A volume's name takes fewer signs, and fewer of them, than a channel's.
  volumes = { for file in keys(var.secret_files) : file => "secret-${substr(sha256(dirname(file)), 0, 16)}" }
}

resource "google_service_account" "service" {
  project      = var.platform.project_id
  account_id   = "${var.platform.name}-${var.name}"
  display_name = "${var.platform.title} ${var.name}"
}

resource "google_cloud_run_v2_service" "service" {
  project             = var.platform.project_id
  name                = "${var.platform.prefix}${var.name}"
  location            = var.platform.region
  labels              = var.platform.labels
  deletion_protection = false # it holds nothing; and what could not be started must not be in the way

  ingress              = var.ingress
  invoker_iam_disabled = !var.checks_callers

  # Here and not in the template, so that a roll-out does not multiply the warm instances.
  dynamic "scaling" {
    for_each = var.size.min_instances > 0 ? [var.size.min_instances] : []
    content {
      min_instance_count = scaling.value
    }
  }

  template {
    annotations                      = var.platform.revision == null ? null : { "omnicapi/revision" = var.platform.revision }
    service_account                  = google_service_account.service.email
    execution_environment            = "EXECUTION_ENVIRONMENT_GEN2"
    max_instance_request_concurrency = var.size.concurrency
    timeout                          = "${var.timeout_seconds}s"
    encryption_key                   = var.platform.kms_key

    # Few instances: spreading requests over many makes small batches.
    scaling {
      max_instance_count = var.size.max_instances
    }

    # All of it, so that a perimeter or a firewall of the network's owner sees the calls to Meta too.
    dynamic "vpc_access" {
      for_each = var.platform.vpc == null ? [] : [var.platform.vpc]
      content {
        egress = "ALL_TRAFFIC"
        network_interfaces {
          network    = vpc_access.value.network
          subnetwork = vpc_access.value.subnetwork
        }
      }
    }

    containers {
      image = var.image

      ports {
        container_port = 8080
      }

      resources {
        limits            = { cpu = var.size.cpu, memory = var.size.memory }
        cpu_idle          = var.size.billing == "request" # then CPU is there, and paid, only while a request is open
        startup_cpu_boost = true
      }

      dynamic "env" {
        for_each = var.env
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
          name       = local.volumes[volume_mounts.key]
          mount_path = dirname(volume_mounts.key)
        }
      }
    }

    # A volume holds one secret, so every secret has a directory. "latest": a rotated one is read without a deployment.
    dynamic "volumes" {
      for_each = var.secret_files
      content {
        name = local.volumes[volumes.key]
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
  depends_on = [time_sleep.reads]
}

resource "google_cloud_run_v2_service_iam_member" "invoker" {
  for_each = var.invokers

  project  = var.platform.project_id
  location = google_cloud_run_v2_service.service.location
  name     = google_cloud_run_v2_service.service.name
  role     = "roles/run.invoker"
  member   = each.value
}

resource "google_secret_manager_secret_iam_member" "reads" {
  # Once each, though a secret may be several files.
  for_each = { for name, secret in local.secrets : name => secret if name == try(sort([for other, same in local.secrets : other if same == secret])[0], "") }

  project   = var.platform.project_id
  secret_id = each.value
  role      = "roles/secretmanager.secretAccessor"
  member    = "serviceAccount:${google_service_account.service.email}"
}

# A grant takes its time to hold everywhere; Cloud Run refuses a revision that may not read a secret of its own.
resource "time_sleep" "reads" {
  count = length(local.secrets) == 0 ? 0 : 1

  create_duration = "60s"
  triggers        = { secrets = join(" ", sort(distinct(values(local.secrets)))) } # as they are written: the provider makes paths of them

  depends_on = [google_secret_manager_secret_iam_member.reads]
}
