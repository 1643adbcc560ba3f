# Google's own accounts that act for this project. Their names are made of its number and not looked up, so that a plan
# reads nothing it could find changed. https://cloud.google.com/iam/docs/service-agents

locals {
  agents = {
    artifact_registry = "service-${var.project_number}@gcp-sa-artifactregistry.iam.gserviceaccount.com"
    bigquery          = "bq-${var.project_number}@bigquery-encryption.iam.gserviceaccount.com"
    pubsub            = "service-${var.project_number}@gcp-sa-pubsub.iam.gserviceaccount.com"
    run               = "service-${var.project_number}@serverless-robot-prod.iam.gserviceaccount.com"
    secret_manager    = "service-${var.project_number}@gcp-sa-secretmanager.iam.gserviceaccount.com"
    storage           = "service-${var.project_number}@gs-project-accounts.iam.gserviceaccount.com"
  }
}

# With a key of the customer's own, each agent must be able to use it before anything is made with it.
resource "google_kms_crypto_key_iam_member" "agent" {
  for_each = var.kms_key == null ? {} : local.agents

  crypto_key_id = var.kms_key
  role          = "roles/cloudkms.cryptoKeyEncrypterDecrypter"
  member        = "serviceAccount:${each.value}"

  depends_on = [time_sleep.apis]
}
