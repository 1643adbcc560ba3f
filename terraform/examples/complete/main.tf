# Everything that can be asked for, in one place. A deployment takes what it needs of it.

terraform {
  required_version = ">= 1.11"

  required_providers {
    google = {
      source  = "hashicorp/google"
      version = "~> 8.0"
    }
  }
}

variable "meta_access_tokens" {
  description = "Access token by dataset id: export TF_VAR_meta_access_tokens='{\"1234567890123456\":\"EAA…\"}'."
  type        = map(string)
  ephemeral   = true
  sensitive   = true
}

module "omnicapi" {
  source = "../.."

  project_id                  = "my-project"
  project_number              = "123456789012"
  region                      = "southamerica-east1"
  allowed_persistence_regions = ["southamerica-east1", "southamerica-west1"]
  labels                      = { app = "omnicapi", team = "marketing-data" }

  images = {
    ingest  = "southamerica-east1-docker.pkg.dev/my-project/omnicapi/ingest@sha256:0000000000000000000000000000000000000000000000000000000000000000"
    handle  = "southamerica-east1-docker.pkg.dev/my-project/omnicapi/handle@sha256:0000000000000000000000000000000000000000000000000000000000000000"
    forward = "southamerica-east1-docker.pkg.dev/my-project/omnicapi/forward@sha256:0000000000000000000000000000000000000000000000000000000000000000"
  }

  # Two datasets of one business: a system user's token is for both.
  datasets = {
    "1234567890123456" = { token_version = "2026-11", token_expires = "2027-01-31" }
    "2345678901234567" = { token_of = "1234567890123456" }
  }
  meta_access_tokens = var.meta_access_tokens
  datasets_file      = "${path.module}/datasets.json"
  consent_file       = "${path.module}/consent.json"

  settings = {
    handle         = { DEFAULT_COUNTRY = "BR", EXTERNAL_ID_FROM_GA_CLIENT_ID = "true" }
    ingest-files   = { FILE_SECONDS = "480" }
    forward        = { META_PARTNER_AGENT = "acme" }
    forward-worker = { PULL_MESSAGES = "1000" }
  }
  secret_settings = { META_APP_SECRET = "meta-app-secret" }
  service_sizes   = { ingest-store = { min_instances = 1 }, forward = { memory = "2Gi" } }

  collect = {
    keys    = { crm = "collect-keys-crm" }
    origins = { web = ["https://www.shop.example"] }
    public  = true
    domain  = "collect.shop.example"
  }
  throughput = "high"
  workers    = { forward = { instances = 2 } }
  ga4_export = {
    dataset  = "my-analytics.analytics_123456789"
    image    = "southamerica-east1-docker.pkg.dev/my-project/omnicapi/ga4-export@sha256:0000000000000000000000000000000000000000000000000000000000000000"
    schedule = "0 14 * * *"
  }

  build = {
    repository   = "projects/my-project/locations/southamerica-east1/connections/github/repositories/omni-capi"
    branch       = "release"
    approvers    = ["group:omnicapi-operators@example.com"]
    state_bucket = "my-terraform-states"
    refresh      = true
    sbom         = true
  }

  producers    = ["serviceAccount:gtm-server@my-project.iam.gserviceaccount.com"]
  uploaders    = ["group:store-analysts@example.com"]
  operators    = ["group:omnicapi-operators@example.com"]
  analysts     = ["group:marketing-analysts@example.com"]
  alert_emails = ["omnicapi-operators@example.com"]

  alert_channels = ["projects/my-project/notificationChannels/1234567890"]
  budget         = { billing_account = "01AB23-CD45EF-678901", amount = 500 }

  kms_key = "projects/my-keys/locations/southamerica-east1/keyRings/marketing/cryptoKeys/omnicapi"
  vpc = {
    network    = "projects/my-network/global/networks/shared"
    subnetwork = "projects/my-network/regions/southamerica-east1/subnetworks/serverless"
  }

  file_retention_days    = 7
  outcome_retention_days = 90
  access_log_bucket      = "my-access-logs"
}

output "commands" {
  description = "What to do next."
  value       = module.omnicapi.commands
}
