# One secret a dataset, or several datasets' where they have one token. The token itself never enters the plan or the state: it is a write-only argument.

locals {
  tokens_dir  = "/tokens"
  token_files = { for dataset, about in var.datasets : "${local.tokens_dir}/${dataset}/token" => google_secret_manager_secret.token[coalesce(about.token_of, dataset)].secret_id }

  # Without one, nothing is wrong as long as no version of it is to be made.
  given_tokens = { for dataset in keys(var.datasets) : dataset => lookup(var.meta_access_tokens, dataset, "") }
}

resource "google_secret_manager_secret" "token" {
  for_each = { for dataset, about in var.datasets : dataset => about if about.token_of == null }

  project         = var.project_id
  secret_id       = "${local.name}-meta-token-${each.key}"
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

  depends_on = [time_sleep.apis, time_sleep.keys]
}

resource "google_secret_manager_secret_version" "token" {
  for_each = { for dataset, about in var.datasets : dataset => about.token_version if about.token_version != null }

  secret                 = google_secret_manager_secret.token[each.key].id
  secret_data_wo_version = each.value

  # Evaluated when a version is made, and by plans, which write nothing. A condition cannot tell whether one is to be made; so
  # the sentence is that of a conversion that fails.
  secret_data_wo = terraform.applying && local.given_tokens[each.key] == "" ? tonumber("token_version of dataset ${each.key} is ${each.value}, which is new, but there is no token for it: set TF_VAR_meta_access_tokens and apply again, or put token_version back. No token was changed.") : local.given_tokens[each.key]

  # The version before serves whoever has read it, and is the way back; whoever takes token_version out wants to keep the token.
  deletion_policy = "ABANDON"

  # A rotated token stays valid until its successor is there.
  lifecycle {
    create_before_destroy = true
  }
}
