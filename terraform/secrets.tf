# One secret a dataset. The token itself never enters the plan or the state: it is a write-only argument.

locals {
  tokens_dir  = "/tokens"
  token_files = { for dataset, secret in google_secret_manager_secret.token : "${local.tokens_dir}/${dataset}/token" => secret.secret_id }
}

resource "google_secret_manager_secret" "token" {
  for_each = var.datasets

  project         = var.project_id
  secret_id       = "omnicapi-meta-token-${each.key}"
  deletion_policy = var.deletion_protection ? "PREVENT" : "DELETE"
  labels          = var.labels

  replication {
    user_managed {
      replicas {
        location = var.region

        dynamic "customer_managed_encryption" {
          for_each = var.kms_key == null ? [] : [var.kms_key]
          content {
            kms_key_name = customer_managed_encryption.value
          }
        }
      }
    }
  }

  depends_on = [google_project_service.api, google_kms_crypto_key_iam_member.agent]
}

resource "google_secret_manager_secret_version" "token" {
  for_each = { for dataset, about in var.datasets : dataset => about.token_version if about.token_version != null }

  secret                 = google_secret_manager_secret.token[each.key].id
  secret_data_wo         = lookup(var.meta_access_tokens, each.key, null)
  secret_data_wo_version = each.value

  # A rotated token stays valid until its successor is there.
  lifecycle {
    create_before_destroy = true
  }
}
