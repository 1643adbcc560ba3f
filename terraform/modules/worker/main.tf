# Instances that pull a subscription, always on. They act as an account that exists already: the service's whose part they take.

locals {
  # A volume's name takes fewer signs, and fewer of them, than a channel's.
  volumes = { for file in keys(var.secret_files) : file => "secret-${substr(sha256(dirname(file)), 0, 16)}" }
}

resource "google_cloud_run_v2_worker_pool" "worker" {
  project             = var.platform.project_id
  name                = "${var.platform.prefix}${var.name}"
  location            = var.platform.region
  labels              = var.platform.labels
  deletion_protection = false # it holds nothing; and what could not be started must not be in the way

  # A worker pool does not scale by itself.
  scaling {
    manual_instance_count = var.size.instances
  }

  template {
    annotations     = var.platform.revision == null ? null : { "omnicapi/revision" = var.platform.revision }
    service_account = var.account.email
    encryption_key  = var.platform.kms_key

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

      resources {
        limits = { cpu = var.size.cpu, memory = var.size.memory }
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

      dynamic "volume_mounts" {
        for_each = var.secret_files
        content {
          name       = local.volumes[volume_mounts.key]
          mount_path = dirname(volume_mounts.key)
        }
      }
    }

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

  # Without it the worker would end at once, again and again.
  depends_on = [google_pubsub_subscription_iam_member.pulls]
}

resource "google_pubsub_subscription_iam_member" "pulls" {
  project      = var.platform.project_id
  subscription = var.subscription
  role         = "roles/pubsub.subscriber"
  member       = var.account.member
}
