# Instances that pull a subscription, always on. They act as an account that exists already: the service's whose part they take.

resource "google_cloud_run_v2_worker_pool" "worker" {
  project             = var.platform.project_id
  name                = var.name
  location            = var.platform.region
  labels              = var.platform.labels
  deletion_protection = var.platform.deletion_protection

  # A worker pool does not scale by itself.
  scaling {
    manual_instance_count = var.size.instances
  }

  template {
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
          name       = "secret-${replace(basename(dirname(volume_mounts.key)), "_", "-")}"
          mount_path = dirname(volume_mounts.key)
        }
      }
    }

    dynamic "volumes" {
      for_each = var.secret_files
      content {
        name = "secret-${replace(basename(dirname(volumes.key)), "_", "-")}"
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
